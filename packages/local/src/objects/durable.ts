import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { removeFile, writeText } from '../root/calls.ts'
import type { Store } from '../root/store.ts'

/** Puts a small file of our own in place of the one before, in one step. */
export async function replaceText(store: Store, path: string, text: string): Promise<void> {
  await store.owner.file()
  const draft = store.owner.temporaryPath()
  try {
    await store.inFolderOf(draft, () => writeText(draft, text, store.fsync))
    await store.inFolderOf(path, () => rename(draft, path))
  } catch (error) {
    await removeFile(draft)
    throw error
  }
  if (store.fsync) await syncFolderOf(path)
}

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
