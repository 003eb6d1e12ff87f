import type { Attributes, ByteRange, CdnSettings } from '../contract/backend.ts'
import type { PresignMethod } from '../contract/features.ts'
import type { AbortSignalLike } from './structural.ts'

/** What every call takes. */
export interface CallOptions {
  /** Cancels the call, down to the wire. The call then rejects with the signal's `reason`, unchanged. */
  signal?: AbortSignalLike | undefined
}

/** How far a transfer has come. `loaded` never goes back, also when a request is repeated. */
export interface Progress {
  /** Bytes transferred. */
  readonly loaded: number
  /** Bytes in all, when known; it is when the transfer is done. */
  readonly total?: number | undefined
}

export interface ProgressOptions {
  /**
   * Called as bytes are transferred. The last call of a transfer that succeeds has `loaded === total`: for nothing to transfer it is the only
   * one, with 0 of 0, and for a length that shows only at the end it alone has a `total`. What it throws ends the transfer and arrives unchanged.
   */
  onProgress?: ((progress: Progress) => void) | undefined
}

/** Attributes of an object as its writer gives them. Absent ones are not stored. */
export type AttributeOptions = { -readonly [K in keyof Attributes]?: Attributes[K] }

/** Tuning of uploads, for a whole driver or for one upload. */
export interface TransferOptions {
  /** Bytes of one part of a multipart upload. Default: 8 MiB; grown where an object of known size would need too many parts. */
  partSize?: number | undefined
  /** How many parts are sent at the same time. Default: 4. */
  concurrency?: number | undefined
  /** Objects of at least this many bytes are uploaded in parts. Default: 16 MiB, or never where one put can be streamed. */
  multipartThreshold?: number | undefined
  /** Whether bytes are hashed on their way and compared with what the provider reports. Default: true. */
  verifyHash?: boolean | undefined
}

/** Conditions under which a write takes place. Refused with `UnsupportedOperation` where they are not known to be enforced. */
export interface WriteConditionOptions {
  /** Only if the object there now has this ETag, else `PreconditionFailed`. */
  ifMatch?: string | undefined
  /** `'*'`: only if the key is not there yet, else `ObjectAlreadyExists`. */
  ifNoneMatch?: '*' | undefined
}

export interface UploadOptions
  extends CallOptions, ProgressOptions, AttributeOptions, TransferOptions, WriteConditionOptions {
  /** Names in lower case, `[a-z0-9][a-z0-9-]*`; 2 KB in all. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** Canned ACL. Absent: the provider's default, which is private; overwriting without it makes an object private again. */
  acl?: string | undefined
  /** Raw request headers, for what has no option of its own. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Length of the source in bytes, when the caller knows it and the source does not say. A source of another length fails. */
  size?: number | undefined
  /** Libcloud's way to say the same; an option given in both places is refused. */
  extra?: UploadExtra | undefined
}

export interface UploadExtra {
  contentType?: string | undefined
  acl?: string | undefined
  metadata?: Readonly<Record<string, string>> | undefined
}

/** Conditions under which an object is read. */
export interface ReadOptions extends CallOptions {
  /** Only if it has this ETag, else `PreconditionFailed`. */
  ifMatch?: string | undefined
  /** Only if it does not have this ETag, else `NotModified`. */
  ifNoneMatch?: string | undefined
  /** Only if it was changed after this time (whole seconds), else `NotModified`. */
  ifModifiedSince?: Date | undefined
  /** Only if it was not changed after this time (whole seconds), else `PreconditionFailed`. */
  ifUnmodifiedSince?: Date | undefined
}

export interface StreamOptions extends ReadOptions, ProgressOptions {
  /** Every chunk has exactly this many bytes but the last. Absent: chunks as they come. */
  chunkSize?: number | undefined
  /** Whether a whole object is compared with its MD5, where that is known. Its length is always checked. Default: true. */
  verifyHash?: boolean | undefined
}

export interface GetOptions extends StreamOptions {
  /** `start` inclusive, 0-based; `end` exclusive, the end of the object by default. */
  range?: ByteRange | undefined
}

export interface FileOptions {
  /** Replace a file that is there. Default: false, which fails with `DestinationExists` before anything is transferred. */
  overwriteExisting?: boolean | undefined
  /** Remove what was written when the transfer fails; `false` leaves it as `<destination>.partial`. Default: true. */
  deleteOnFailure?: boolean | undefined
}

export interface DownloadOptions extends Omit<StreamOptions, 'chunkSize'>, FileOptions {}

export interface ListOptions extends CallOptions {
  /** Only keys that begin so. */
  prefix?: string | undefined
  /** Deprecated name of `prefix`. */
  exPrefix?: string | undefined
  /** Leave out what has this string after the prefix: those objects are summed up as prefixes (`listPage`, `listPrefixes`). */
  delimiter?: string | undefined
  /** Only keys after this one. */
  startAfter?: string | undefined
  /** Where an earlier page ended. */
  cursor?: string | undefined
  /** The most objects in all. */
  limit?: number | undefined
  /** The most objects in one request. Default: what the provider allows. */
  pageSize?: number | undefined
}

export interface ListPageOptions extends Omit<ListOptions, 'limit' | 'exPrefix'> {}

export interface CreateContainerOptions extends CallOptions {
  acl?: string | undefined
  /** What to do when it is there already and one's own. Default: `'fail'`, with `ContainerAlreadyExists`. */
  ifExists?: 'fail' | 'return' | undefined
}

export interface DeleteOptions extends CallOptions {
  /** Only if it has this ETag, else `PreconditionFailed`. */
  ifMatch?: string | undefined
}

export interface CopyOptions extends CallOptions, WriteConditionOptions {
  /** Replaces the attributes and metadata of the source as a whole. Absent: they are kept. */
  replace?:
    | (AttributeOptions & { metadata?: Readonly<Record<string, string>> | undefined })
    | undefined
  /** Absent: as the source, where objects have ACLs. */
  acl?: string | undefined
  /** Only if the source has this ETag, else `PreconditionFailed`. */
  sourceIfMatch?: string | undefined
}

export interface PresignOptions extends CallOptions {
  /** Default: `'GET'`. */
  method?: PresignMethod | undefined
  /** Seconds. Default: 900. */
  expiresIn?: number | undefined
  /** PUT: the content type that must be sent. */
  contentType?: string | undefined
  /** PUT: the ACL that the object will have. */
  acl?: string | undefined
  /** PUT: metadata that the object will have. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** PUT: the exact length in bytes that must be sent. */
  size?: number | undefined
  /** GET and HEAD: headers of the answer, instead of the stored ones. */
  response?: AttributeOptions | undefined
  /** `'cdn'`: an address at the provider's CDN. Default: the origin. */
  via?: 'cdn' | undefined
}

export interface UploadFormOptions extends CallOptions {
  /** Seconds. Default: 900. */
  expiresIn?: number | undefined
  /** The key given is what the uploaded key must start with. Default: false. */
  keyIsPrefix?: boolean | undefined
  /** Bytes. */
  minSize?: number | undefined
  /** Bytes. */
  maxSize?: number | undefined
  contentType?: string | undefined
  acl?: string | undefined
  metadata?: Readonly<Record<string, string>> | undefined
}

export interface EnableCdnOptions extends CallOptions, CdnSettings {}

export interface ResponseOptions {
  /** Send as a download: under this name, or with `true` under the last segment of the key. */
  download?: string | boolean | undefined
  /** Headers that are added or replaced. */
  headers?: Readonly<Record<string, string>> | undefined
}
