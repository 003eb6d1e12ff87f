import { mkdir, rename, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StorageError, type AbortSignalLike } from '@cloudstore/core'
import { existingContainer } from '../containers/container-folder.ts'
import { locked } from '../locks/lock.ts'
import { nameBesideFolder, namesOfSegment } from '../names/segment-names.ts'
import { errnoOf, isMissing } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { lockName, type ObjectTarget } from './object-target.ts'
import { factsAt, syncFolderOf } from '../root/calls.ts'

/**
 * Makes the folders above an object. Where a file has the name of one (the key `a` when `a/b` is
 * written), the file moves beside it, where readers look for it too.
 */
export async function makeParents(
  store: Store,
  target: ObjectTarget,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  const { container, key } = target
  await existingContainer(store, container.container)
  const segments = key.split('/')
  let path = container.path
  for (const [index, segment] of segments.entries()) {
    const names = namesOfSegment(segment, store.style)
    const isLast = index === segments.length - 1
    // The last name of the last segment is the file itself.
    for (const [piece, name] of (isLast ? names.slice(0, -1) : names).entries()) {
      path = join(path, name)
      const upTo = piece === names.length - 1 ? segments.slice(0, index + 1).join('/') : undefined
      await makeFolder(store, target, path, upTo, signal)
    }
  }
}

/** @param key - the key of a file that has this very path; `undefined` when no key has */
async function makeFolder(
  store: Store,
  target: ObjectTarget,
  path: string,
  key: string | undefined,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  for (;;) {
    try {
      await mkdir(path)
      if (store.fsync) await syncFolderOf(path)
      return
    } catch (error) {
      // A folder above was removed because it was empty: the caller begins anew.
      if (isMissing(error)) return
      if (errnoOf(error) !== 'EEXIST') throw error
    }
    const facts = await factsAt(path)
    if (facts?.isDirectory() === true) return
    if (facts?.isFile() === true && key !== undefined) {
      await moveBeside(store, { ...target, key }, path, signal)
    } else if (facts !== undefined) {
      throw inTheWay(path)
    }
  }
}

/** Locks are taken from longer keys to their beginnings only, so nobody waits in a circle. */
async function moveBeside(
  store: Store,
  target: ObjectTarget,
  path: string,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  await locked(store, lockName(target), signal, async () => {
    const facts = await factsAt(path)
    if (facts?.isFile() === true) await rename(path, nameBesideFolder(path))
  })
}

export function inTheWay(path: string): StorageError {
  return new StorageError(
    'AccessDenied',
    `${path} is in the way: links, devices, and other spellings of a name are not followed`,
    {
      hint: 'Move it out of the root folder',
    },
  )
}

/**
 * What a folder says that can't be removed because it is in use again, or never was ours to remove.
 */
const staying: ReadonlySet<string | undefined> = new Set([
  'ENOTEMPTY',
  'EEXIST',
  'ENOENT',
  'ENOTDIR',
  'EBUSY',
  'EPERM',
  'EACCES',
])

/**
 * Removes the folders above a file that is gone, as far as they are empty. Writers make them anew
 * if they come in between.
 */
export async function pruneParents(container: string, path: string): Promise<void> {
  for (let folder = dirname(path); folder !== container; folder = dirname(folder)) {
    try {
      await rmdir(folder)
    } catch (error) {
      if (staying.has(errnoOf(error))) return
      throw error
    }
  }
}
