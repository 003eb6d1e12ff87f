import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { emptyFolder, keysOf, leftovers, openDriver, tree } from '../support/root.ts'

async function opened() {
  const root = await emptyFolder()
  const driver = openDriver({ root })
  const container = await driver.createContainer('things')
  return { root, driver, container, folder: join(root, 'things') }
}

test('plain keys are plain paths', async () => {
  const { root, container } = await opened()
  await container.put('photos/2026/A cat.jpg', 'miaow')
  await container.put('README.md', '# read me')
  expect(await tree(root)).toEqual([
    'things/',
    'things/README.md',
    'things/photos/',
    'things/photos/2026/',
    'things/photos/2026/A cat.jpg',
  ])
  expect(await readFile(join(root, 'things/photos/2026/A cat.jpg'), 'utf8')).toBe('miaow')
})

describe('a key and keys below it', () => {
  test('the longer one second: the file moves beside the folder', async () => {
    const { root, container } = await opened()
    const metadata = { colour: 'red' }
    await container.put('a', 'short', { metadata, contentType: 'text/x-short' })
    await container.put('a/b', 'long')
    await container.put('a/b/c', 'longest')
    expect(await tree(root)).toEqual([
      'things/',
      'things/a/',
      'things/a/b/',
      'things/a/b/c',
      'things/a/b%=',
      'things/a%=',
    ])
    expect(await keysOf(container.list())).toEqual(['a', 'a/b', 'a/b/c'])
    const head = await container.head('a')
    expect(head).toMatchObject({ metadata, contentType: 'text/x-short', size: 5 })
    expect(await container.get('a').text()).toBe('short')
    expect(await container.get('a/b').text()).toBe('long')
  })

  test('the longer one first: the file is written beside the folder', async () => {
    const { root, container } = await opened()
    await container.put('a/b', 'long')
    await container.put('a', 'short')
    await container.put('a', 'shorter')
    expect(await tree(root)).toEqual(['things/', 'things/a/', 'things/a/b', 'things/a%='])
    expect(await container.get('a').text()).toBe('shorter')
    await container.delete('a')
    expect(await container.exists('a')).toBe(false)
    expect(await container.get('a/b').text()).toBe('long')
  })

  test('stay two when the longer one goes', async () => {
    const { root, container } = await opened()
    await container.put('a/b', 'long')
    await container.put('a', 'short')
    await container.delete('a/b')
    expect(await container.get('a').text()).toBe('short')
    await container.put('a', 'written again')
    expect(await container.get('a').text()).toBe('written again')
    expect(await keysOf(container.list())).toEqual(['a'])
    await container.delete('a')
    expect(await tree(root)).toEqual(['things/'])
  })

  test('written at the same time', async () => {
    const { container, root } = await opened()
    const keys = ['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/b/c/d/e']
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(keys.map((key) => container.put(key, key)))
      for (const key of keys) expect(await container.get(key).text()).toBe(key)
      await Promise.all(keys.map((key) => container.delete(key)))
      expect(await tree(root)).toEqual(['things/'])
    }
    expect(await leftovers(root)).toEqual([])
  })
})

test('deleting removes folders that held nothing else, and writing at the same time makes them anew', async () => {
  const { root, container } = await opened()
  const write = async (index: number): Promise<void> => {
    const key = `deep/er/and/deeper/${index}`
    for (let round = 0; round < 20; round += 1) {
      await container.put(key, `${round}`)
      expect(await container.get(key).text()).toBe(`${round}`)
      await container.delete(key)
    }
  }
  await Promise.all([0, 1, 2, 3, 4, 5].map(write))
  expect(await tree(root)).toEqual(['things/'])
})

