// A backup goes up to DigitalOcean Spaces as a stream, for everybody to read: the example of libcloud's documentation.
//
//   SPACES_ACCESS_KEY_ID=… SPACES_SECRET_ACCESS_KEY=… CLOUDSTORE_REGION=fra1 npx node examples/spaces-backup.ts my-backups-12345 /home/me/files.tar.gz
//
// `npx node` is this repository's own Node; another one must be 24 or later.
import { createReadStream, realpathSync } from 'node:fs'
import { argv, env } from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  configFromEnv,
  getDriver,
  openDriver,
  Provider,
  type StorageDriver,
} from '@cloudstore/core'
import type { SpacesDriverOptions } from '@cloudstore/digitalocean-spaces'
import '@cloudstore/digitalocean-spaces'

export function openSpaces(options: SpacesDriverOptions): StorageDriver {
  // #region open
  const Spaces = getDriver(Provider.DIGITALOCEAN_SPACES)
  const driver = new Spaces({ region: 'nyc3', ...options })
  // #endregion
  return driver
}

export async function spacesBackup(
  driver: StorageDriver,
  containerName: string,
  filePath: string,
): Promise<void> {
  // #region backup
  const container = await driver.getContainer(containerName)
  const object = await driver.uploadObjectViaStream(
    createReadStream(filePath),
    container,
    'backup.tar.gz',
    { contentType: 'application/octet-stream', acl: 'public-read' },
  )
  console.log(`${object.key}: ${object.size} bytes at ${await object.url()}`)
  // #endregion
}

const [, program, containerName, filePath] = argv
if (program !== undefined && pathToFileURL(realpathSync(program)).href === import.meta.url) {
  if (containerName === undefined || filePath === undefined) {
    throw new Error('usage: npx node examples/spaces-backup.ts <container> <file>')
  }
  const config = configFromEnv({ ...env, CLOUDSTORE_PROVIDER: 'digitalocean_spaces' })
  await using driver = await openDriver(config)
  await spacesBackup(driver, containerName, filePath)
}
