// An object becomes a file, whole or not at all.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isStorageError } from '@cloudstore/core'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function download({ container, folder }: Setting): Promise<void> {
  await container.put('reports/january.txt', 'All went well')
  const path = join(folder, 'january.txt')
  const directory = join(folder, 'all')
  await mkdir(directory)

  // #region file
  await container.get('reports/january.txt').toFile(path)
  // #endregion
  console.log(await readFile(path, 'utf8'))

  // #region directory
  // Into a directory that is there, objects go below their keys: all/reports/january.txt
  for await (const object of container.list({ prefix: 'reports/' })) {
    await object.download(directory)
  }
  // #endregion
  console.log(await readFile(join(directory, 'reports', 'january.txt'), 'utf8'))

  // #region overwrite
  try {
    await container.get('reports/january.txt').toFile(path)
  } catch (error) {
    if (!isStorageError(error, 'DestinationExists')) throw error
    await container.get('reports/january.txt').toFile(path, { overwriteExisting: true })
    console.log('replaced')
  }
  // #endregion
}

await runDirectly(import.meta.url, download)