describe('files of other programs', () => {
  test('are listed, read, described by what the file says, and deleted', async () => {
    const root = await emptyFolder()
    await mkdir(join(root, 'My Photos/2025'), { recursive: true })
    const path = join(root, 'My Photos/2025/cat.jpg')
    await writeFile(path, 'miaow')
    await utimes(path, 1_700_000_000.25, 1_700_000_000.25)
    const driver = openDriver({ root, names: 'any' })
    expect((await driver.listContainers()).map(({ name }) => name)).toEqual(['My Photos'])
    const container = driver.container('My Photos')
    expect(await keysOf(container.list())).toEqual(['2025/cat.jpg'])
    const head = await container.head('2025/cat.jpg')
    expect(head.size).toBe(5)
    expect(head.lastModified).toEqual(new Date(1_700_000_000_000))
    expect(head.hash).toBeUndefined()
    expect(head.etag).toMatch(/^[0-9a-z]+(-[0-9a-z]+){3}$/)
    expect(await container.get('2025/cat.jpg', { range: { start: 1, end: 3 } }).text()).toBe('ia')
    expect(existsSync(join(root, '.cloudstore'))).toBe(false)
    expect(await container.delete('2025/cat.jpg')).toBe(true)
    expect(await tree(root)).toEqual(['My Photos/'])
  })

  test('have an ETag that changes with every change', async () => {
    const { container, folder } = await opened()
    const path = join(folder, 'file')
    const seen = new Set<string | undefined>()
    for (const contents of ['one', 'two', 'tri']) {
      await writeFile(path, contents)
      seen.add((await container.head('file')).etag)
      expect((await container.head('file')).etag).toBe([...seen].at(-1))
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
    }
    expect(seen.size).toBe(3)
    await expect(container.put('file', 'x', { ifMatch: [...seen][0] })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    })
    await container.put('file', 'x', { ifMatch: [...seen][2] })
  })

  test('that are written over ours are read with their own facts', async () => {
    const { container, folder } = await opened()
    await container.put('file', 'ours', { contentType: 'text/x-ours', acl: 'public-read' })
    await writeFile(join(folder, 'file'), 'thrs')
    const head = await container.head('file')
    expect(head.contentType).toBeUndefined()
    expect(head.hash).toBeUndefined()
    expect(await container.get('file').text()).toBe('thrs')
    expect(await container.driver.getObjectAcl(head)).toBe('private')
  })

  test('under names that we would escape are found under the plain key', async () => {
    const { container, folder } = await opened()
    const names = ['10:00.txt', '100%.txt', 'My%20File', 'CON', 'what?', 'dot.', 'x%=y', 'a*b/c:d']
    await mkdir(join(folder, 'a*b'))
    for (const name of names) await writeFile(join(folder, name), name)
    expect(await keysOf(container.list())).toEqual([...names].sort())
    for (const name of names) expect(await container.get(name).text()).toBe(name)
    expect(await keysOf(container.list({ prefix: 'a*b/' }))).toEqual(['a*b/c:d'])
    expect(await keysOf(container.list({ startAfter: 'a*b' }))).toContain('a*b/c:d')
    for (const name of names) {
      await container.put(name, `ours: ${name}`)
      expect(await container.get(name).text()).toBe(`ours: ${name}`)
    }
    expect(await keysOf(container.list())).toEqual([...names].sort())
    for (const name of names) await container.delete(name)
    expect(await tree(folder)).toEqual([])
  })

  test('share a folder that has two spellings with our own', async () => {
    const { container, folder } = await opened()
    await mkdir(join(folder, '50% off'))
    await writeFile(join(folder, '50% off/b'), 'theirs')
    await container.put('50% off/a', 'ours')
    await container.put('50% off/c', 'ours')
    expect(await keysOf(container.list())).toEqual(['50% off/a', '50% off/b', '50% off/c'])
    expect(await keysOf(container.list({ prefix: '50% off/' }))).toHaveLength(3)
    const prefixes: string[] = []
    for await (const prefix of container.listPrefixes()) prefixes.push(prefix)
    expect(prefixes).toEqual(['50% off/'])
    expect(await container.get('50% off/b').text()).toBe('theirs')
  })

  const keepsAnyBytes = process.platform === 'linux'
  test('whose names are not UTF-8 are no keys, and disturb no listing', async () => {
    const { container, folder } = await opened()
    await container.put('plain', 'x')
    await container.put('\uFFFD', 'a key like any other')
    if (keepsAnyBytes) {
      await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(0x61, 0xff)]), 'x')
    }
    expect(await keysOf(container.list())).toEqual(['plain', '\uFFFD'])
  })

  test('that were renamed take nothing of ours along', async () => {
    const { container, folder } = await opened()
    await container.put('one', '1', { acl: 'public-read' })
    await rename(join(folder, 'one'), join(folder, 'two'))
    expect(await container.exists('one')).toBe(false)
    expect(await container.driver.getObjectAcl(container.driver.object(container, 'two'))).toBe(
      'private',
    )
    expect(await container.get('two').text()).toBe('1')
  })
})

