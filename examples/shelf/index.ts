import { registerDriver } from '@cloudstore/core'
import { ShelfStorageDriver } from './driver.ts'

export { ShelfStorageDriver }
export type { ShelfOptions } from './options.ts'

declare module '@cloudstore/core' {
  interface DriverTypes {
    shelf: typeof ShelfStorageDriver
  }
}

registerDriver('shelf', ShelfStorageDriver, { origin: 'cloudstore-shelf' })
