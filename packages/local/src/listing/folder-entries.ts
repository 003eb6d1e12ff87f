import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compareUtf8 } from '@cloudstore/core'
import {
  continuedText,
  meaningOfName,
  type ContinuedText,
  type NameMeaning,
  type NameStyle,
} from '../names/segment-names.ts'
import { unlessMissing } from '../root/errno.ts'

/**
 * Something in a folder that keys go through: an object, or the folder of all keys that go on with
 * a slash. There may be hundreds of thousands, so paths are put together when they are needed.
 */
export interface FolderEntry {
  /** The segment; of a folder with the slash, by which it sorts among its neighbours as its keys do. */
  readonly text: string
  readonly isFolder: boolean
  readonly folder: string
  readonly name: string
  /** As `firstPlace` tries them: the lowest of a text is the one that is read. */
  readonly rank: number
  /** Where else it is, when a folder is there in several spellings. */
  also: readonly string[] | undefined
}

export interface FolderContent {
  readonly entries: readonly FolderEntry[]
  /** Whether all of it was read from one folder, whose time of change then speaks for it. */
  readonly simple: boolean
}

/** Where an entry is; several paths only of a folder. */
export function pathsOfEntry({ folder, name, also = [] }: FolderEntry): readonly string[] {
  return [join(folder, name), ...also]
}

/** What lies in a folder, in the order of keys. Links, devices and the like are not in it. */
export async function readFolder(
  paths: readonly string[],
  style: NameStyle,
): Promise<FolderContent> {
  const found: FolderEntry[] = []
  let folders = 0
  for (const path of paths) folders += await collect(path, style, undefined, found)
  found.sort((a, b) => compareUtf8(a.text, b.text) || a.rank - b.rank)
  return { entries: merged(found), simple: folders === 1 }
}

async function collect(
  folder: string,
  style: NameStyle,
  start: ContinuedText | undefined,
  found: FolderEntry[],
): Promise<number> {
  let folders = 1
  const entries = await unlessMissing(readdir(folder, { withFileTypes: true }))
  for (const entry of entries ?? []) {
    const { name } = entry
    const isFolder = entry.isDirectory()
    if (!isFolder && !entry.isFile()) continue
    const continued = isFolder ? continuedText(name, style, start) : undefined
    if (continued !== undefined) {
      folders += await collect(join(folder, name), style, continued, found)
      continue
    }
    const meaning = meaningOfName(name, style, isFolder ? 'folder' : 'file', start)
    const text = isFolder ? `${meaning.segment}/` : meaning.segment
    found.push({ text, isFolder, folder, name, rank: rankOf(meaning), also: undefined })
  }
  return folders
}

function rankOf({ literal, beside }: NameMeaning): number {
  return literal ? 2 : beside ? 1 : 0
}

/** One entry for each text, in the same array: of files the one that is read, of folders all. */
function merged(found: FolderEntry[]): FolderEntry[] {
  let last: FolderEntry | undefined
  let kept = 0
  for (const entry of found) {
    if (last === undefined || last.text !== entry.text) {
      found[kept] = entry
      kept += 1
      last = entry
    } else if (entry.isFolder) {
      last.also = [...(last.also ?? []), ...pathsOfEntry(entry)]
    }
  }
  found.length = kept
  return found
}
