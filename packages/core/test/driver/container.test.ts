import { describe, expect, test } from '@jest/globals'
import { StorageError } from '../../src/errors/errors.ts'
import type { Container } from '../../src/surface/handles.ts'
import type { ReadOptions } from '../../src/surface/options.ts'
import { setUp } from '../support/recording-backend.ts'

describe('head', () => {
  test('gives what the provider said, and asks with the conditions', async () => {
    const { box, sent } = setUp()
    await box.put('key', 'x', { contentType: 'a/b', metadata: { a: 'b' } })
    const object = await box.head('key', {
      ifMatch: '"e"',
      ifModifiedSince: new Date(0),
      exOwn: 'yes',
    } as ReadOptions)
    expect(object).toMatchObject({ key: 'key', size: 1, contentType: 'a/b', metadata: { a: 'b' } })
    expect(sent.at(-1)?.request).toEqual({
      container: 'box',
      key: 'key',
      ifMatch: 'e',
      ifModifiedSince: new Date(0),
      extensions: { exOwn: 'yes' },
    })
  })

  test.each([
    { range: { start: 0 } },
    { ifMatch: 7 },
    { ifModifiedSince: 0 },
    { chunkSize: 5 },
    null,
    [],
  ])('%p is refused', async (options) => {
    const { box, sent } = setUp()
    await expect(box.head('key', options as ReadOptions)).rejects.toMatchObject({
      code: 'InvalidArgument',
      operation: 'getObject',
    })
    expect(sent).toEqual([])
  })

  test('conditions that the provider cannot tell are refused', async () => {
    const { box, sent } = setUp({ features: { conditions: { read: [] } } })
    await expect(box.head('key', { ifMatch: 'e' })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    })
    expect(sent).toEqual([])
  })
})

describe('exists', () => {
  const failing = (code: 'ObjectDoesNotExist' | 'ContainerDoesNotExist' | 'AccessDenied') =>
    setUp({
      backend: {
        headObject: async () => {
          throw new StorageError(code, 'no')
        },
      },
    }).box

  test('true, false where nothing is there, and everything else is a failure', async () => {
    const { box } = setUp()
    await box.put('key', 'x')
    expect(await box.exists('key')).toBe(true)
    expect(await box.exists('missing')).toBe(false)
    expect(await failing('ContainerDoesNotExist').exists('key')).toBe(false)
    await expect(failing('AccessDenied').exists('key')).rejects.toMatchObject({
      code: 'AccessDenied',
      operation: 'objectExists',
    })
  })

  test('takes no conditions', async () => {
    const exists = setUp().box.exists('key', { ifMatch: 'e' } as never)
    await expect(exists).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})

describe('delete', () => {
  test('is true, whether or not the key was there', async () => {
    const { box, sent } = setUp()
    expect(await box.delete('missing')).toBe(true)
    expect(await box.delete('missing', { ifMatch: '"e"' })).toBe(true)
    expect(sent.map(({ request }) => request)).toEqual([
      { container: 'box', key: 'missing' },
      { container: 'box', key: 'missing', ifMatch: 'e' },
    ])
  })

  test('with a condition only where that is enforced', async () => {
    const { box, sent } = setUp({ features: { conditions: { delete: [] } } })
    await expect(box.delete('key', { ifMatch: 'e' })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    })
    expect(sent).toEqual([])
  })
})

describe('url', () => {
  test('comes without a request, and says when there is none', async () => {
    const { box } = setUp()
    expect(await box.url('a b')).toBe('https://example.test/box/a b')
    const { box: other } = setUp({ backend: { objectUrl: undefined } })
    await expect(other.url('key')).rejects.toMatchObject({ code: 'UnsupportedOperation' })
  })
})

test('what put gives is what was sent and what the provider added', async () => {
  const { box } = setUp()
  const object = await box.put('key.txt', 'x', {
    cacheControl: 'no-store',
    metadata: { A: 'b' },
    acl: 'private',
    headers: { 'x-own': 'y' },
  })
  expect(object.toJSON()).toEqual({
    key: 'key.txt',
    container: 'box',
    size: 1,
    contentType: 'text/plain',
    cacheControl: 'no-store',
    metadata: { a: 'b' },
    etag: '9dd4e461268c8034f5c8564e155c67a6',
    hash: '9dd4e461268c8034f5c8564e155c67a6',
  })
})

test('every method refuses a key that is none, before anything is sent', async () => {
  const { box, sent } = setUp()
  const calls: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
    put: (key) => box.put(key, 'x'),
    putFile: (key) => box.putFile(key, '/etc/hostname'),
    get: (key) => box.get(key).bytes(),
    head: (key) => box.head(key),
    exists: (key) => box.exists(key),
    delete: (key) => box.delete(key),
    deleteMany: (key) => box.deleteMany([key]),
    copy: (key) => box.copy('key', key),
    'copy from': (key) => box.copy(key, 'key'),
    move: (key) => box.move('key', key),
    presign: (key) => box.presign(key),
    uploadForm: (key) => box.uploadForm(key),
    url: (key) => box.url(key),
  }
  for (const [name, call] of Object.entries(calls)) {
    for (const key of ['', 'x'.repeat(1025), '\ud800', 7, null, undefined] as string[]) {
      const failure: unknown = await call(key).catch((error: unknown) => error)
      expect({ name, key, code: (failure as { code?: unknown }).code }).toMatchObject({
        code: expect.stringMatching(/^Invalid(ObjectName|Argument)$/),
      })
    }
  }
  expect(sent).toEqual([])
})

