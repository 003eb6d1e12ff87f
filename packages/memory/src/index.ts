import { registerDriver } from '@cloudstore/core'
import { MemoryStorageDriver } from './driver.ts'

export {
  type MemoryAcl,
  type MemoryCopyOptions,
  type MemoryCreateContainerOptions,
  type MemoryOptionTypes,
  MemoryStorageDriver,
  type MemoryUploadOptions,
} from './driver.ts'
export type { MemoryFailure } from './faults.ts'
export type { MemoryOperation } from './operations.ts'
export type { MemoryDriverOptions } from './options.ts'

declare module '@cloudstore/core' {
  interface DriverTypes {
    memory: typeof MemoryStorageDriver
  }
}

// Here and nowhere else: from a side file bundlers would drop the call.
registerDriver('memory', MemoryStorageDriver, { origin: '@cloudstore/memory' })
