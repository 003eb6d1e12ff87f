import type { Container, ObjectHandle } from './handles.ts'
import type { StorageDriver } from './storage-driver.ts'

type MethodsOf<T> = Exclude<
  { [K in keyof T]: T[K] extends (...given: never) => unknown ? K : never }[keyof T] & string,
  'toJSON'
>

/** A method of `StorageDriver`. */
export type FullName = MethodsOf<StorageDriver>

/** A method of a container or of an object. */
export type ShortForm = `container.${MethodsOf<Container>}` | `object.${MethodsOf<ObjectHandle>}`

/** What each method of a driver is called on containers and objects. */
export const shortForms = {
  container: [],
  object: [],
  iterateContainers: [],
  listContainers: [],
  getContainer: [],
  containerExists: [],
  createContainer: [],
  deleteContainer: [],
  iterateContainerObjects: ['container.list'],
  listContainerObjects: [],
  getObject: ['container.head', 'object.head'],
  objectExists: ['container.exists'],
  uploadObject: ['container.putFile'],
  uploadObjectViaStream: ['container.put'],
  downloadObject: ['object.download'],
  downloadObjectAsStream: ['container.get', 'object.stream'],
  downloadObjectRange: ['object.downloadRange'],
  downloadObjectRangeAsStream: ['container.get', 'object.stream'],
  deleteObject: ['container.delete', 'object.delete'],
  deleteObjects: ['container.deleteMany'],
  copyObject: ['container.copy'],
  moveObject: ['container.move'],
  getObjectUrl: ['container.url', 'object.url'],
  createPresignedUrl: ['container.presign'],
  createUploadForm: ['container.uploadForm'],
  getObjectAcl: [],
  setObjectAcl: [],
  getContainerAcl: [],
  setContainerAcl: [],
  enableContainerCdn: ['container.enableCdn'],
  enableObjectCdn: ['object.enableCdn'],
  disableContainerCdn: [],
  purgeContainerCdn: [],
  getContainerCdnUrl: ['container.cdnUrl'],
  getObjectCdnUrl: ['object.cdnUrl'],
  stats: [],
  close: [],
} as const

type Lines = typeof shortForms

// Every method of a driver has its line, every line its method, and every short form is one: else this does not compile.
shortForms satisfies Readonly<Record<FullName, readonly ShortForm[]>>
true satisfies [Exclude<keyof Lines, FullName>] extends [never] ? true : false

type Listed = Lines[FullName][number]

/** The methods of containers and objects that drivers have no name for, all of them, and what they do. */
export const shortOnly: Readonly<Record<Exclude<ShortForm, Listed>, string>> = {
  'container.listPage': 'one page of a listing: objects, common prefixes and a cursor',
  'container.listPrefixes': 'the common prefixes of a listing, as folders have them',
}
