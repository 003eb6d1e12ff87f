import { registerDriver } from '@cloudstore/core'
import { LocalStorageDriver } from './driver.ts'

export type { LocalAcl } from './acls.ts'
export {
  type LocalCopyOptions,
  type LocalCreateContainerOptions,
  type LocalOptionTypes,
  type LocalPresignOptions,
  LocalStorageDriver,
  type LocalUploadOptions,
} from './driver.ts'
export type { LocalDriverOptions, LocalUrlOptions } from './options.ts'
export type { CorsOptions } from './urls/cors.ts'
export {
  createFileHandler,
  type FileHandler,
  type FileHandlerOptions,
  type WebRequest,
} from './urls/file-handler.ts'

declare module '@cloudstore/core' {
  interface DriverTypes {
    local: typeof LocalStorageDriver
  }
}

// Here and nowhere else: from a side file bundlers would drop the call.
registerDriver('local', LocalStorageDriver, { origin: '@cloudstore/local' })
