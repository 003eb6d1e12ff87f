import { describe, expect, test } from '@jest/globals'
import { StorageError } from '../../src/errors/errors.ts'
import type { CreateContainerOptions } from '../../src/surface/options.ts'
import { setUp } from '../support/recording-backend.ts'

const createdAt = new Date('2026-01-01')
const failing = (code: 'AccessDenied' | 'ContainerDoesNotExist' | 'Network', hint?: string) => ({
  headContainer: async (): Promise<never> => {
    throw new StorageError(code, 'no', { hint, status: 403 })
  },
})

describe('getContainer', () => {
  test('asks, and gives what is known', async () => {
    const { driver, sent } = setUp({
      backend: { headContainer: async ({ container }) => ({ name: container, createdAt }) },
    })
    const container = await driver.getContainer('box')
    expect(container.toJSON()).toEqual({ name: 'box', createdAt })
    expect(container.driver).toBe(driver)
    expect(sent[0]).toMatchObject({ operation: 'headContainer', request: { container: 'box' } })
  })

  test('without the right to ask, it says how to go on without asking', async () => {
    const { driver } = setUp({ backend: failing('AccessDenied') })
    await expect(driver.getContainer('box')).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      operation: 'getContainer',
      container: 'box',
      hint: expect.stringContaining('container(name) sends nothing'),
    })
    const hinted = setUp({ backend: failing('AccessDenied', 'Ask the owner') })
    await expect(hinted.driver.getContainer('box')).rejects.toMatchObject({ hint: 'Ask the owner' })
  })
})

describe('containerExists', () => {
  test('is false only when the provider says so', async () => {
    expect(await setUp().driver.containerExists('box')).toBe(true)
    const missing = setUp({ backend: failing('ContainerDoesNotExist') }).driver
    expect(await missing.containerExists('box')).toBe(false)
    for (const code of ['AccessDenied', 'Network'] as const) {
      const { driver } = setUp({ backend: failing(code) })
      await expect(driver.containerExists('box')).rejects.toMatchObject({ code })
    }
  })
})

describe('createContainer', () => {
  const exists = {
    createContainer: async (): Promise<never> => {
      throw new StorageError('ContainerAlreadyExists', 'there')
    },
  }

  test('with an ACL and options of the provider’s own', async () => {
    const { driver, sent } = setUp()
    const container = await driver.createContainer('box', {
      acl: 'public-read',
      exOwn: 1,
    } as CreateContainerOptions)
    expect(container.name).toBe('box')
    expect(sent[0]?.request).toEqual({
      container: 'box',
      acl: 'public-read',
      extensions: { exOwn: 1 },
    })
  })

  test('of one that is there fails, or gives it when that is asked for and it is one’s own', async () => {
    const { driver, operations } = setUp({ backend: exists })
    await expect(driver.createContainer('box')).rejects.toMatchObject({
      code: 'ContainerAlreadyExists',
    })
    expect((await driver.createContainer('box', { ifExists: 'return' })).name).toBe('box')
    expect(operations()).toEqual(['createContainer', 'createContainer', 'headContainer'])
    const foreign = setUp({ backend: { ...exists, ...failing('AccessDenied') } }).driver
    await expect(foreign.createContainer('box', { ifExists: 'return' })).rejects.toMatchObject({
      code: 'AccessDenied',
    })
  })

  test('other failures are not hidden by that', async () => {
    const { driver } = setUp({
      backend: {
        createContainer: async () => {
          throw new StorageError('QuotaExceeded', 'full')
        },
      },
    })
    await expect(driver.createContainer('box', { ifExists: 'return' })).rejects.toMatchObject({
      code: 'QuotaExceeded',
    })
  })

  test.each<[string, string, unknown]>([
    ['InvalidContainerName', 'A', undefined],
    ['InvalidContainerName', 'sthree-box', undefined],
    ['InvalidArgument', 'box', { acl: 'public' }],
    ['InvalidArgument', 'box', { ifExists: 'ignore' }],
    ['InvalidArgument', 'box', { region: 'x' }],
    ['InvalidArgument', 'box', null],
  ])('%s before anything is sent: %p %p', async (code, name, options) => {
    const { driver, sent } = setUp()
    const creating = driver.createContainer(name, options as CreateContainerOptions)
    await expect(creating).rejects.toMatchObject({ code, operation: 'createContainer' })
    expect(sent).toEqual([])
  })
})

describe('deleteContainer', () => {
  test('is true, or fails; it never empties', async () => {
    const { driver, box, operations } = setUp()
    expect(await driver.deleteContainer(box)).toBe(true)
    expect(operations()).toEqual(['deleteContainer'])
    const full = setUp({
      backend: {
        deleteContainer: async () => {
          throw new StorageError('ContainerIsNotEmpty', 'full')
        },
      },
    })
    await expect(full.driver.deleteContainer(full.box)).rejects.toMatchObject({
      code: 'ContainerIsNotEmpty',
      operation: 'deleteContainer',
      container: 'box',
    })
    expect(full.operations()).toEqual(['deleteContainer'])
  })
})

test('names that are none are refused before anything is sent', async () => {
  const { driver, sent } = setUp()
  for (const name of ['', 'A', '..', 7, null] as string[]) {
    for (const call of [
      driver.getContainer(name),
      driver.containerExists(name),
      driver.createContainer(name),
      driver.getObject(name, 'key'),
    ]) {
      await expect(call).rejects.toMatchObject({
        code: 'InvalidContainerName',
        provider: 'recording',
      })
    }
    expect(() => driver.container(name)).toThrow('the name of a container')
    expect(() => driver.object(name, 'key')).toThrow(/container/)
  }
  expect(sent).toEqual([])
})

test('listing gives containers with what is known, page after page', async () => {
  const { driver, sent } = setUp({
    backend: {
      listContainers: async ({ cursor }) =>
        cursor === undefined
          ? { containers: [{ name: 'one', createdAt }], cursor: 'more' }
          : { containers: [{ name: 'two' }] },
    },
  })
  const containers = await driver.listContainers()
  expect(containers.map((container) => container.toJSON())).toEqual([
    { name: 'one', createdAt },
    { name: 'two' },
  ])
  expect(sent.map(({ request }) => request)).toEqual([{}, { cursor: 'more' }])
})
