import { join } from 'node:path'
import { configFromEnv, openDriver, type StorageDriver } from '@cloudstore/core'

/**
 * The driver that the environment asks for (`CLOUDSTORE_PROVIDER` and its options), else a local one that keeps its files in `folder`.
 */
export async function openFromEnvironment(folder: string): Promise<StorageDriver> {
  const provider = process.env['CLOUDSTORE_PROVIDER'] || 'local'
  const defaults =
    provider.toLowerCase() === 'local' ? { CLOUDSTORE_ROOT: join(folder, 'storage') } : {}
  const config = configFromEnv({ ...defaults, ...process.env, CLOUDSTORE_PROVIDER: provider })
  // Any official package that package.json names here. A bundled application gives a record instead, as in open.ts.
  return openDriver(config, { import: (packageName) => import(packageName) })
}
