import {
  BaseStorageDriver,
  type CopyOptions,
  type CreateContainerOptions,
  type DriverEnvironment,
  type DriverOptionTypes,
  type PresignOptions,
  type UploadOptions,
} from '@cloudstore/core'
import type { LocalAcl } from './acls.ts'
import { localBackend } from './backend.ts'
import { parseOptions, type LocalDriverOptions } from './options.ts'

export interface LocalUploadOptions extends UploadOptions {
  /** Default: `'private'`. */
  acl?: LocalAcl | undefined
}

export interface LocalCopyOptions extends CopyOptions {
  /** Default: that of the source. */
  acl?: LocalAcl | undefined
}

export interface LocalCreateContainerOptions extends CreateContainerOptions {
  /**
   * Kept and returned; what is served by URL depends on the ACLs of the objects alone. Default:
   * `'private'`.
   */
  acl?: LocalAcl | undefined
}

export interface LocalPresignOptions extends PresignOptions {
  /** PUT: the ACL that the object will have. Default: `'private'`. */
  acl?: LocalAcl | undefined
}

/** The options of a local driver's calls. */
export interface LocalOptionTypes extends DriverOptionTypes {
  upload: LocalUploadOptions
  copy: LocalCopyOptions
  createContainer: LocalCreateContainerOptions
  presign: LocalPresignOptions
  acl: LocalAcl
}

/**
 * Keeps objects as files below a root folder: containers are its sub-folders, and the object
 * `photos/a.jpg` is the file `photos/a.jpg` in one. Several processes can use the same root at the
 * same time.
 *
 * @example
 * const driver = new LocalStorageDriver({ root: './storage' })
 * const container = await driver.createContainer('photos')
 * await container.putFile('2026/cat.jpg', '/home/user/cat.jpg')
 */
export class LocalStorageDriver extends BaseStorageDriver<LocalOptionTypes> {
  /** How options are read from environment variables. */
  static readonly environment: DriverEnvironment = {
    createRoot: { type: 'boolean' },
    fsync: { type: 'boolean' },
    partSize: { type: 'number' },
    concurrency: { type: 'number' },
    multipartThreshold: { type: 'number' },
    verifyHash: { type: 'boolean' },
  }

  /**
   * Reads and writes nothing.
   *
   * @throws StorageError `InvalidConfig` that names everything that is wrong with the options
   */
  constructor(options: LocalDriverOptions) {
    const settings = parseOptions(options)
    super(localBackend(settings), { provider: 'local', transfer: settings.transfer })
  }
}
