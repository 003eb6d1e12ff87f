import { createHash } from 'node:crypto'
import {
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { emptyFolder, keysOf, leftovers, openDriver, tree } from '../support/root.ts'

async function opened(options: { clock?: () => number; fsync?: boolean } = {}) {
  const root = await emptyFolder()
  const driver = openDriver({ root, ...options })
  const container = await driver.createContainer('things')
  return { root, driver, container, folder: join(root, 'things') }
}

/** How many files of a folder this process has open. */
async function openFilesBelow(folder: string): Promise<number> {
  const descriptors = await readdir('/proc/self/fd')
  const paths = await Promise.all(
    descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  )
  return paths.filter((path) => path.startsWith(folder)).length
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

describe('what is kept of an object', () => {
  const attributes = {
    contentType: 'text/html; charset=utf-8',
    cacheControl: 'max-age=60',
    contentDisposition: 'attachment; filename="x.html"',
    contentEncoding: 'identity',
    contentLanguage: 'de',
    expires: new Date('2030-01-02T03:04:05Z'),
    metadata: { colour: 'blue', 'with-hyphen': 'ünicode' },
    acl: 'public-read',
  } as const

  test.each([false, true])('outlives the driver, fsync %s', async (fsync) => {
    const { root, container } = await opened({ fsync })
    await container.put('page.html', '<p>', attributes)
    const again = openDriver({ root }).container('things')
    const { acl, ...expected } = attributes
    expect(await again.head('page.html')).toMatchObject({
      ...expected,
      size: 3,
      etag: md5('<p>'),
      hash: md5('<p>'),
    })
    expect(await again.driver.getObjectAcl(await again.head('page.html'))).toBe(acl)
  })

  test('survives a copy of the root folder, also by tools that keep whole seconds only', async () => {
    const { root, container, folder } = await opened()
    await container.put('object', 'x', attributes)
    const { mtimeMs } = await stat(join(folder, 'object'))
    await utimes(join(folder, 'object'), Math.floor(mtimeMs / 1000), Math.floor(mtimeMs / 1000))
    const head = await openDriver({ root }).container('things').head('object')
    expect(head.metadata).toEqual(attributes.metadata)
  })

  test('is replaced as a whole', async () => {
    const { container } = await opened()
    await container.put('page.html', '<p>', attributes)
    const { contentType, metadata, cacheControl } = await container.put('page.html', '<b>')
    expect({ contentType, metadata, cacheControl }).toEqual({
      contentType: 'text/html',
      metadata: {},
      cacheControl: undefined,
    })
    expect((await container.head('page.html')).expires).toBeUndefined()
    expect(
      await container.driver.getObjectAcl(container.driver.object(container, 'page.html')),
    ).toBe('private')
  })

  test('says nothing of a file whose record is damaged', async () => {
    const { root, container } = await opened()
    await container.put('object', 'x', attributes)
    const facts = join(root, '.cloudstore/facts/things')
    for (const shard of await readdir(facts)) {
      for (const name of await readdir(join(facts, shard))) {
        await writeFile(join(facts, shard, name), '{"records":[{"size":')
      }
    }
    const head = await container.head('object')
    expect(head.size).toBe(1)
    expect(head.contentType).toBeUndefined()
    expect(await container.driver.getObjectAcl(head)).toBe('private')
  })
})

test('lastModified is the clock in whole seconds, and overwriting within one second is noticed', async () => {
  const { container, folder } = await opened({ clock: () => 1_700_000_000_999 })
  const times = new Set<number>()
  for (let round = 0; round < 20; round += 1) {
    const stored = await container.put('key', round % 2 === 0 ? 'a' : 'b', {
      metadata: { round: `${round}` },
    })
    expect(stored.lastModified).toEqual(new Date(1_700_000_000_000))
    const head = await container.head('key')
    expect(head.metadata).toEqual({ round: `${round}` })
    times.add((await stat(join(folder, 'key'))).mtimeMs)
  }
  expect(times.size).toBeGreaterThan(1)
})

test('without hashing an object has an ETag that is no MD5', async () => {
  const { container } = await opened()
  const first = await container.put('key', 'x', { verifyHash: false })
  const second = await container.put('key', 'x', { verifyHash: false })
  expect(first.hash).toBeUndefined()
  expect(first.etag).not.toMatch(/^[0-9a-f]{32}$/)
  expect(second.etag).not.toBe(first.etag)
  await container.put('key', 'y', { ifMatch: second.etag })
})

test('a source that fails leaves nothing behind', async () => {
  const { root, container } = await opened()
  await container.put('key', 'old')
  const failure = Object.assign(new Error('the source broke'), { code: 'EACCES', syscall: 'read' })
  async function* source() {
    yield new Uint8Array(3_000_000)
    throw failure
  }
  await expect(container.put('key', source())).rejects.toBe(failure)
  await expect(container.put('new/key', source())).rejects.toBe(failure)
  expect(await container.get('key').text()).toBe('old')
  expect(await tree(root)).toEqual(['things/', 'things/key'])
  expect(await leftovers(root)).toEqual([])
})

test('a condition that fails is told before the source is read', async () => {
  const { container } = await opened()
  await container.put('key', 'old')
  let read = false
  async function* source() {
    read = true
    yield 'new'
  }
  const put = container.put('key', source(), { ifNoneMatch: '*' })
  await expect(put).rejects.toMatchObject({ code: 'ObjectAlreadyExists' })
  expect(read).toBe(false)
})

describe('reading', () => {
  test('goes on with the old object when it is replaced or deleted', async () => {
    const { container } = await opened()
    const old = new Uint8Array(5_000_000).fill(1)
    for (const change of ['put', 'delete'] as const) {
      await container.put('key', old)
      const chunks: Uint8Array[] = []
      for await (const chunk of container.get('key')) {
        if (chunks.length === 0) {
          if (change === 'put') await container.put('key', new Uint8Array(5_000_000).fill(2))
          else await container.delete('key')
        }
        chunks.push(chunk)
      }
      expect(Buffer.compare(Buffer.concat(chunks), old)).toBe(0)
    }
  })

  test('closes the file at the end, when cancelled, left, refused or failed', async () => {
    const { container, folder, root } = await opened()
    await container.put('key', new Uint8Array(3_000_000))
    for (let round = 0; round < 200; round += 1) {
      const stream = container.get('key')
      await stream.info()
      await stream.cancel()
      for await (const chunk of container.get('key')) {
        expect(chunk.byteLength).toBeGreaterThan(0)
        break
      }
      await expect(container.get('key', { ifMatch: 'other' }).bytes()).rejects.toMatchObject({
        code: 'PreconditionFailed',
      })
      await expect(
        container.get('key', { range: { start: 3_000_000 } }).bytes(),
      ).rejects.toMatchObject({ code: 'InvalidRange' })
    }
    await container.get('key').bytes()
    await truncate(join(folder, 'key'), 3_000_000)
    const cut = container.get('key')
    await cut.info()
    await truncate(join(folder, 'key'), 10)
    await expect(cut.bytes()).rejects.toMatchObject({ code: 'LocalFile' })
    expect(await openFilesBelow(root)).toBe(0)
  }, 60_000)
})

test('a mixture of writers and readers never sees half an object', async () => {
  const { container, root } = await opened()
  const bodies = ['a', 'b', 'c'].map((letter, index) => letter.repeat(50_000 * (index + 1)))
  await container.put('key', bodies[0] ?? '', { metadata: { letter: 'a' } })
  let writing = true
  const write = async (body: string): Promise<void> => {
    for (let round = 0; round < 30; round += 1) {
      await container.put('key', body, { metadata: { letter: body[0] ?? '' } })
    }
  }
  const read = async (): Promise<void> => {
    while (writing) {
      const stream = container.get('key')
      const { metadata, size } = await stream.info()
      const text = await stream.text()
      expect(text.length).toBe(size)
      expect(bodies).toContain(text)
      expect(metadata).toEqual({ letter: text[0] })
      const [listed] = await container.driver.listContainerObjects(container)
      expect(bodies.map(md5)).toContain(listed?.etag)
    }
  }
  const readers = [read(), read(), read()]
  await Promise.all(bodies.map(write))
  writing = false
  await Promise.all(readers)
  expect(await leftovers(root)).toEqual([])
}, 60_000)

describe('copying', () => {
  test('keeps what is known, and ETags of parts become those of wholes', async () => {
    const { container } = await opened()
    const part = 5 * 1024 * 1024
    const bytes = new Uint8Array(part + 1).fill(7)
    const source = await container.put('source', bytes, { partSize: part, metadata: { a: 'b' } })
    expect(source.etag).toMatch(/^[0-9a-f]{32}-2$/)
    const copy = await container.copy('source', 'deep/copy')
    expect(copy.etag).toBe(createHash('md5').update(bytes).digest('hex'))
    expect((await container.head('deep/copy')).metadata).toEqual({ a: 'b' })
  })

  test('of an object onto itself changes what is kept of it', async () => {
    const { container } = await opened()
    await container.put('key', 'x', { metadata: { a: 'b' }, acl: 'public-read' })
    await container.copy('key', 'key', { replace: { contentType: 'text/x-new' } })
    const head = await container.head('key')
    expect(head).toMatchObject({ contentType: 'text/x-new', metadata: {}, size: 1 })
    expect(await container.driver.getObjectAcl(head)).toBe('public-read')
  })

  test('of another program’s file makes one of ours', async () => {
    const { container, folder } = await opened()
    await writeFile(join(folder, 'theirs'), 'x')
    await container.copy('theirs', 'ours', { acl: 'public-read' })
    expect(await container.get('ours').text()).toBe('x')
    expect(await container.driver.getObjectAcl(await container.head('ours'))).toBe('public-read')
  })
})

test('an ACL can be given to another program’s file, and ends with its contents', async () => {
  const { container, folder } = await opened()
  const path = join(folder, 'theirs')
  await writeFile(path, 'x')
  const { etag } = await container.head('theirs')
  const object = container.driver.object(container, 'theirs')
  await container.driver.setObjectAcl(object, 'public-read')
  expect(await container.driver.getObjectAcl(object)).toBe('public-read')
  expect((await container.head('theirs')).etag).toBe(etag)
  await writeFile(path, 'changed')
  expect(await container.driver.getObjectAcl(object)).toBe('private')
})

test('files are written in few large pieces', async () => {
  const { container, folder } = await opened()
  async function* crumbs() {
    for (let count = 0; count < 30_000; count += 1) yield new Uint8Array(100).fill(count % 256)
  }
  await container.put('key', crumbs())
  const bytes = await readFile(join(folder, 'key'))
  expect(bytes.byteLength).toBe(3_000_000)
  expect(bytes.every((byte, index) => byte === Math.floor(index / 100) % 256)).toBe(true)
})

test('two drivers on one root see the same', async () => {
  const { root, container } = await opened()
  const other = openDriver({ root }).container('things')
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      (index % 2 ? container : other).put(`${index % 4}`, `${index}`),
    ),
  )
  expect(await keysOf(other.list())).toEqual(['0', '1', '2', '3'])
  for (const key of ['0', '1', '2', '3']) {
    expect(await other.get(key).text()).toBe(await container.get(key).text())
    expect((await other.head(key)).hash).toBe(md5(await container.get(key).text()))
  }
})

test('a folder where the object should be is no object', async () => {
  const { container, folder } = await opened()
  await mkdir(join(folder, 'folder'))
  await expect(container.head('folder')).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
  await container.delete('folder')
  await container.put('folder', 'now beside it')
  expect(await container.get('folder').text()).toBe('now beside it')
})
