import type { DriverEnvironment } from '@cloudstore/core'
import { S3CompatStorageDriver } from './storage-driver.ts'
import type { S3DriverOptions } from './options.ts'
import type { ProviderFacts } from './profiles/profile.ts'

/** The class of a driver for one provider of the S3 family. */
export interface S3DriverClass {
  new (options: S3DriverOptions): S3CompatStorageDriver
  readonly environment: DriverEnvironment
}

/** `S3CompatStorageDriver` with what is known of one provider. */
export function driverClassFor(facts: ProviderFacts): S3DriverClass {
  return class extends S3CompatStorageDriver {
    constructor(options: S3DriverOptions) {
      super(options, { facts })
    }
  }
}
