import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Forces the names in a file's folder to the disk. Windows has no way to, and no need. */
export async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dirname(path), 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
