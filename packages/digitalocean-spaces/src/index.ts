import { registerDriver } from '@cloudstore/core'
import { DigitalOceanSpacesStorageDriver } from './driver.ts'

export type { CdnEndpoint } from './cdn/cdn-endpoint.ts'
export type { CdnTtl } from './cdn/cdn-settings.ts'
export type { CdnChanges, SpacesCdn } from './cdn/spaces-cdn.ts'
export { DigitalOceanSpacesStorageDriver } from './driver.ts'
export type { CreatedSpacesKey, SpacesKey } from './keys/key-answers.ts'
export type { SpacesKeyGrant } from './keys/grants.ts'
export type { SpacesKeysOptions } from './keys/keys-options.ts'
export { SpacesKeys, type SpacesKeyFilter } from './keys/spaces-keys.ts'
export type {
  SpacesAcl,
  SpacesCopyOptions,
  SpacesCreateContainerOptions,
  SpacesEnableCdnOptions,
  SpacesOptionTypes,
  SpacesPresignOptions,
  SpacesUploadFormOptions,
  SpacesUploadOptions,
} from './option-types.ts'
export type { SpacesCdnOptions, SpacesDriverOptions } from './options.ts'

declare module '@cloudstore/core' {
  interface DriverTypes {
    digitalocean_spaces: typeof DigitalOceanSpacesStorageDriver
  }
}

// Here and nowhere else: from a side file bundlers would drop the call.
registerDriver('digitalocean_spaces', DigitalOceanSpacesStorageDriver, {
  origin: '@cloudstore/digitalocean-spaces',
})
