import { join } from 'node:path'
import { configFromEnv, type Environment, openDriver, type StorageDriver } from '@cloudstore/core'

/**
 * The driver that the environment asks for (`CLOUDSTORE_PROVIDER` and its options), else a local one that keeps its files in `folder`.
 *
 * @param local - variables for the local provider, where the environment says nothing else
 */
export async function openFromEnvironment(
  folder: string,
  local: Environment = {},
): Promise<StorageDriver> {
  const provider = process.env['CLOUDSTORE_PROVIDER'] || 'local'
  const defaults =
    provider.toLowerCase() === 'local' ? { CLOUDSTORE_ROOT: join(folder, 'storage'), ...local } : {}
  const config = configFromEnv({ ...defaults, ...process.env, CLOUDSTORE_PROVIDER: provider })
  // Any official package that package.json names here. A bundled application gives a record instead, as in open.ts.
  return openDriver(config, { import: (packageName) => import(packageName) })
}
