import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import { LocalStorageDriver, type LocalDriverOptions } from '../../src/index.ts'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A folder of its own for one test. */
export async function emptyFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cloudstore-local-')))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A driver that is closed after the test. */
export function openDriver(options: LocalDriverOptions): LocalStorageDriver {
  const driver = new LocalStorageDriver(options)
  cleanups.push(() => driver.close())
  return driver
}

/**
 * Everything below a folder but the control folder: files as paths, folders with a slash behind.
 */
export async function tree(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (prefix === '' && entry.name === '.cloudstore') continue
    const path = prefix + entry.name
    if (entry.isDirectory()) {
      found.push(`${path}/`, ...(await tree(join(folder, entry.name), `${path}/`)))
    } else found.push(path)
  }
  return found
}

/** What is left in the control folder of things that must not stay. */
export async function leftovers(root: string): Promise<string[]> {
  const found: string[] = []
  for (const folder of ['tmp', 'locks']) {
    for (const name of await readdir(join(root, '.cloudstore', folder))) {
      found.push(`${folder}/${name}`)
    }
  }
  return found
}

export async function keysOf(iterable: AsyncIterable<{ readonly key: string }>): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of iterable) keys.push(key)
  return keys
}
