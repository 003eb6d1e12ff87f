import { constants } from 'node:fs'
import { copyFile, open, type FileHandle } from 'node:fs/promises'
import type { AbortSignalLike } from '@cloudstore/core'
import { errnoOf } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { isStill, type OpenObjectFile } from './object-file.ts'
import { fileReader } from './read-body.ts'
import { draftedAt, writeAll, type Draft } from './write-body.ts'
import { removeFile } from '../root/calls.ts'

// By root folder: file systems that can't are not asked for every copy.
const withoutClones = new Set<string>()

/**
 * The bytes of an object once more. Shared with the original where the file system can do that,
 * else copied.
 */
export async function draftOfCopy(
  store: Store,
  source: OpenObjectFile,
  signal: AbortSignalLike | undefined,
): Promise<Draft> {
  const path = store.owner.temporaryPath()
  const size = Number(source.file.size)
  if (await isCloned(store, source, path)) {
    if (store.fsync) await syncFile(path)
    return { path, size }
  }
  return draftedAt(store, path, (handle) => copyRange(source.handle, size, handle, 0, signal))
}

async function isCloned(store: Store, source: OpenObjectFile, path: string): Promise<boolean> {
  if (withoutClones.has(store.root.path)) return false
  try {
    const flags = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE
    await store.inFolderOf(path, () => copyFile(source.path, path, flags))
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    withoutClones.add(store.root.path)
    await removeFile(path)
    return false
  }
  // By path, so it may be a clone of what was put there in between.
  if (await isStill(source)) return true
  await removeFile(path)
  return false
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } catch (error) {
    await removeFile(path)
    throw error
  } finally {
    await handle.close()
  }
}

/** Copies the bytes of a file from its beginning to a place in another one. */
export async function copyRange(
  from: FileHandle,
  size: number,
  to: FileHandle,
  position: number,
  signal: AbortSignalLike | undefined,
  onPiece?: (piece: Uint8Array) => void,
): Promise<number> {
  const reader = fileReader(from, 0, size, signal)
  let done = 0
  for (let piece = await reader.read(); piece !== undefined; piece = await reader.read()) {
    onPiece?.(piece)
    await writeAll(to, piece, position + done)
    done += piece.byteLength
  }
  return done
}
