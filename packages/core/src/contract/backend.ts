import type { Body, BodyReader } from './body.ts'
import type { Features, PresignMethod } from './features.ts'
import type { AbortSignalLike } from '../surface/structural.ts'

/**
 * What a provider writes. Core holds everything that providers share (checks of arguments, sources, parts, hashing, files,
 * iteration, handles), so each operation here is one request object and one short function.
 *
 * - Optional members are capabilities: presence, tested by value, is the declaration.
 * - A wrapper forwards `{ ...request, key }`, so options it has never heard of pass through.
 * - An operation throws a `StorageError` without context, or any error of its own; core adds operation, provider, container and key,
 *   and passes the reason of an aborted `call.signal` on unchanged.
 * - Options that `features` does not promise never arrive: core refuses them before the call.
 */
export interface StorageBackend {
  /** What people call it, such as `DigitalOcean Spaces (nyc3)`. */
  readonly name: string
  readonly features: Features
  listContainers(request: ListContainersRequest, call: Call): Promise<ContainerPage>
  /** Fails with `ContainerDoesNotExist`. */
  headContainer(request: ContainerRequest, call: Call): Promise<ContainerInfo>
  /** Fails with `ContainerAlreadyExists`, also when the existing one is the caller's own. */
  createContainer(request: CreateContainerRequest, call: Call): Promise<ContainerInfo>
  /** Fails with `ContainerIsNotEmpty`; never deletes objects. */
  deleteContainer(request: ContainerRequest, call: Call): Promise<void>
  listObjects(request: ListObjectsRequest, call: Call): Promise<ObjectPage>
  headObject(request: ReadRequest, call: Call): Promise<ObjectInfo>
  /** With `range`, `info` still describes the whole object. A range that starts at or after the end is `InvalidRange`. */
  getObject(request: GetObjectRequest, call: Call): Promise<{ info: ObjectInfo; body: BodyReader }>
  /**
   * Stores an object, whole or not at all. The answer needs `key` and `size` and what only the server knows (ETag, version); core
   * adds what was sent.
   */
  putObject(request: PutObjectRequest, call: Call): Promise<ObjectInfo>
  /** Resolves also when the key was not there. */
  deleteObject(request: DeleteObjectRequest, call: Call): Promise<void>
  readonly multipart?: MultipartGroup | undefined
  readonly copyObject?:
    | ((request: CopyObjectRequest, call: Call) => Promise<ObjectInfo>)
    | undefined
  /** Deletes up to `features.deleteObjects.max` keys; resolves to the failures. */
  readonly deleteObjects?:
    | ((request: DeleteObjectsRequest, call: Call) => Promise<readonly KeyFailure[]>)
    | undefined
  /** The plain address of an object at its origin, without a request and without a signature. */
  readonly objectUrl?: ((request: ObjectRequest) => string) | undefined
  readonly presign?:
    | ((request: PresignRequest, call: Call) => Promise<PresignedRequest>)
    | undefined
  readonly uploadForm?:
    | ((request: UploadFormRequest, call: Call) => Promise<UploadForm>)
    | undefined
  readonly acl?: AclGroup | undefined
  readonly cdn?: CdnGroup | undefined
  /** Why an optional member is absent and how to get it, where there is a way: becomes the hint of `UnsupportedOperation`. */
  readonly absent?: Readonly<Partial<Record<Capability, string>>> | undefined
  /** Releases what the backend holds. */
  readonly close?: (() => Promise<void>) | undefined
}

/** The members of a backend that may be absent. */
export type Capability =
  | 'multipart'
  | 'copyObject'
  | 'objectUrl'
  | 'presign'
  | 'uploadForm'
  | 'acl'
  | 'cdn'

/** What core tells a backend about the call that a request belongs to. */
export interface Call {
  /** The method that the application called, by its name on `StorageDriver`. */
  readonly operation: string
  /**
   * Stops the work; its `reason` is what the call must reject with. Listen to it by `onAbort`; `platformSignal` makes the runtime's own `AbortSignal`
   * of it, as `fetch` wants one.
   */
  readonly signal?: AbortSignalLike | undefined
}

export interface ContainerRequest {
  readonly container: string
}

export interface ObjectRequest extends ContainerRequest {
  readonly key: string
}

