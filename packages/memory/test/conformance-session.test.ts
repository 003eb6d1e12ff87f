import { openSession, type ConformanceCase } from '@cloudstore/conformance'
import { describe, expect, test } from '@jest/globals'
import { MemoryStorageDriver } from '../src/index.ts'

function aCase(run: ConformanceCase['run'], timeout = 5000): ConformanceCase {
  return { group: 'own', name: 'own case', timeout, run }
}

const containersOf = async (driver: MemoryStorageDriver) =>
  (await driver.listContainers()).map(({ name }) => name)

describe('openSession', () => {
  test('opens once, at the first case, and disposes at the end', async () => {
    const log: string[] = []
    const driver = new MemoryStorageDriver()
    const session = openSession(async () => {
      log.push('open')
      return { driver, dispose: () => void log.push('dispose') }
    })
    expect(log).toEqual([])
    await session.run(aCase(async () => void log.push('first')))
    await session.run(aCase(async () => void log.push('second')))
    await session.close()
    expect(log).toEqual(['open', 'first', 'second', 'dispose'])
  })

  test('gives an emptied container to the next case, and removes all of them at the end', async () => {
    const driver = new MemoryStorageDriver()
    const session = openSession(() => ({ driver, dispose: () => undefined }))
    const names: string[] = []
    const leaveThings = aCase(async (context) => {
      const container = await context.container()
      names.push(container.name)
      expect(await driver.listContainerObjects(container)).toEqual([])
      await container.put('left behind', 'x')
      const request = { container: container.name, key: 'begun' }
      await driver.backend.multipart?.create(request, { operation: 'test' })
    })
    await session.run(leaveThings)
    await session.run(leaveThings)
    expect(names[1]).toBe(names[0])
    await session.close()
    expect(await containersOf(driver)).toEqual([])
  })

  test('gives a container in which a case failed to nobody', async () => {
    const driver = new MemoryStorageDriver()
    const session = openSession(() => ({ driver, dispose: () => undefined }))
    const failing = aCase(async (context) => {
      await (await context.container()).put('left behind', 'x')
      throw new Error('as it should')
    })
    await expect(session.run(failing)).rejects.toThrow('as it should')
    expect(await containersOf(driver)).toEqual([])
    await session.close()
  })

  test('removes containers that a case made under names it asked for', async () => {
    const driver = new MemoryStorageDriver()
    const session = openSession(() => ({ driver, dispose: () => undefined }))
    await session.run(
      aCase(async (context) => {
        const own = await context.ownContainer()
        await own.put('a', 'x')
        await driver.createContainer(context.containerName())
        context.containerName()
      }),
    )
    expect(await containersOf(driver)).toEqual([])
    await session.close()
  })

  test('fills a shared container once and keeps it until the end', async () => {
    const driver = new MemoryStorageDriver()
    const session = openSession(() => ({ driver, dispose: () => undefined }))
    let filled = 0
    const reader = aCase(async (context) => {
      const container = await context.sharedContainer('shared', async (fresh) => {
        filled += 1
        await fresh.put('a', 'x')
      })
      expect(await container.get('a').text()).toBe('x')
    })
    await session.run(reader)
    await session.run(reader)
    expect(filled).toBe(1)
    expect(await containersOf(driver)).toHaveLength(1)
    await session.close()
    expect(await containersOf(driver)).toEqual([])
  })

  test('ends a case that does not end', async () => {
    const session = openSession(() => new MemoryStorageDriver())
    const silent = aCase(() => new Promise(() => undefined), 20)
    await expect(session.run(silent)).rejects.toThrow('did not end within 0.02 s')
    await session.close()
  })

  test('fails a case whose traces cannot be removed', async () => {
    const driver = new MemoryStorageDriver()
    const session = openSession(() => ({ driver, dispose: () => undefined }))
    const passing = aCase(async (context) => {
      await (await context.container()).put('a', 'x')
      driver.fail('deleteObjects', 'AccessDenied', Infinity)
    })
    await expect(session.run(passing)).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  test('records what reaches the provider', async () => {
    const session = openSession(() => new MemoryStorageDriver())
    await session.run(
      aCase(async (context) => {
        const { name } = await context.container()
        const { driver, sent } = context.recording()
        const container = driver.container(name)
        await container.put('a', 'x')
        await container.copy('a', 'b')
        await driver.getObjectAcl(driver.object(container, 'b'))
        expect(sent).toEqual(['putObject', 'copyObject', 'acl.getObjectAcl'])
      }),
    )
    await session.close()
  })
})
