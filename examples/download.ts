// An object becomes a file, whole or not at all.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isStorageError } from '@cloudstore/core'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function download({ driver, container, folder }: Setting): Promise<void> {
  await container.put('reports/january.txt', 'All went well')
  const path = join(folder, 'january.txt')
  const directory = join(folder, 'all')
  await mkdir(directory)

  // #region download
  const report = driver.object(container, 'reports/january.txt')
  await report.download(path)
  // Into a directory that exists: the key goes below it, as all/reports/january.txt.
  await report.download(directory)
  // #endregion
  console.log(await readFile(path, 'utf8'))
  console.log(await readFile(join(directory, 'reports', 'january.txt'), 'utf8'))

  // #region overwrite
  try {
    await report.download(path)
  } catch (error) {
    if (!isStorageError(error, 'DestinationExists')) throw error
    await report.download(path, { overwriteExisting: true })
    console.log('replaced')
  }
  // #endregion
}

await runDirectly(import.meta.url, download)
