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
 * a slash.
 */
export interface FolderEntry {
  /**
   * The segment; of a folder with the slash, by which it sorts among its neighbours as its keys do.
   */
  readonly text: string
  readonly isFolder: boolean
  /** More than one when a folder is there in two spellings. */
  readonly paths: readonly string[]
}

export interface FolderContent {
  readonly entries: readonly FolderEntry[]
  /** Whether all of it was read from one folder, whose time of change then speaks for it. */
  readonly simple: boolean
}

interface Found {
  readonly text: string
  readonly isFolder: boolean
  readonly path: string
  readonly rank: number
}

/**
 * What lies in a folder, in the order of keys. Links, devices and the like are no objects and not
 * in it.
 */
export async function readFolder(
  paths: readonly string[],
  style: NameStyle,
): Promise<FolderContent> {
  const found: Found[] = []
  let folders = 0
  for (const path of paths) folders += await collect(path, style, undefined, found)
  found.sort((a, b) => compareUtf8(a.text, b.text) || a.rank - b.rank)
  return { entries: merged(found), simple: folders === 1 }
}

async function collect(
  path: string,
  style: NameStyle,
  start: ContinuedText | undefined,
  found: Found[],
): Promise<number> {
  let folders = 1
  const entries = await unlessMissing(readdir(path, { withFileTypes: true }))
  for (const entry of entries ?? []) {
    const below = join(path, entry.name)
    if (entry.isDirectory()) {
      const continued = continuedText(entry.name, style, start)
      if (continued !== undefined) {
        folders += await collect(below, style, continued, found)
        continue
      }
      const meaning = meaningOfName(entry.name, style, 'folder', start)
      const { segment } = meaning
      found.push({ text: `${segment}/`, isFolder: true, path: below, rank: rankOf(meaning) })
    } else if (entry.isFile()) {
      const meaning = meaningOfName(entry.name, style, 'file', start)
      found.push({ text: meaning.segment, isFolder: false, path: below, rank: rankOf(meaning) })
    }
  }
  return folders
}

/** As `firstPlace` tries them. */
function rankOf({ literal, beside }: NameMeaning): number {
  return literal ? 2 : beside ? 1 : 0
}

/** One entry for each text: of files the one that is read, of folders all. */
function merged(found: readonly Found[]): FolderEntry[] {
  const entries: FolderEntry[] = []
  for (const { text, isFolder, path } of found) {
    const last = entries.at(-1)
    if (last === undefined || last.text !== text) entries.push({ text, isFolder, paths: [path] })
    else if (isFolder) entries[entries.length - 1] = { ...last, paths: [...last.paths, path] }
  }
  return entries
}
