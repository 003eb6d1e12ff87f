import type {
  CreateContainerOptions,
  EnableCdnOptions,
  PresignOptions,
  UploadExtra,
  UploadFormOptions,
} from '@cloudstore/core'
import type { S3CopyOptions, S3OptionTypes, S3UploadOptions } from '@cloudstore/s3-compat/driver'
import type { CdnTtl } from './cdn/cdn-settings.ts'

/** The canned ACLs of Spaces. */
export type SpacesAcl = 'private' | 'public-read'

export interface SpacesUploadOptions extends S3UploadOptions {
  /** Default: `'private'`. */
  acl?: SpacesAcl | undefined
  /** Spaces has one storage class. */
  exStorageClass?: 'standard' | 'STANDARD' | undefined
  extra?: (UploadExtra & { acl?: SpacesAcl | undefined }) | undefined
}

export interface SpacesCopyOptions extends S3CopyOptions {
  /** Default: that of the source. */
  acl?: SpacesAcl | undefined
  /** Spaces has one storage class. */
  exStorageClass?: 'standard' | 'STANDARD' | undefined
}

export interface SpacesCreateContainerOptions extends CreateContainerOptions {
  /** Who may list it; objects have ACLs of their own. Default: `'private'`. */
  acl?: SpacesAcl | undefined
}

export interface SpacesPresignOptions extends PresignOptions {
  /** PUT: the ACL that the object will have. Default: `'private'`. */
  acl?: SpacesAcl | undefined
}

export interface SpacesUploadFormOptions extends UploadFormOptions {
  /** Default: `'private'`. */
  acl?: SpacesAcl | undefined
}

export interface SpacesEnableCdnOptions extends EnableCdnOptions {
  /** Default: `cdn.ttl` of the driver. */
  ttl?: CdnTtl | undefined
}

/** The options of a Spaces driver's calls. */
export interface SpacesOptionTypes extends S3OptionTypes {
  upload: SpacesUploadOptions
  copy: SpacesCopyOptions
  createContainer: SpacesCreateContainerOptions
  presign: SpacesPresignOptions
  uploadForm: SpacesUploadFormOptions
  enableCdn: SpacesEnableCdnOptions
  acl: SpacesAcl
}
