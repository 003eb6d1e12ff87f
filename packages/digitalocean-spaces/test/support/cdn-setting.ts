import { DigitalOceanSpacesStorageDriver } from '../../src/driver.ts'
import type { SpacesDriverOptions } from '../../src/options.ts'
import { apiToken, digitalOceanApi, type DigitalOceanApi } from './digitalocean-api.ts'
import { storageServer, type StorageServer } from './storage-server.ts'

/** A driver between a stand-in of the storage and one of the API. */
export interface CdnSetting {
  readonly api: DigitalOceanApi
  readonly storage: StorageServer
  open(options?: SpacesDriverOptions): DigitalOceanSpacesStorageDriver
  close(): Promise<void>
}

export const storageKey = 'STORAGEKEY0000000001'
export const storageSecret = 'storage-secret-000000000000000001'

export async function cdnSetting(): Promise<CdnSetting> {
  const [api, storage] = await Promise.all([digitalOceanApi(), storageServer()])
  const opened: DigitalOceanSpacesStorageDriver[] = []
  storage.containers.add('photos')
  return {
    api,
    storage,
    open(options = {}) {
      const driver = new DigitalOceanSpacesStorageDriver({
        key: storageKey,
        secret: storageSecret,
        endpoint: storage.url,
        rateLimit: false,
        // The API's waits are long; these are not.
        retries: { baseDelay: 10 },
        ...options,
        cdn: { token: apiToken, apiEndpoint: api.url, ...options.cdn },
      })
      opened.push(driver)
      return driver
    },
    async close() {
      await Promise.all(opened.map((driver) => driver.close()))
      await Promise.all([api.close(), storage.close()])
    },
  }
}
