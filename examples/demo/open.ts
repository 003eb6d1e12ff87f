import { randomUUID } from 'node:crypto'
import type { StorageDriver } from '@cloudstore/core'
import { createFileHandler, type LocalStorageDriver } from '@cloudstore/local'
import { nodeListener } from '../support/node-listener.ts'
import { openFromEnvironment } from '../support/open-from-environment.ts'
import { withServer } from '../support/with-server.ts'

/**
 * Opens the driver that the environment asks for, by default a local one below `folder`, and closes it after `work`. Local files have no address of
 * their own: a server of this process stands in, unless the environment names another.
 */
export async function withDriver(
  folder: string,
  work: (driver: StorageDriver) => Promise<void>,
): Promise<void> {
  await withServer(async (server, address) => {
    await using driver = await openFromEnvironment(folder, {
      CLOUDSTORE_URLS__BASE_URL: address,
      CLOUDSTORE_URLS__SECRET: randomUUID(),
    })
    if (isLocal(driver)) server.on('request', nodeListener(createFileHandler(driver)))
    await work(driver)
  })
}

function isLocal(driver: StorageDriver): driver is LocalStorageDriver {
  return driver.provider === 'local'
}