describe('links', () => {
  test('are no objects, and nothing is read or written through them', async () => {
    const { root, container, folder } = await opened()
    const outside = await emptyFolder()
    await writeFile(join(outside, 'secret'), 'of somebody else')
    await symlink(outside, join(folder, 'folder'))
    await symlink(join(outside, 'secret'), join(folder, 'file'))
    await symlink('/etc', join(root, 'etc'))
    await container.put('plain', 'x')
    expect(await keysOf(container.list())).toEqual(['plain'])
    expect(await keysOf(container.list({ prefix: 'folder/' }))).toEqual([])
    for (const key of ['file', 'folder/secret']) {
      await expect(container.get(key).text()).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
      await expect(container.head(key)).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
    }
    await expect(container.put('folder/secret', 'y')).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    await expect(container.put('folder/new/er', 'y')).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    await container.delete('folder/secret')
    expect(await tree(outside)).toEqual(['secret'])
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('of somebody else')
    expect(await container.driver.containerExists('etc')).toBe(false)
    expect((await container.driver.listContainers()).map(({ name }) => name)).toEqual(['things'])
    await container.put('file', 'now an object')
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('of somebody else')
    expect(await leftovers(root)).toEqual([])
  })

  test('the root folder itself may be one', async () => {
    const root = await emptyFolder()
    const link = join(await emptyFolder(), 'link')
    await symlink(root, link)
    const container = await openDriver({ root: link }).createContainer('things')
    await container.put('key', 'x')
    expect(await tree(root)).toEqual(['things/', 'things/key'])
  })

  test('a named pipe is no object and holds nobody up', async () => {
    const { container, folder } = await opened()
    const { execFileSync } = await import('node:child_process')
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await expect(container.get('pipe').text()).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
    expect(await keysOf(container.list())).toEqual([])
  })
})

test('no key leaves its container', async () => {
  const { root, container } = await opened()
  const keys = [
    '../escaped',
    '..',
    '/etc/passwd',
    'a/../../b',
    './c',
    '..\\d',
    '%2e%2e/e',
    '\0',
    '.cloudstore/x',
  ]
  for (const key of keys) await container.put(key, key)
  for (const key of keys) expect(await container.get(key).text()).toBe(key)
  expect((await tree(root)).every((path) => path.startsWith('things/'))).toBe(true)
  for (const key of keys) await container.delete(key)
  expect(await tree(root)).toEqual(['things/'])
})

test('the longest keys are kept', async () => {
  const { container, root } = await opened()
  const keys = [
    'x'.repeat(1024),
    'é'.repeat(512),
    '\0'.repeat(1024),
    '/'.repeat(1024),
    `${'a/'.repeat(511)}ab`,
    `${'x'.repeat(300)}/${'y'.repeat(300)}/${'z'.repeat(300)}`,
    'x'.repeat(300),
    'x'.repeat(240),
    'x'.repeat(241),
    `${'x'.repeat(240)}/y`,
  ]
  for (const key of keys) await container.put(key, String(key.length))
  for (const key of keys) expect(await container.get(key).text()).toBe(String(key.length))
  expect(await keysOf(container.list())).toEqual([...keys].sort())
  for (const key of keys) await container.delete(key)
  expect(await tree(root)).toEqual(['things/'])
})
