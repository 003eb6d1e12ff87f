import type { Features, PresignMethod, ProviderName, StorageErrorCode } from '@cloudstore/core'
import type { SourceName } from './sources.ts'

export type Addressing = 'virtual' | 'path'
export type SignatureVersion = '2' | '4'

/** How a service behaves, everything decided: what the driver works by. Sizes are in bytes. */
export interface S3Profile {
  readonly list: {
    /** Of the call: ListObjectsV2 or the older ListObjects. */
    readonly version: 1 | 2
    /** Whether names are asked for percent-encoded, so that every key fits into XML. */
    readonly encodingType: boolean
    /** `none`: no promise, and pages are continued by token alone. */
    readonly order: 'utf8' | 'none'
  }
  readonly multipart: {
    /** The smallest part but the last. */
    readonly minPartBytes: number
    readonly maxPartBytes: number
    readonly maxParts: number
    /** Whether all parts but the last must have one size, and the last none larger. */
    readonly equalParts: boolean
    /** Whether the tags with which an upload is begun are those of its object. Ceph forgets them. */
    readonly keepsTags: boolean
  }
  readonly maxPutBytes: number
  readonly maxObjectBytes: number
  /** The largest object that one CopyObject copies; larger ones go part by part. */
  readonly maxCopyBytes: number
  /** Whether parts can be copied from another object. */
  readonly copyParts: boolean
  /**
   * The keys of which parts can be copied. Ceph 16 decodes a source twice there: with a percent sign in its key it copies another object, or ends.
   */
  readonly copyPartSource: 'any' | 'withoutPercent'
  /** Whether copies decrypt and encrypt with keys of the customer's. Ceph 16 stores a copy that shall be encrypted in the clear, and answers 200. */
  readonly copyCustomerKeys: boolean
  /** The conditions that are enforced, by the call that carries them. A server that ignores one answers 200 all the same. */
  readonly conditions: Features['conditions']
  /** Whether `If-Match` on a write carries its ETag in quotes, as the standard says. */
  readonly quotesIfMatch: boolean
  /**
   * What the ETag of an unencrypted object is: of a single put, and of one that was put together from parts; and what it is with a key of the customer's or of a
   * key service (`encrypted`). A listing does not say which objects are encrypted so: the ETags in it are hashes only where that makes no difference.
   */
  readonly etag: {
    readonly single: 'md5' | 'opaque'
    readonly multipart: 'md5-n' | 'opaque'
    readonly encrypted: 'md5' | 'opaque'
  }
  /** Whether a wrong `x-amz-checksum-*` fails. */
  readonly validatesChecksums: boolean
  /** Whether creating a container that one has already is an error. */
  readonly reportsExistingBucket: boolean
  /** What CreateBucket says of the region in its body. */
  readonly locationConstraint: 'region' | 'none'
  /** The storage classes that there are, by their names on the wire; absent where not all are known: any is sent then. */
  readonly storageClasses: readonly string[] | undefined
  /** The canned ACLs that are taken. */
  readonly acls: Features['acls']
  /** DeleteObjects: the most keys in one request; absent where there is no such call. */
  readonly deleteObjects: { readonly max: number } | undefined
  readonly presign: { readonly methods: readonly PresignMethod[]; readonly maxSeconds: number }
  /** Whether a signed HTML form can upload. */
  readonly uploadForm: boolean
  /** The calls of the `s3` property that are there. */
  readonly administration: {
    readonly cors: boolean
    readonly lifecycle: boolean
    readonly objectTagging: boolean
  }
  /** The server's documented limit of requests to one container, and of all requests by one client. */
  readonly rateLimit:
    | { readonly requestsPerSecond: number; readonly perClient?: number | undefined }
    | undefined
  /** What to tell people about answers of the server that say too little. */
  readonly hints: readonly ServerHint[]
}

/** What an answer that reports a failure means at one provider. The first that fits is told. */
export interface ServerHint {
  /** The methods of `StorageDriver` that it is about. Absent: all. */
  readonly operations?: readonly string[] | undefined
  /** Absent: all. */
  readonly codes?: readonly StorageErrorCode[] | undefined
  /** A word of the server's message, in lower case. */
  readonly says?: string | undefined
  /** What to do, a sentence without a full stop. */
  readonly hint: string
}

/** The parts of a profile that may be known in part. */
export type ProfileGroup =
  | 'acls'
  | 'administration'
  | 'conditions'
  | 'etag'
  | 'list'
  | 'multipart'
  | 'presign'

/** A profile as far as it is known. */
export type KnownBehaviour = {
  readonly [K in keyof S3Profile]?: K extends ProfileGroup ? Partial<S3Profile[K]> : S3Profile[K]
}

/**
 * What is known of a provider: data, never code. A fact that nobody has published or tried is absent, and then the driver takes
 * the careful side.
 */
export interface ProviderFacts extends KnownBehaviour {
  readonly provider: ProviderName
  /** What people call it. */
  readonly name: string
  /** `tested here`: by the tests of this project, on the real server. `table only`: known from other clients' tables alone. */
  readonly proof: 'tested here' | 'documented' | 'table only'
  /** Where the facts come from. */
  readonly sources: readonly SourceName[]
  /** The URL of the service, with `{region}` and `{account}` to fill in. Absent: the caller must give it. */
  readonly endpoint?: string | undefined
  /** URLs of regions that do not follow the pattern. */
  readonly regionEndpoints?: Readonly<Record<string, string>> | undefined
  /** What stands for `{account}`, in the provider's words. */
  readonly account?: string | undefined
  /** Known regions. More may exist, and are accepted. */
  readonly regions?: readonly string[] | undefined
  /** The region when the caller gives none. */
  readonly defaultRegion?: string | undefined
  /** The region in signatures, where it is not the one in the URL. */
  readonly signingRegion?: string | undefined
  /** How containers can be addressed, the usual way first. */
  readonly addressing?: readonly [Addressing, ...Addressing[]] | undefined
  /** Signature versions that are accepted, the preferred first. */
  readonly signatureVersions?: readonly [SignatureVersion, ...SignatureVersion[]] | undefined
  /** What to know beyond this, each a sentence without a full stop. */
  readonly notes?: readonly string[] | undefined
}
