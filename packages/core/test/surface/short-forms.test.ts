import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ObjectHandle } from '../../src/surface/handles.ts'
import type { FullName, shortForms } from '../../src/surface/short-forms.ts'
import { setUp, type Setting } from '../support/recording-backend.ts'

type Shortened = {
  [M in FullName]: (typeof shortForms)[M] extends readonly [] ? never : M
}[FullName]

/** One call in every form that it has: a form that is missing here does not compile. */
type Ways = {
  readonly [M in Shortened]: Readonly<
    Record<'driver' | (typeof shortForms)[M][number], (given: Given) => unknown>
  >
}

interface Given extends Setting {
  readonly object: ObjectHandle
  /** A new path in a directory of the test's own. */
  readonly path: string
}

let directory: string
let file: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cloudstore-short-forms-'))
  file = join(directory, 'source.txt')
  await writeFile(file, 'contents of a file')
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

const { signal } = new AbortController()
const read = { ifMatch: 'an-etag', signal }
const list = { prefix: 'ke', startAfter: 'a', pageSize: 5, limit: 3, signal }
const upload = { contentType: 'text/x-own', metadata: { a: 'b' }, signal }
const presign = { method: 'PUT', size: 5, expiresIn: 60, signal } as const
const form = { maxSize: 5, expiresIn: 60, signal }
const range = { start: 2, end: 5 }
const cdn = { ttl: 60, signal }

const ways: Ways = {
  iterateContainerObjects: {
    driver: ({ driver, box }) => all(driver.iterateContainerObjects(box, list)),
    'container.list': ({ box }) => all(box.list(list)),
  },
  getObject: {
    driver: ({ driver }) => driver.getObject('box', 'key', read),
    'container.head': ({ box }) => box.head('key', read),
    'object.head': ({ object }) => object.head(read),
  },
  objectExists: {
    driver: ({ driver, box }) => driver.objectExists(box, 'key', { signal }),
    'container.exists': ({ box }) => box.exists('key', { signal }),
  },
  uploadObject: {
    driver: ({ driver, box }) => driver.uploadObject(file, box, 'new', upload),
    'container.putFile': ({ box }) => box.putFile('new', file, upload),
  },
  uploadObjectViaStream: {
    driver: ({ driver, box }) => driver.uploadObjectViaStream(['x', 'y'], box, 'new', upload),
    'container.put': ({ box }) => box.put('new', ['x', 'y'], upload),
  },
  downloadObject: {
    driver: ({ driver, object, path }) => driver.downloadObject(object, path, read),
    'object.download': ({ object, path }) => object.download(path, read),
  },
  downloadObjectAsStream: {
    driver: ({ driver, object }) => driver.downloadObjectAsStream(object, read).text(),
    'container.get': ({ box }) => box.get('key', read).text(),
    'object.stream': ({ object }) => object.stream(read).text(),
  },
  downloadObjectRange: {
    driver: ({ driver, object, path }) => driver.downloadObjectRange(object, path, 2, 5, read),
    'object.downloadRange': ({ object, path }) => object.downloadRange(path, 2, 5, read),
  },
  downloadObjectRangeAsStream: {
    driver: ({ driver, object }) =>
      driver.downloadObjectRangeAsStream(object, range.start, range.end, read).text(),
    'container.get': ({ box }) => box.get('key', { ...read, range }).text(),
    'object.stream': ({ object }) => object.stream({ ...read, range }).text(),
  },
  deleteObject: {
    driver: ({ driver, object }) => driver.deleteObject(object, { ifMatch: 'an-etag', signal }),
    'container.delete': ({ box }) => box.delete('key', { ifMatch: 'an-etag', signal }),
    'object.delete': ({ object }) => object.delete({ ifMatch: 'an-etag', signal }),
  },
  deleteObjects: {
    driver: ({ driver, box }) => driver.deleteObjects(box, ['key', 'other'], { signal }),
    'container.deleteMany': ({ box }) => box.deleteMany(['key', 'other'], { signal }),
  },
  copyObject: {
    driver: ({ driver, box, object }) =>
      driver.copyObject(object, box, 'copy', { acl: 'private', signal }),
    'container.copy': ({ box, object }) => box.copy(object, 'copy', { acl: 'private', signal }),
  },
  moveObject: {
    driver: ({ driver, box, object }) => driver.moveObject(object, box, 'moved', { signal }),
    'container.move': ({ box, object }) => box.move(object, 'moved', { signal }),
  },
  getObjectUrl: {
    driver: ({ driver, object }) => driver.getObjectUrl(object),
    'container.url': ({ box }) => box.url('key'),
    'object.url': ({ object }) => object.url(),
  },
  createPresignedUrl: {
    driver: ({ driver, object }) => driver.createPresignedUrl(object, presign),
    'container.presign': ({ box }) => box.presign('key', presign),
  },
  createUploadForm: {
    driver: ({ driver, box }) => driver.createUploadForm(box, 'key', form),
    'container.uploadForm': ({ box }) => box.uploadForm('key', form),
  },
  enableContainerCdn: {
    driver: ({ driver, box }) => driver.enableContainerCdn(box, cdn),
    'container.enableCdn': ({ box }) => box.enableCdn(cdn),
  },
  enableObjectCdn: {
    driver: ({ driver, object }) => driver.enableObjectCdn(object, { signal }),
    'object.enableCdn': ({ object }) => object.enableCdn({ signal }),
  },
  getContainerCdnUrl: {
    driver: ({ driver, box }) => driver.getContainerCdnUrl(box, { signal }),
    'container.cdnUrl': ({ box }) => box.cdnUrl({ signal }),
  },
  getObjectCdnUrl: {
    driver: ({ driver, object }) => driver.getObjectCdnUrl(object, { signal }),
    'object.cdnUrl': ({ object }) => object.cdnUrl({ signal }),
  },
}

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of items) found.push(item)
  return found
}

let paths = 0

/** What a call gives and what it sends, on a backend of its own. */
async function outcome(call: (given: Given) => unknown): Promise<object> {
  const setting = setUp()
  await setting.box.put('key', 'contents', { contentType: 'text/plain' })
  setting.sent.length = 0
  paths += 1
  const given = {
    ...setting,
    object: setting.driver.object('box', 'key'),
    path: join(directory, `file-${paths}`),
  }
  const result: unknown = await call(given)
  const requests = setting.sent.map(({ operation, request, call: about }) => ({
    operation,
    request,
    cancellable: about?.signal !== undefined,
  }))
  return { requests, result: JSON.parse(JSON.stringify(result)) as unknown }
}

const pairs = Object.entries(ways).flatMap(([method, { driver, ...forms }]) =>
  Object.entries(forms).map(([form, call]) => [method, form, driver, call] as const),
)

test.each(pairs)(
  '%s and %s send the same and give the same',
  async (_method, _form, driver, call) => {
    const expected = await outcome(driver)
    expect(expected).not.toMatchObject({ requests: [] })
    expect(await outcome(call)).toEqual(expected)
  },
)
