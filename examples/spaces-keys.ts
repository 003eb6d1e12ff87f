// An access key of DigitalOcean Spaces for two containers alone: made, listed, renamed, deleted.
//
//   DIGITALOCEAN_TOKEN=… npx node examples/spaces-keys.ts
//
// `npx node` is this repository's own Node; another one must be 24 or later.
import { realpathSync } from 'node:fs'
import { argv, env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { SpacesKeys } from '@cloudstore/digitalocean-spaces'

export async function spacesKeys(keys: SpacesKeys): Promise<void> {
  // #region keys
  const { accessKey, secretKey } = await keys.create({
    name: 'thumbnails',
    grants: [
      { bucket: 'photos', permission: 'read' },
      { bucket: 'thumbnails', permission: 'readwrite' },
    ],
  })
  keepInVault({ accessKey, secretKey }) // the only time that the secret is told

  for await (const { name, grants } of keys.list({ bucket: 'photos' })) {
    console.log(name, grants.map(({ bucket, permission }) => `${bucket}:${permission}`).join(' '))
  }
  await keys.update(accessKey, { name: 'thumbnails of photos' })
  await keys.delete(accessKey)
  // #endregion
}

function keepInVault({ secretKey }: { accessKey: string; secretKey: string }): void {
  console.log(`a secret of ${secretKey.length} characters`)
}

const [, program] = argv
if (program !== undefined && pathToFileURL(realpathSync(program)).href === import.meta.url) {
  await using keys = new SpacesKeys({ token: env['DIGITALOCEAN_TOKEN'] })
  await spacesKeys(keys)
}
