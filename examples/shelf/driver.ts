import { BaseStorageDriver, type DriverEnvironment } from '@cloudstore/core'
import { shelfBackend } from './backend.ts'
import { checkOptions, environment, type ShelfOptions } from './options.ts'

// #region driver
export class ShelfStorageDriver extends BaseStorageDriver {
  static readonly environment: DriverEnvironment = environment

  constructor(options: ShelfOptions) {
    super(shelfBackend(checkOptions(options)), { provider: 'shelf' })
  }
}
// #endregion
