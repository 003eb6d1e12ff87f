import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { emptyFolder, openDriver, tree } from '../support/root.ts'

const names = (containers: readonly { readonly name: string }[]): string[] =>
  containers.map(({ name }) => name)

test('with names strict, folders of other names are not seen', async () => {
  const root = await emptyFolder()
  for (const name of ['good-name', 'My Photos', '.git', 'x']) await mkdir(join(root, name))
  await writeFile(join(root, 'file'), '')
  const driver = openDriver({ root })
  expect(names(await driver.listContainers())).toEqual(['good-name'])
  expect(() => driver.container('My Photos')).toThrow('container')
})

test('with names any, every folder is a container but the control folder', async () => {
  const root = await emptyFolder()
  for (const name of ['good-name', 'My Photos', '.git', '10:00']) await mkdir(join(root, name))
  const driver = openDriver({ root, names: 'any' })
  await driver.createContainer('.cloudstore')
  await driver.createContainer('.CloudStore')
  await driver.createContainer('trailing.')
  const all = ['.CloudStore', '.cloudstore', '.git', '10:00', 'My Photos', 'good-name', 'trailing.']
  expect(names(await driver.listContainers())).toEqual(all)
  for (const name of all) {
    const container = driver.container(name)
    await container.put('key', name)
    expect(await container.get('key').text()).toBe(name)
    await container.delete('key')
    await driver.deleteContainer(container)
  }
  expect(await driver.listContainers()).toEqual([])
  expect(await tree(root)).toEqual([])
})

describe('a container is deleted', () => {
  test('with what belongs to it, and a new one of its name knows nothing of it', async () => {
    const root = await emptyFolder()
    const driver = openDriver({ root })
    const container = await driver.createContainer('things', { acl: 'public-read' })
    await container.put('key', 'x', { metadata: { a: 'b' } })
    await driver.backend.multipart?.create({ container: 'things', key: 'k' }, { operation: 'test' })
    await container.delete('key')
    await mkdir(join(root, 'things/empty/folders'), { recursive: true })
    expect(await driver.deleteContainer(container)).toBe(true)
    expect(await tree(root)).toEqual([])
    for (const folder of ['containers', 'uploads', 'facts', 'tmp', 'locks']) {
      expect(await readdir(join(root, '.cloudstore', folder))).toEqual([])
    }
    const again = await driver.createContainer('things')
    expect(await driver.getContainerAcl(again)).toBe('private')
  })

  test('only when nothing at all is in it', async () => {
    const root = await emptyFolder()
    const driver = openDriver({ root })
    const container = await driver.createContainer('things')
    await symlink('/etc', join(root, 'things/link'))
    await expect(driver.deleteContainer(container)).rejects.toMatchObject({
      code: 'ContainerIsNotEmpty',
      message: expect.stringContaining('no object'),
    })
    await rm(join(root, 'things/link'))
    await writeFile(join(root, 'things/theirs'), '')
    await expect(driver.deleteContainer(container)).rejects.toMatchObject({
      code: 'ContainerIsNotEmpty',
      message: expect.stringContaining('"theirs"'),
    })
  })

  test('or an object is written, when both happen at the same time', async () => {
    const driver = openDriver({ root: await emptyFolder() })
    for (let round = 0; round < 20; round += 1) {
      const container = await driver.createContainer(`things-${round}`)
      const [put, deletion] = await Promise.allSettled([
        container.put('deep/key', 'x'),
        driver.deleteContainer(container),
      ])
      const exists = await driver.containerExists(container.name)
      expect(exists).toBe(put.status === 'fulfilled')
      expect(exists).toBe(deletion.status === 'rejected')
      if (put.status === 'rejected')
        expect(put.reason).toMatchObject({ code: 'ContainerDoesNotExist' })
    }
  })
})

describe('the root folder', () => {
  test('is not touched by the constructor, nor by reading', async () => {
    const root = join(await emptyFolder(), 'not/there')
    const driver = openDriver({ root })
    expect(await driver.listContainers()).toEqual([])
    expect(await driver.containerExists('things')).toBe(false)
    const container = driver.container('things')
    await expect(container.put('key', 'x')).rejects.toMatchObject({ code: 'ContainerDoesNotExist' })
    await expect(container.head('key')).rejects.toMatchObject({ code: 'ContainerDoesNotExist' })
    await expect(container.listPage()).rejects.toMatchObject({ code: 'ContainerDoesNotExist' })
    expect(existsSync(root)).toBe(false)
    await driver.createContainer('things')
    expect(await tree(root)).toEqual(['things/'])
  })

  test('must be there with createRoot false', async () => {
    const root = join(await emptyFolder(), 'missing')
    const driver = openDriver({ root, createRoot: false })
    for (const call of [
      () => driver.listContainers(),
      () => driver.createContainer('things'),
      () => driver.container('things').put('key', 'x'),
      () => driver.container('things').get('key').text(),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'LocalFile',
        message: expect.stringContaining(root),
      })
    }
    await mkdir(root)
    expect(await driver.listContainers()).toEqual([])
  })

  test('must be a folder', async () => {
    const file = join(await emptyFolder(), 'file')
    await writeFile(file, '')
    for (const root of [file, join(file, 'below')]) {
      const driver = openDriver({ root })
      await expect(driver.listContainers()).rejects.toMatchObject({
        code: 'LocalFile',
        message: expect.stringContaining('not a folder'),
      })
      await expect(driver.createContainer('things')).rejects.toMatchObject({ code: 'LocalFile' })
    }
  })

  test('that may not be written to fails with the path and what to do', async () => {
    const root = await emptyFolder()
    const driver = openDriver({ root })
    const container = await driver.createContainer('things')
    // The user who runs the tests may be allowed everything; a file in place of a folder stops
    // anybody.
    await rm(join(root, '.cloudstore'), { recursive: true })
    await writeFile(join(root, '.cloudstore'), '')
    await expect(container.put('key', 'x')).rejects.toMatchObject({
      code: 'LocalFile',
      message: expect.stringContaining('.cloudstore'),
    })
  })
})

test('a file in place of a container is in the way', async () => {
  const root = await emptyFolder()
  await writeFile(join(root, 'things'), '')
  const driver = openDriver({ root })
  expect(await driver.containerExists('things')).toBe(false)
  await expect(driver.createContainer('things')).rejects.toMatchObject({
    code: 'LocalFile',
    message: expect.stringContaining(join(root, 'things')),
  })
})

test('createdAt is remembered, and of other programs’ folders what the file system says', async () => {
  const root = await emptyFolder()
  await mkdir(join(root, 'theirs'))
  const driver = openDriver({ root, clock: () => 1_600_000_000_500 })
  await driver.createContainer('ours')
  expect((await driver.getContainer('ours')).createdAt).toEqual(new Date(1_600_000_000_000))
  const theirs = (await driver.getContainer('theirs')).createdAt
  expect(Math.abs(Date.now() - (theirs?.getTime() ?? 0))).toBeLessThan(60_000)
})
