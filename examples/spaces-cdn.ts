// A container of DigitalOcean Spaces behind its CDN: enabled, its addresses, changed, purged, disabled.
//
//   SPACES_ACCESS_KEY_ID=… SPACES_SECRET_ACCESS_KEY=… DIGITALOCEAN_TOKEN=… CLOUDSTORE_REGION=fra1 npx node examples/spaces-cdn.ts photos
//
// `npx node` is this repository's own Node; another one must be 24 or later.
import { realpathSync } from 'node:fs'
import { argv, env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { configFromEnv, openDriver } from '@cloudstore/core'
import type { DigitalOceanSpacesStorageDriver } from '@cloudstore/digitalocean-spaces'
import '@cloudstore/digitalocean-spaces'

export async function spacesCdn(
  driver: DigitalOceanSpacesStorageDriver,
  containerName: string,
): Promise<void> {
  const photos = driver.container(containerName)
  // #region cdn
  await photos.enableCdn() // finds the endpoint, or makes it
  const cat = await photos.put('cats/1 & 2.svg', '<svg/>', { acl: 'public-read' })
  console.log(await cat.cdnUrl()) // https://photos.nyc3.cdn.digitaloceanspaces.com/cats/1%20%26%202.svg

  // The edge keeps what it has until its time is over, or until it is told.
  await photos.put('cats/1 & 2.svg', '<svg></svg>', { acl: 'public-read' })
  await driver.purgeContainerCdn(photos, ['cats/1 & 2.svg', 'css/*'])
  // #endregion

  // #region settings
  const endpoint = await driver.cdn.updateEndpoint(containerName, {
    ttl: 600,
    customDomain: 'img.example.com',
    certificateId: '892071a0-bb95-49bc-8021-3afd67a210bf',
  })
  console.log(endpoint.ttl, await photos.cdnUrl()) // 600 https://img.example.com

  for await (const { origin, host } of driver.cdn.listEndpoints()) console.log(origin, host)
  // #endregion

  await driver.disableContainerCdn(photos)
}

const [, program, containerName] = argv
if (program !== undefined && pathToFileURL(realpathSync(program)).href === import.meta.url) {
  if (containerName === undefined)
    throw new Error('usage: npx node examples/spaces-cdn.ts <container>')
  // #region open
  const config = configFromEnv({ ...env, CLOUDSTORE_PROVIDER: 'digitalocean_spaces' })
  // The provider in its type makes this the driver of Spaces, which has `driver.cdn`.
  const spaces = Object.assign(config, { provider: 'digitalocean_spaces' as const })
  await using driver = await openDriver(spaces)
  // #endregion
  await spacesCdn(driver, containerName)
}
