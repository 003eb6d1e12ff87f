import { realpath } from 'node:fs/promises'
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
 * Tries the files that can hold a key, in the order of their precedence, until one attempt gives something: the usual one; the one beside a folder of
 * the same name; and for keys that are escaped, what another program wrote under the unescaped name.
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
  const names = [own, nameBesideFolder(own)]
  if (standsForItself(last, style, 'file')) names.push(last)
  const folders = await foldersOf(folder, segments, style)
  return folders.flatMap((each) => names.map((name) => join(each, name)))
}

/**
 * The folders that can hold the keys below some segments: one path for ordinary segments, without a look at the disk. Else it walks down what
 * exists of both spellings, so that the number of paths is bounded by what is on the disk.
 */
export async function foldersOf(
  folder: string,
  segments: readonly string[],
  style: NameStyle,
): Promise<string[]> {
  let folders = [folder]
  for (const segment of segments) {
    const own = join(...namesOfSegment(segment, style))
    if (standsForItself(segment, style, 'folder')) {
      const below = folders.flatMap((each) => [join(each, own), join(each, segment)])
      const exist = await Promise.all(below.map((path) => isRealFolder(path)))
      folders = below.filter((_, index) => exist[index])
    } else {
      folders = folders.map((each) => join(each, own))
    }
  }
  return folders
}

async function isRealFolder(path: string): Promise<boolean> {
  return (await factsAt(path))?.isDirectory() === true
}

/**
 * Whether a path is itself, and no other spelling of one, and no link leads away on it. Asked before anything is read or
 * written there: what leaves the root folder is not ours.
 */
export async function isOwnPath(path: string): Promise<boolean> {
  return (await unlessMissing(realpath(path))) === path
}
