import { lstat as lstatCallback, readFile, writeFile, type BigIntStats } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { unlessMissing } from './errno.ts'

// These run once or more for each object. The functions of `node:fs/promises` make an object for
// each file that they read or write, and cost three to four times as much.
const read = promisify(readFile)
const write = promisify(writeFile)
const look = promisify(lstatCallback)

/** The text of a small file, or `undefined` when there is none. */
export function readText(path: string): Promise<string | undefined> {
  return unlessMissing(read(path, 'utf8'))
}

/** Writes a small file of our own, and forces it to the disk on request. */
export function writeText(path: string, text: string, fsync: boolean): Promise<void> {
  return write(path, text, { flush: fsync })
}

/** What is at a path, without following a link; `undefined` when nothing is. */
export function factsAt(path: string): Promise<BigIntStats | undefined> {
  return unlessMissing(look(path, { bigint: true }))
}

/** Removes a file, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await unlessMissing(unlink(path))
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
