import {
  BaseStorageDriver,
  type CopyOptions,
  type CreateContainerOptions,
  type DriverEnvironment,
  type DriverOptionTypes,
  StorageError,
  type StorageErrorCode,
  type UploadOptions,
} from '@cloudstore/core'
import { memoryBackend } from './backend.ts'
import { createFaults, type Faults, type MemoryFailure } from './faults.ts'
import type { MemoryOperation } from './operations.ts'
import { type MemoryDriverOptions, parseOptions } from './options.ts'
import { withFaults } from './with-faults.ts'

/** The canned ACLs that memory keeps. */
export type MemoryAcl = 'private' | 'public-read'

export interface MemoryUploadOptions extends UploadOptions {
  /** Default: `'private'`. */
  acl?: MemoryAcl | undefined
}

export interface MemoryCopyOptions extends CopyOptions {
  /** Default: that of the source. */
  acl?: MemoryAcl | undefined
}

export interface MemoryCreateContainerOptions extends CreateContainerOptions {
  /** Default: `'private'`. */
  acl?: MemoryAcl | undefined
}

/** The options of a memory driver's calls. */
export interface MemoryOptionTypes extends DriverOptionTypes {
  upload: MemoryUploadOptions
  copy: MemoryCopyOptions
  createContainer: MemoryCreateContainerOptions
  acl: MemoryAcl
}

// Exported classes have no private members: they would make the declarations for ESM and CommonJS
// incompatible.
const faultsOf = new WeakMap<object, Faults>()

function faultsFor(driver: MemoryStorageDriver | undefined): Faults {
  const faults = driver && faultsOf.get(driver)
  if (faults !== undefined) return faults
  throw new StorageError('InvalidArgument', 'this method was called without its driver', {
    hint: 'Call it as driver.method(…), or bind it',
  })
}

/**
 * Keeps containers and objects in memory, for as long as the driver lives. It follows S3 to the
 * letter (order of listings, ETags, conditions, rules of multipart uploads), so that what works
 * here works there, and fails when a test wants it to.
 *
 * @example
 * const driver = new MemoryStorageDriver()
 * const container = await driver.createContainer('invoices')
 * await container.put('2026/01.pdf', bytes)
 */
export class MemoryStorageDriver extends BaseStorageDriver<MemoryOptionTypes> {
  /** How options are read from environment variables. */
  static readonly environment: DriverEnvironment = {
    partSize: { type: 'number' },
    concurrency: { type: 'number' },
    multipartThreshold: { type: 'number' },
    verifyHash: { type: 'boolean' },
  }

  /** @throws StorageError `InvalidConfig` that names everything that is wrong with the options */
  constructor(options: MemoryDriverOptions = {}) {
    const { clock, transfer } = parseOptions(options)
    const faults = createFaults()
    super(withFaults(memoryBackend(clock), faults), { provider: 'memory', transfer })
    faultsOf.set(this, faults)
  }

  /**
   * Lets an operation fail, for tests of how a program takes failures: before it does anything, or
   * with `after` in the middle of its bytes, as a connection that breaks. Failures planned for one operation happen in the order in which they were planned.
   *
   * @param operation - what reaches the provider: a `put` of 1 KiB is `'putObject'`, one in parts
   * `'multipart.create'` and so on
   * @param error - the code of a `StorageError`, or an error, which reaches the program as any
   * error of a provider does: one that is no `StorageError` as the `cause` of an `Unknown`
   * @param how - how often; `Infinity` for ever, `0` takes back what was planned for this
   * operation. Or that as `times`, with `after`. Default: 1
   * @throws StorageError `InvalidArgument` when there is no such operation or code, or the
   * operation transfers no bytes that `after` could count
   * @example
   * driver.fail('putObject', 'ServiceUnavailable', 2)
   * driver.fail('getObject', 'Network', { after: 1000 })
   */
  fail(
    operation: MemoryOperation,
    error: StorageErrorCode | Error,
    how: number | MemoryFailure = 1,
  ): void {
    faultsFor(this).fail(operation, error, how)
  }

  /**
   * Lets every operation take a while, or one of them, until it is set to 0 again. Cancelling a
   * call also ends its delay.
   *
   * @param milliseconds - an operation's own delay replaces the common one; 0 takes no timer at all
   * @throws StorageError `InvalidArgument` when there is no such operation, or the time is none
   * @example
   * driver.delay(20)
   * driver.delay('getObject', 500)
   */
  delay(milliseconds: number): void
  delay(operation: MemoryOperation, milliseconds: number): void
  delay(
    ...args: [milliseconds: number] | [operation: MemoryOperation, milliseconds: number]
  ): void {
    const faults = faultsFor(this)
    if (args.length === 1) faults.delay(args[0])
    else faults.delay(args[1], args[0])
  }
}
