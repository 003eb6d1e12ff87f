import { rename } from 'node:fs/promises'
import { removeFile, syncFolderOf, writeText } from '../root/calls.ts'
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
