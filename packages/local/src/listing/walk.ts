import { compareUtf8 } from '@cloudstore/core'
import type { FolderReader } from './folder-cache.ts'
import { pathsOfEntry, type FolderEntry } from './folder-entries.ts'

/** A key and the file that was found for it. */
export interface ListedFile {
  readonly key: string
  readonly path: string
}

/** A folder, and the beginning that all keys in it have. */
export interface KeyFolder {
  readonly prefix: string
  readonly paths: readonly string[]
}

/** Where a listing begins: at the first key after `after`, or at it. */
export interface Start {
  readonly after: string | undefined
  readonly inclusive: boolean
}

/**
 * The keys of a folder and of those below it, in the order of their bytes. Folders are read when
 * the listing reaches them.
 */
export async function* walk(
  read: FolderReader,
  folder: KeyFolder,
  start: Start,
): AsyncGenerator<ListedFile, void, void> {
  if (isBehind(folder.prefix, start.after)) return
  const rest =
    start.after?.startsWith(folder.prefix) === true
      ? start.after.slice(folder.prefix.length)
      : undefined
  const entries = await read(folder.paths)
  for (let index = firstIndex(entries, rest); index < entries.length; index += 1) {
    const entry = entries[index]
    if (entry === undefined) return
    const key = folder.prefix + entry.text
    if (entry.isFolder) {
      yield* walk(read, { prefix: key, paths: pathsOfEntry(entry) }, start)
    } else if (rest !== entry.text || start.inclusive) {
      yield { key, path: pathsOfEntry(entry)[0] ?? '' }
    }
  }
}

/** Whether all keys with a prefix come before a text. */
function isBehind(prefix: string, text: string | undefined): boolean {
  return text !== undefined && !text.startsWith(prefix) && compareUtf8(text, prefix) > 0
}

/**
 * The first entry at or behind a text; or the folder in which it would lie, which sorts right
 * before.
 */
function firstIndex(entries: readonly FolderEntry[], rest: string | undefined): number {
  if (rest === undefined) return 0
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareUtf8(entries[middle]?.text ?? '', rest) < 0) low = middle + 1
    else high = middle
  }
  const before = entries[low - 1]
  return before?.isFolder === true && rest.startsWith(before.text) ? low - 1 : low
}
