// A file of this computer becomes an object.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function putFile({ container, folder }: Setting): Promise<void> {
  const path = join(folder, 'backup.csv')
  await writeFile(path, 'id,name\n1,Ada\n2,Grace\n')

  // #region put-file
  const object = await container.putFile('backups/2026-01-31.csv', path)
  console.log(`${object.key}: ${object.size} bytes, ${object.contentType}`)
  // #endregion
}

await runDirectly(import.meta.url, putFile)