export interface ListContainersRequest {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export interface ContainerPage {
  readonly containers: readonly ContainerInfo[]
  /** Where the next page starts; absent on the last one. */
  readonly cursor?: string | undefined
}

export interface ContainerInfo {
  readonly name: string
  readonly createdAt?: Date | undefined
}

export interface CreateContainerRequest extends ContainerRequest, ExtensionHolder {
  readonly acl?: string | undefined
}

export interface ListObjectsRequest extends ContainerRequest {
  readonly prefix?: string | undefined
  readonly delimiter?: string | undefined
  /** Only keys after this one, in the order of the listing. */
  readonly startAfter?: string | undefined
  readonly cursor?: string | undefined
  /** At most `features.list.maxPage`. Objects and prefixes count together. */
  readonly limit?: number | undefined
}

export interface ObjectPage {
  readonly objects: readonly ObjectInfo[]
  /** Common prefixes up to and including the delimiter; empty without one. */
  readonly prefixes: readonly string[]
  readonly cursor?: string | undefined
}

/** Facts about a stored object; what is not known is absent. */
export interface ObjectInfo extends Attributes {
  readonly key: string
  /** Bytes of the whole object. */
  readonly size: number
  /** Opaque, without quotes. */
  readonly etag?: string | undefined
  /** Hex MD5 of the whole object, only where it is known to be that. */
  readonly md5?: string | undefined
  readonly lastModified?: Date | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly storageClass?: string | undefined
  readonly versionId?: string | undefined
}

/** What is stored beside the bytes and comes back as HTTP headers. */
export interface Attributes {
  readonly contentType?: string | undefined
  readonly cacheControl?: string | undefined
  readonly contentDisposition?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly contentLanguage?: string | undefined
  readonly expires?: Date | undefined
}

/**
 * Options that a provider has beyond the portable ones, under the names that `features.extensions` lists for the call. Their values
 * are for the backend to check.
 */
export interface ExtensionHolder {
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/** Conditions and options of reading an object. ETags are without quotes. */
export interface ReadRequest extends ObjectRequest, ExtensionHolder {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: Date | undefined
  readonly ifUnmodifiedSince?: Date | undefined
}

/** `start` inclusive, `end` exclusive, the end of the object by default. */
export interface ByteRange {
  readonly start: number
  readonly end?: number | undefined
}

export interface GetObjectRequest extends ReadRequest {
  readonly range?: ByteRange | undefined
}

/** Everything about a stored object that the writer decides. */
export interface PutAttributes extends Attributes, ExtensionHolder {
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly acl?: string | undefined
  /** Raw request headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** Conditions on writing. */
export interface WriteConditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: '*' | undefined
}

export interface PutObjectRequest extends ObjectRequest, PutAttributes, WriteConditions {
  readonly body: Body
}

export interface DeleteObjectRequest extends ObjectRequest {
  readonly ifMatch?: string | undefined
}

export interface DeleteObjectsRequest extends ContainerRequest {
  readonly keys: readonly string[]
}

/** A key that could not be deleted; `error` says why. */
export interface KeyFailure {
  readonly key: string
  readonly error: unknown
}

/** Uploads in parts. Conditions travel with `complete`, attributes with both ends, since protocols differ in where they want them. */
export interface MultipartGroup {
  /** Opaque and serialisable; may be made up locally. */
  create(request: ObjectRequest & PutAttributes & WriteConditions, call: Call): Promise<string>
  uploadPart(request: UploadPartRequest, call: Call): Promise<PartRef>
  /** Publishes the parts, in the order given, as one object. */
  complete(request: CompleteRequest, call: Call): Promise<ObjectInfo>
  /** Drops the parts. Resolves also when the upload is gone already. */
  abort(request: UploadRequest, call: Call): Promise<void>
  readonly listParts?: ((request: ListPartsRequest, call: Call) => Promise<PartPage>) | undefined
  readonly listUploads?:
    | ((request: ListUploadsRequest, call: Call) => Promise<UploadPage>)
    | undefined
}

export interface UploadRequest extends ObjectRequest {
  readonly upload: string
}

export interface UploadPartRequest extends UploadRequest, ExtensionHolder {
  /** From 1. */
  readonly number: number
  /** Where in the object this part begins. */
  readonly offset: number
  readonly last: boolean
  readonly body: Body
}

/** A part that the server holds. */
export interface PartRef {
  readonly number: number
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** Hex MD5 of what was sent, where core hashed it. */
  readonly md5?: string | undefined
}

export interface CompleteRequest extends UploadRequest, PutAttributes, WriteConditions {
  readonly parts: readonly PartRef[]
  /** Size of the whole object in bytes. */
  readonly size: number
}

export interface ListPartsRequest extends UploadRequest {
  readonly cursor?: string | undefined
}

export interface PartPage {
  readonly parts: readonly PartRef[]
  readonly cursor?: string | undefined
}

export interface ListUploadsRequest extends ContainerRequest {
  readonly prefix?: string | undefined
  readonly delimiter?: string | undefined
  readonly cursor?: string | undefined
}

export interface UploadPage {
  readonly uploads: readonly UploadInfo[]
  readonly cursor?: string | undefined
}

/** An upload that was begun and neither completed nor aborted. */
export interface UploadInfo {
  readonly key: string
  readonly upload: string
  readonly createdAt?: Date | undefined
  readonly initiator?: string | undefined
  readonly owner?: string | undefined
}

/**
 * A copy inside the provider. Without `replace` the copy keeps attributes and metadata; with it, it has those. `acl` absent means: as the
 * source, where objects have ACLs.
 */
export interface CopyObjectRequest extends ObjectRequest, WriteConditions, ExtensionHolder {
  readonly source: ObjectRequest & ExtensionHolder & { readonly ifMatch?: string | undefined }
  readonly replace?:
    | (Attributes & { readonly metadata?: Readonly<Record<string, string>> | undefined })
    | undefined
  readonly acl?: string | undefined
}

export interface PresignRequest extends ObjectRequest {
  readonly method: PresignMethod
  /** Seconds from now. */
  readonly expiresIn: number
  /** What the sender of a PUT must send along, and what will be stored. */
  readonly attributes?: PutAttributes | undefined
  /** Exact length in bytes that the sender of a PUT must send. */
  readonly size?: number | undefined
  /** Headers that the answer to a GET shall have instead of the stored ones. */
  readonly response?: Attributes | undefined
  /** `'cdn'`: an address at the CDN, where the provider has one. */
  readonly via?: 'cdn' | undefined
}

/** A request that anybody can send until it expires. */
export interface PresignedRequest {
  readonly method: PresignMethod
  readonly url: string
  /** Headers that must be sent exactly so. */
  readonly headers: Readonly<Record<string, string>>
  /** When it really ends: never after the credentials' own end. */
  readonly expiresAt: Date
}

export interface UploadFormRequest extends ContainerRequest {
  /** The key, or with `keyIsPrefix` what it must start with. */
  readonly key: string
  readonly keyIsPrefix: boolean
  readonly expiresIn: number
  readonly minSize?: number | undefined
  readonly maxSize?: number | undefined
  readonly attributes?: PutAttributes | undefined
}

/** An HTML form upload: send `fields` and then the file, as `multipart/form-data`, by POST to `url`. */
export interface UploadForm {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
  readonly expiresAt: Date
}

/** Reading and changing canned ACLs, of objects, of containers, or of both. `'custom'` is one that no canned value describes. */
export interface AclGroup {
  readonly getObjectAcl?: ((request: ObjectRequest, call: Call) => Promise<string>) | undefined
  readonly setObjectAcl?:
    | ((request: ObjectRequest & { readonly acl: string }, call: Call) => Promise<void>)
    | undefined
  readonly getContainerAcl?:
    | ((request: ContainerRequest, call: Call) => Promise<string>)
    | undefined
  readonly setContainerAcl?:
    | ((request: ContainerRequest & { readonly acl: string }, call: Call) => Promise<void>)
    | undefined
}

/** A content delivery network in front of containers. */
export interface CdnGroup {
  containerUrl(request: ContainerRequest, call: Call): Promise<string>
  objectUrl(request: ObjectRequest, call: Call): Promise<string>
  enableContainer(request: ContainerRequest & CdnSettings, call: Call): Promise<void>
  enableObject(request: ObjectRequest, call: Call): Promise<void>
  disableContainer(request: ContainerRequest, call: Call): Promise<void>
  purgeContainer(
    request: ContainerRequest & { readonly paths: readonly string[] },
    call: Call,
  ): Promise<void>
}

export interface CdnSettings {
  /** How long the edge keeps an object, in seconds. */
  readonly ttl?: number | undefined
  readonly customDomain?: string | undefined
  readonly certificateId?: string | undefined
}

/**
 * A group of operations with its optional members present, for a provider that has them all: `Whole<MultipartGroup>`,
 * `Whole<Pick<StorageBackend, 'presign'>>`.
 */
export type Whole<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> }

/**
 * The type of a wrapper around another backend: every member must be forwarded, the optional ones too, as a value or as `undefined`. A
 * member that is added to the contract later then fails to compile instead of vanishing.
 */
export type Forwarded<T> = {
  // These are data, whole or not at all: a wrapper that changes one says so by itself.
  [K in keyof T]-?: K extends 'features' | 'absent'
    ? T[K]
    : T[K] extends ((...args: never) => unknown) | undefined
      ? T[K]
      : T[K] extends object | undefined
        ? Forwarded<NonNullable<T[K]>> | Extract<T[K], undefined>
        : T[K]
}
