import type { PresignedRequest, StorageBackend, UploadForm } from '../contract/backend.ts'
import type { Features } from '../contract/features.ts'
import type {
  Container,
  DriverOptionTypes,
  ManyKeys,
  ObjectHandle,
  ObjectStream,
  StorageObject,
} from './handles.ts'
import type { CallOptions, DeleteOptions, ListOptions } from './options.ts'
import type { UploadSource } from './source-types.ts'

/** A number of things that a driver has going on. */
export interface DriverStats {
  /** Operations that have begun and not ended, unread downloads included. */
  readonly active: number
  /** Operations that have ended well. */
  readonly succeeded: number
  /** Operations that have failed or were cancelled. */
  readonly failed: number
  /** Bytes handed to the provider. */
  readonly bytesSent: number
  /** Bytes that came from the provider. */
  readonly bytesReceived: number
  /** Failed uploads whose parts could not be removed: they are still there, and paid for. */
  readonly strandedUploads: number
}

/**
 * A storage provider, as an application holds it. The same methods with the same meaning on every provider; what a provider cannot do
 * fails with `UnsupportedOperation` before anything is sent.
 *
 * Async methods reject. Methods that return a stream or an iterable fail when it is first read.
 */
export interface StorageDriver<T extends DriverOptionTypes = DriverOptionTypes> {
  /** What people call it, such as `DigitalOcean Spaces (nyc3)`. */
  readonly name: string
  /** The provider's string, such as `digitalocean_spaces`. */
  readonly provider: string
  readonly features: Features
  /** What the provider's package implements. Wrap it to change behaviour; the wrapper goes into a driver of its own. */
  readonly backend: StorageBackend

  /** A container by name. Sends nothing; throws `InvalidContainerName`. */
  container(name: string): Container<T>
  /** An object by key. Sends nothing; throws `InvalidObjectName`. */
  object(container: string | Container, key: string): ObjectHandle<T>

  iterateContainers(options?: CallOptions): AsyncIterable<Container<T>>
  /** Throws after 1,000,000 containers: iterate then. */
  listContainers(options?: CallOptions): Promise<Container<T>[]>
  /** Asks the provider whether it is there, else `ContainerDoesNotExist`. */
  getContainer(name: string, options?: CallOptions): Promise<Container<T>>
  containerExists(name: string, options?: CallOptions): Promise<boolean>
  createContainer(name: string, options?: T['createContainer']): Promise<Container<T>>
  /** Deletes an empty container, else `ContainerIsNotEmpty`. */
  deleteContainer(container: Container, options?: CallOptions): Promise<boolean>

  iterateContainerObjects(
    container: Container,
    options?: ListOptions,
  ): AsyncIterable<StorageObject<T>>
  /** Throws after 1,000,000 objects, unless `limit` is given: iterate then. */
  listContainerObjects(container: Container, options?: ListOptions): Promise<StorageObject<T>[]>

  /** Facts about an object, without its bytes. */
  getObject(
    containerName: string,
    objectName: string,
    options?: T['read'],
  ): Promise<StorageObject<T>>
  objectExists(container: Container, key: string, options?: CallOptions): Promise<boolean>
  /** Uploads a file of the local file system. */
  uploadObject(
    filePath: string,
    container: Container,
    objectName: string,
    options?: T['upload'],
  ): Promise<StorageObject<T>>
  /** Uploads from memory or a stream, of known or unknown length. */
  uploadObjectViaStream(
    source: UploadSource,
    container: Container,
    objectName: string,
    options?: T['upload'],
  ): Promise<StorageObject<T>>
  /** Downloads to a file, or into a directory under the key. */
  downloadObject(
    object: ObjectHandle,
    destinationPath: string,
    options?: T['download'],
  ): Promise<boolean>
  downloadObjectAsStream(object: ObjectHandle, options?: T['get']): ObjectStream<T>
  /** Downloads the bytes from `startBytes` (inclusive, 0-based) to `endBytes` (exclusive; default: the end). */
  downloadObjectRange(
    object: ObjectHandle,
    destinationPath: string,
    startBytes: number,
    endBytes?: number,
    options?: T['download'],
  ): Promise<boolean>
  downloadObjectRangeAsStream(
    object: ObjectHandle,
    startBytes: number,
    endBytes?: number,
    options?: T['get'],
  ): ObjectStream<T>
  /** True also when the key was not there. */
  deleteObject(object: ObjectHandle, options?: DeleteOptions): Promise<boolean>
  deleteObjects(
    container: Container,
    keys: ManyKeys,
    options?: CallOptions,
  ): Promise<{ deleted: number }>
  copyObject(
    source: ObjectHandle,
    container: Container,
    key: string,
    options?: T['copy'],
  ): Promise<StorageObject<T>>
  /** Copies, verifies the copy, then deletes the source. */
  moveObject(
    source: ObjectHandle,
    container: Container,
    key: string,
    options?: T['copy'],
  ): Promise<StorageObject<T>>

  getObjectUrl(object: ObjectHandle): Promise<string>
  createPresignedUrl(object: ObjectHandle, options?: T['presign']): Promise<PresignedRequest>
  createUploadForm(
    container: Container,
    key: string,
    options?: T['uploadForm'],
  ): Promise<UploadForm>

  /** The canned ACL, or `'custom'` when none describes it. */
  getObjectAcl(object: ObjectHandle, options?: CallOptions): Promise<T['acl'] | 'custom'>
  setObjectAcl(object: ObjectHandle, acl: T['acl'], options?: CallOptions): Promise<boolean>
  getContainerAcl(container: Container, options?: CallOptions): Promise<T['acl'] | 'custom'>
  setContainerAcl(container: Container, acl: T['acl'], options?: CallOptions): Promise<boolean>

  enableContainerCdn(container: Container, options?: T['enableCdn']): Promise<boolean>
  enableObjectCdn(object: ObjectHandle, options?: CallOptions): Promise<boolean>
  disableContainerCdn(container: Container, options?: CallOptions): Promise<boolean>
  /** Drops objects from the CDN's caches. Paths are keys, or end in `*`. */
  purgeContainerCdn(
    container: Container,
    paths: readonly string[],
    options?: CallOptions,
  ): Promise<boolean>
  getContainerCdnUrl(container: Container, options?: CallOptions): Promise<string>
  getObjectCdnUrl(object: ObjectHandle, options?: CallOptions): Promise<string>

  stats(): DriverStats
  /**
   * Ends what the driver holds; calls made afterwards fail. Uploads that go on as a stream, from a file or in parts are stopped, and their parts
   * removed, which is waited for, at most 8 seconds. Single requests on their way are let finish.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
  toJSON(): { name: string; provider: string }
}
