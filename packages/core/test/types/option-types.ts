// Compiled, never run: options of a driver's own are known wherever they are taken, and nothing else is.
import type {
  Container,
  DownloadOptions,
  DriverOptionTypes,
  GetOptions,
  ReadOptions,
  StorageDriver,
  UploadOptions,
} from '@cloudstore/core'

interface Own {
  exOwn?: string | undefined
}
interface OwnTypes extends DriverOptionTypes {
  upload: UploadOptions & Own & { acl?: 'private' | 'public-read' | undefined }
  read: ReadOptions & Own
  get: GetOptions & Own
  download: DownloadOptions & Own
  acl: 'private' | 'public-read'
}

declare const driver: StorageDriver<OwnTypes>
const container = driver.container('box')
const object = driver.object(container, 'key')
const own = { exOwn: 'x' }

export const known: readonly unknown[] = [
  container.put('key', 'x', { ...own, acl: 'private' }),
  container.head('key', own),
  container.get('key', own),
  object.head(own),
  object.stream(own),
  object.download('path', own),
  object.downloadRange('path', 0, 1, own),
  driver.getObject('box', 'key', own),
  driver.downloadObject(object, 'path', own),
  driver.downloadObjectRange(object, 'path', 0, 1, own),
  driver.downloadObjectAsStream(object, own),
  driver.setObjectAcl(object, 'public-read'),
  container.deleteMany(['a', object]),
  container.deleteMany(container.list()),
  driver.deleteObjects(container, new Set(['a'])),
]

export const unknown: readonly unknown[] = [
  // @ts-expect-error -- a misspelt option
  container.head('key', { exOwm: 'x' }),
  // @ts-expect-error -- an ACL that this driver does not have
  container.put('key', 'x', { acl: 'public-read-write' }),
  // @ts-expect-error -- a download has its range in its arguments
  driver.downloadObject(object, 'path', { range: { start: 0 } }),
  // @ts-expect-error -- a page is one page
  container.listPage({ limit: 5 }),
  // @ts-expect-error -- an ACL that this driver does not have
  driver.setObjectAcl(object, 'public'),
  // @ts-expect-error -- one key, whose characters would be keys
  container.deleteMany('notes.txt'),
]

/** A function on plain containers takes the container of any driver. */
export function anyDriver(plain: Container): Promise<unknown> {
  return plain.put('key', 'x')
}
export const taken: Promise<unknown> = anyDriver(container)
