import type { NameStyle } from '../names/segment-names.ts'
import { readFolder, type FolderEntry } from './folder-entries.ts'
import { factsAt } from '../root/calls.ts'

/** The sorted entries of a folder. */
export type FolderReader = (paths: readonly string[]) => Promise<readonly FolderEntry[]>

interface Remembered {
  /** Tells whether the folder has changed since. */
  readonly stamp: string
  readonly entries: readonly FolderEntry[]
}

/** How many entries are remembered, at most, unless one folder alone has more. */
const maxEntries = 200_000

/**
 * A folder that was changed so recently, in milliseconds, may change again without its time showing
 * it, and is not remembered. File systems count in steps of up to 10 ms; those that know no
 * fractions of a second, in up to 2 s.
 */
const unsettled = { fine: 100, coarse: 2500 }

/**
 * Remembers folders between the pages of a listing, so that a large one is not read and sorted anew
 * for each page. A folder is looked at every time, and read again when it has changed: a page never
 * lacks what was there before it was asked for.
 */
export function folderCache(style: NameStyle): FolderReader & { clear(): void } {
  const folders = new Map<string, Remembered>()
  let total = 0

  const forget = (path: string): void => {
    total -= folders.get(path)?.entries.length ?? 0
    folders.delete(path)
  }
  const remember = (path: string, remembered: Remembered): void => {
    forget(path)
    folders.set(path, remembered)
    total += remembered.entries.length
    for (const oldest of folders.keys()) {
      if (total <= maxEntries || oldest === path) break
      forget(oldest)
    }
  }
  const read = async (paths: readonly string[]): Promise<readonly FolderEntry[]> => {
    const [path] = paths
    if (path === undefined || paths.length > 1) return (await readFolder(paths, style)).entries
    const before = await stampOf(path)
    const known = folders.get(path)
    if (known !== undefined && known.stamp === before?.stamp) return known.entries
    const { entries, simple } = await readFolder(paths, style)
    if (before?.settled === true && simple) remember(path, { stamp: before.stamp, entries })
    else forget(path)
    return entries
  }
  return Object.assign(read, {
    clear() {
      folders.clear()
      total = 0
    },
  })
}

async function stampOf(path: string): Promise<{ stamp: string; settled: boolean } | undefined> {
  const now = Date.now()
  const facts = await factsAt(path)
  if (facts === undefined) return undefined
  const { ino, mtimeNs, ctimeNs } = facts
  const changed = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n)
  const fine = mtimeNs % 1_000_000_000n !== 0n
  return {
    stamp: [ino, mtimeNs, ctimeNs].join(' '),
    settled: changed < now - (fine ? unsettled.fine : unsettled.coarse),
  }
}
