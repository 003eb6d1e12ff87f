import type { Attributes, ByteRange, PresignedRequest, UploadForm } from '../contract/backend.ts'
import type {
  CallOptions,
  CopyOptions,
  CreateContainerOptions,
  DeleteOptions,
  DownloadOptions,
  EnableCdnOptions,
  FileOptions,
  GetOptions,
  ListOptions,
  ListPageOptions,
  PresignOptions,
  ReadOptions,
  ResponseOptions,
  UploadFormOptions,
  UploadOptions,
} from './options.ts'
import type { UploadSource } from './source-types.ts'
import type { StorageDriver } from './storage-driver.ts'
import type { Bytes, NodeStream, WebResponse, WebStream } from './structural.ts'

/**
 * The types of options that a driver takes. A driver may narrow them or add optional ones, never required ones; everything else
 * in the API has this one parameter.
 */
export interface DriverOptionTypes {
  upload: UploadOptions
  read: ReadOptions
  get: GetOptions
  download: DownloadOptions
  copy: CopyOptions
  createContainer: CreateContainerOptions
  presign: PresignOptions
  uploadForm: UploadFormOptions
  enableCdn: EnableCdnOptions
  /** The canned ACLs. */
  acl: string
}

// Methods, not properties with function types, in all of these interfaces: methods compare bivariantly, so that a function
// on plain `Container` takes the container of any driver.

/**
 * A container (a bucket, a Space, a folder), by name. Making one sends nothing; its methods are the everyday surface of the SDK.
 * Options come last and each call takes a `signal`.
 */
export interface Container<T extends DriverOptionTypes = DriverOptionTypes> {
  readonly name: string
  /** Known from listings, and where the provider tells it otherwise. */
  readonly createdAt?: Date
  readonly driver: StorageDriver<T>
  /** Uploads from memory, a stream or another object. A path is text here: files go through `putFile`. */
  put(key: string, source: UploadSource, options?: T['upload']): Promise<StorageObject<T>>
  /** Uploads a file of the local file system, as long as it is now: what is appended meanwhile is left out, and one that becomes shorter fails. */
  putFile(key: string, path: string, options?: T['upload']): Promise<StorageObject<T>>
  /** Opens an object for reading. Nothing is sent before the result is used. */
  get(key: string, options?: T['get']): ObjectStream<T>
  /** Facts about an object, without its bytes. */
  head(key: string, options?: T['read']): Promise<StorageObject<T>>
  /** False only when the provider says that there is no such object; every other failure throws. */
  exists(key: string, options?: CallOptions): Promise<boolean>
  /** All objects, page by page as they are asked for. */
  list(options?: ListOptions): AsyncIterable<StorageObject<T>>
  /** One page of a listing, for user interfaces. */
  listPage(options?: ListPageOptions): Promise<ObjectListPage<T>>
  /** The common prefixes of a listing with `delimiter` (default `/`). */
  listPrefixes(options?: ListOptions): AsyncIterable<string>
  /** Deletes an object; true also when the key was not there. Containers are deleted by `driver.deleteContainer` alone. */
  delete(key: string, options?: DeleteOptions): Promise<boolean>
  /** Deletes many objects; throws after the last batch, with `failures`, when any could not be deleted. */
  deleteMany(keys: ManyKeys, options?: CallOptions): Promise<{ deleted: number }>
  /** Copies an object of the same driver into this container, on the provider's side. */
  copy(source: string | ObjectHandle, key: string, options?: T['copy']): Promise<StorageObject<T>>
  /** Copies, verifies the copy, then deletes the source. */
  move(source: string | ObjectHandle, key: string, options?: T['copy']): Promise<StorageObject<T>>
  /** A request that anybody can send for a while without credentials. */
  presign(key: string, options?: T['presign']): Promise<PresignedRequest>
  /** A form by which a browser can upload an object. */
  uploadForm(key: string, options?: T['uploadForm']): Promise<UploadForm>
  /** The plain address of an object at its origin; no request, no signature. */
  url(key: string): Promise<string>
  /** The address of this container at the provider's CDN. */
  cdnUrl(options?: CallOptions): Promise<string>
  enableCdn(options?: T['enableCdn']): Promise<boolean>
  toJSON(): { name: string; createdAt?: Date }
}

