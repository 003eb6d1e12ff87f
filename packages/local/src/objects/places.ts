import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import {
  nameBesideFolder,
  namesOfSegment,
  standsForItself,
  type NameStyle,
} from '../names/segment-names.ts'
import { unlessMissing } from '../root/errno.ts'
import { factsAt } from '../root/calls.ts'

/** The file that a key has when nothing is in its way. */
export function usualPath(folder: string, key: string, style: NameStyle): string {
  return join(folder, ...key.split('/').flatMap((segment) => namesOfSegment(segment, style)))
}

/**
 * Tries the files that can hold a key, in the order of their precedence, until one attempt gives
 * something: the usual one; the one beside a folder of the same name; and for keys that are
 * escaped, what another program wrote under the unescaped name.
 */
export async function firstPlace<T>(
  folder: string,
  key: string,
  style: NameStyle,
  attempt: (path: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const usual = usualPath(folder, key, style)
  const ours = async (): Promise<T | undefined> =>
    (await attempt(usual)) ?? (await attempt(nameBesideFolder(usual)))
  const found = await ours()
  const segments = key.split('/')
  const last = segments.pop() ?? ''
  if (found !== undefined || !canBeLiteral(segments, last, style)) return found
  for (const path of await literalPaths(folder, segments, last, style)) {
    const foreign = path === usual ? undefined : await attempt(path)
    if (foreign !== undefined) return foreign
  }
  // Overwriting has moved it to its usual place while we looked at the others.
  return ours()
}

function canBeLiteral(folders: readonly string[], file: string, style: NameStyle): boolean {
  return (
    folders.some((segment) => standsForItself(segment, style, 'folder')) ||
    standsForItself(file, style, 'file')
  )
}

async function literalPaths(
  folder: string,
  segments: readonly string[],
  last: string,
  style: NameStyle,
): Promise<string[]> {
  const own = join(...namesOfSegment(last, style))
  const paths: string[] = []
  for (const parent of await foldersOf(folder, segments, style)) {
    paths.push(join(parent, own), join(parent, nameBesideFolder(own)))
    if (standsForItself(last, style, 'file') && (await hasName(parent, last, style))) {
      paths.push(join(parent, last))
    }
  }
  return paths
}

/**
 * The folders that can hold the keys below some segments: one path for ordinary segments, without a
 * look at the disk. Else it walks down what exists of both spellings, so that the number of paths
 * is bounded by what is on the disk.
 */
export async function foldersOf(
  folder: string,
  segments: readonly string[],
  style: NameStyle,
): Promise<string[]> {
  let folders = [folder]
  for (const segment of segments) {
    const own = join(...namesOfSegment(segment, style))
    if (!standsForItself(segment, style, 'folder')) {
      folders = folders.map((each) => join(each, own))
      continue
    }
    const below: string[] = []
    for (const parent of folders) {
      if (await isRealFolder(join(parent, own))) below.push(join(parent, own))
      const literal = join(parent, segment)
      if ((await isRealFolder(literal)) && (await hasName(parent, segment, style))) {
        below.push(literal)
      }
    }
    folders = below
  }
  return folders
}

async function isRealFolder(path: string): Promise<boolean> {
  return (await factsAt(path))?.isDirectory() === true
}

/**
 * Whether a folder has an entry of this very spelling, also where the file system would find others
 * by it.
 */
async function hasName(folder: string, name: string, style: NameStyle): Promise<boolean> {
  if (style === 'exact') return true
  return (await unlessMissing(readdir(folder)))?.includes(name) === true
}

/**
 * Whether a path is itself, and no other spelling of one, and no link leads away on it. Asked
 * before anything is read or written there: what leaves the root folder is not ours.
 */
export async function isOwnPath(path: string): Promise<boolean> {
  return (await unlessMissing(realpath(path))) === path
}