test('every method refuses options that it does not know, before anything is sent', async () => {
  const { box, driver, sent } = setUp()
  const object = driver.object('box', 'key')
  const wrong = { nonsense: 1 } as never
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    put: () => box.put('key', 'x', wrong),
    putFile: () => box.putFile('key', '/etc/hostname', wrong),
    get: () => box.get('key', wrong).bytes(),
    head: () => box.head('key', wrong),
    exists: () => box.exists('key', wrong),
    list: () => all(box.list(wrong)),
    listPage: () => box.listPage(wrong),
    listPrefixes: () => all(box.listPrefixes(wrong)),
    delete: () => box.delete('key', wrong),
    deleteMany: () => box.deleteMany([], wrong),
    copy: () => box.copy('key', 'copy', wrong),
    move: () => box.move('key', 'copy', wrong),
    presign: () => box.presign('key', wrong),
    uploadForm: () => box.uploadForm('key', wrong),
    cdnUrl: () => box.cdnUrl(wrong),
    enableCdn: () => box.enableCdn(wrong),
    'object.download': () => object.download('/tmp/never', wrong),
    'object.downloadRange': () => object.downloadRange('/tmp/never', 0, 1, wrong),
    'object.cdnUrl': () => object.cdnUrl(wrong),
    'object.enableCdn': () => object.enableCdn(wrong),
    toFile: () => box.get('key').toFile('/tmp/never', wrong),
    response: () => box.get('key').response(wrong),
    getObjectAcl: () => driver.getObjectAcl(object, wrong),
    setObjectAcl: () => driver.setObjectAcl(object, 'private', wrong),
    getContainerAcl: () => driver.getContainerAcl(box, wrong),
    setContainerAcl: () => driver.setContainerAcl(box, 'private', wrong),
    disableContainerCdn: () => driver.disableContainerCdn(box, wrong),
    purgeContainerCdn: () => driver.purgeContainerCdn(box, ['*'], wrong),
    listContainers: () => driver.listContainers(wrong),
    getContainer: () => driver.getContainer('box', wrong),
    containerExists: () => driver.containerExists('box', wrong),
    createContainer: () => driver.createContainer('box', wrong),
    deleteContainer: () => driver.deleteContainer(box, wrong),
  }
  for (const [name, call] of Object.entries(calls)) {
    const failure: unknown = await call().catch((error: unknown) => error)
    expect({ name, failure }).toMatchObject({
      failure: { code: 'InvalidArgument', message: expect.stringContaining('option nonsense') },
    })
  }
  expect(sent).toEqual([])
})

async function all(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) expect(item).toBeDefined()
}

test('a container belongs to its driver', () => {
  const { driver, box } = setUp()
  expect(box.driver).toBe(driver)
  const other: Container = setUp().box
  expect(other.driver).not.toBe(driver)
})