/** Keys, or objects of the same container. One key alone is none of these, though its characters can be iterated. */
export type ManyKeys = object &
  (Iterable<string | ObjectHandle> | AsyncIterable<string | ObjectHandle>)

export interface ObjectListPage<T extends DriverOptionTypes = DriverOptionTypes> {
  readonly objects: readonly StorageObject<T>[]
  readonly prefixes: readonly string[]
  /** For the next page; absent on the last one. */
  readonly cursor?: string
}

/** An object, by key. Making one sends nothing. */
export interface ObjectHandle<T extends DriverOptionTypes = DriverOptionTypes> {
  readonly key: string
  /** Libcloud's word for `key`. */
  readonly name: string
  readonly container: Container<T>
  /** As `container.get(key)`. */
  stream(options?: T['get']): ObjectStream<T>
  /** Downloads to a file, or into a directory under the key. */
  download(path: string, options?: T['download']): Promise<boolean>
  /** Downloads the bytes from `start` (inclusive, 0-based) to `end` (exclusive; default: the end of the object). */
  downloadRange(
    path: string,
    start: number,
    end?: number,
    options?: T['download'],
  ): Promise<boolean>
  delete(options?: DeleteOptions): Promise<boolean>
  head(options?: T['read']): Promise<StorageObject<T>>
  url(): Promise<string>
  cdnUrl(options?: CallOptions): Promise<string>
  enableCdn(options?: CallOptions): Promise<boolean>
}

/** An object with what the provider said of it at one moment. What it did not say is absent. */
export interface StorageObject<T extends DriverOptionTypes = DriverOptionTypes>
  extends ObjectHandle<T>, DefinedAttributes {
  /** Bytes. */
  readonly size: number
  /** Opaque, without quotes: good for `ifMatch`, not for comparing contents. */
  readonly etag?: string
  /** Hex MD5 of the contents, only where it is known to be that. */
  readonly hash?: string
  readonly lastModified?: Date
  readonly metadata?: Readonly<Record<string, string>>
  readonly storageClass?: string
  readonly versionId?: string
  toJSON(): StorageObjectData
}

/** The facts of a `StorageObject` as plain data. */
export interface StorageObjectData extends DefinedAttributes {
  readonly key: string
  readonly container: string
  readonly size: number
  readonly etag?: string
  readonly hash?: string
  readonly lastModified?: Date
  readonly metadata?: Readonly<Record<string, string>>
  readonly storageClass?: string
  readonly versionId?: string
}

type DefinedAttributes = { readonly [K in keyof Attributes]?: NonNullable<Attributes[K]> }

/**
 * An object being read. Nothing is sent before the first use; the bytes can be consumed once, in one way. Leaving a loop early,
 * `cancel()` and errors release the connection. It is itself a source for `put`, with its size, content type and metadata.
 */
export interface ObjectStream<
  T extends DriverOptionTypes = DriverOptionTypes,
> extends AsyncIterable<Uint8Array> {
  readonly key: string
  readonly container: Container<T>
  /** Sends the request and resolves to the facts about the object when its headers are there. */
  info(): Promise<StorageObject<T>>
  /** All bytes, in memory. */
  bytes(): Promise<Bytes>
  /** All bytes as UTF-8 text. */
  text(): Promise<string>
  json<V = unknown>(): Promise<V>
  /** A web `ReadableStream`; nothing is sent before it is read. */
  toWeb(): WebStream
  /** A Node `Readable`; nothing is sent before it is read. */
  toNode(): NodeStream
  /** Writes the bytes to a file, as `downloadObject` does. */
  toFile(path: string, options?: FileOptions): Promise<boolean>
  /** A web `Response` with status 200, or 206 for a range, and the stored headers. */
  response(options?: ResponseOptions): Promise<WebResponse>
  /** Gives the bytes up and releases the connection. */
  cancel(reason?: unknown): Promise<void>
  toJSON(): { container: string; key: string; range?: ByteRange }
}
