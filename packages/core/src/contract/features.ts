/** What may be stored beside the bytes of an object. */
export type AttributeName =
  | 'contentType'
  | 'cacheControl'
  | 'contentDisposition'
  | 'contentEncoding'
  | 'contentLanguage'
  | 'expires'
  | 'headers'

/** A condition on a write: `ifMatch` an ETag, or `ifNoneMatch: '*'`, which means "only if the key is not there". */
export type WriteCondition = 'ifMatch' | 'ifNoneMatch'

/** A condition on reading an object. */
export type ReadCondition = 'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifUnmodifiedSince'

/** A method that a presigned URL can be made for. */
export type PresignMethod = 'GET' | 'HEAD' | 'PUT' | 'DELETE'

/**
 * What a provider promises, as data, which its driver freezes. A capability that is a whole group of operations (`multipart`,
 * `presign`, `acl`, …) is declared by the presence of that group on the backend; here stand the numbers and the promises that have no
 * member.
 */
export interface Features {
  /** Which container names are taken: the DNS rules of S3, or anything that is no path. */
  readonly containerNames: 'dns' | 'any'
  readonly list: {
    /** `utf8`: by the bytes of the key. `none`: no promise, and then no continuation by the last key. */
    readonly order: 'utf8' | 'none'
    readonly startAfter: boolean
    readonly delimiter: boolean
    /** The most objects in one page. */
    readonly maxPage: number
  }
  readonly put: {
    /** Whether one put may be streamed without its length. */
    readonly unknownLength: boolean
    /** Whether one put takes a body that can be read only once. Where not, such sources are cut into parts in memory. */
    readonly oneShot: boolean
    /** The largest single put, in bytes. */
    readonly maxBytes: number
  }
  /** The attributes that are stored and returned. */
  readonly attributes: readonly AttributeName[]
  /** Limits of multipart uploads; meaningful only when the backend has `multipart`. Sizes in bytes. */
  readonly multipart?:
    | {
        /** The smallest part but the last. */
        readonly minPart: number
        readonly maxPart: number
        readonly maxParts: number
        /** The largest object, where that is less than the most parts of the largest size make. */
        readonly maxObject?: number | undefined
        /** Whether all parts but the last must have one size. */
        readonly equalParts: boolean
        /** Whether parts may be sent at the same time and in any order. */
        readonly parallel: boolean
        /** Whether a second upload to the same key disturbs the first. */
        readonly exclusivePerKey: boolean
        /** Whether an abort frees the parts at once (else they go by themselves later). */
        readonly abortFrees: boolean
      }
    | undefined
  /** The conditions that are known to be enforced, by the call that carries them. What is not listed is refused. */
  readonly conditions: {
    readonly read: readonly ReadCondition[]
    readonly put: readonly WriteCondition[]
    readonly complete: readonly WriteCondition[]
    /** `sourceIfMatch` is a condition on the object that is copied. */
    readonly copy: readonly (WriteCondition | 'sourceIfMatch')[]
    readonly delete: readonly 'ifMatch'[]
  }
  /** Limits of user metadata, or `undefined` when there is none. */
  readonly metadata?:
    | { /** Names and values together, in bytes. */ readonly maxBytes: number }
    | undefined
  /** The canned ACLs that can be given; empty where access is not a property of an object, or of a container. */
  readonly acls: { readonly objects: readonly string[]; readonly containers: readonly string[] }
  /** Batch deletion: the most keys in one request. */
  readonly deleteObjects?: { readonly max: number } | undefined
  readonly presign?:
    | {
        readonly methods: readonly PresignMethod[]
        /** The longest validity. */ readonly maxSeconds: number
      }
    | undefined
  /** Names of the options that this provider has beyond the portable ones, by the call that takes them. */
  readonly extensions?:
    | {
        readonly put?: readonly string[] | undefined
        readonly read?: readonly string[] | undefined
        readonly copy?: readonly string[] | undefined
        /** Options of a copy that are options of reading its source, by what they are called there. */
        readonly copySource?: Readonly<Record<string, string>> | undefined
        readonly createContainer?: readonly string[] | undefined
        /**
         * Options that providers of this kind have and this one has not, by the call, each with what to do instead: `UnsupportedOperation` says so, where
         * an unknown option is a mistake.
         */
        readonly absent?:
          | {
              readonly put?: Readonly<Record<string, string>> | undefined
              readonly copy?: Readonly<Record<string, string>> | undefined
            }
          | undefined
      }
    | undefined
}
