import type { BigIntStats } from 'node:fs'
import { lstat, realpath, rename, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  type AbortSignalLike,
  checkWriteConditions,
  type ObjectInfo,
  StorageError,
  throwIfAborted,
  type WriteConditions,
} from '@cloudstore/core'
import { locked } from '../locks/lock.ts'
import { nameBesideFolder } from '../names/segment-names.ts'
import { errnoOf, isMissing, unlessMissing } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { findObject, type ObjectFile } from './object-file.ts'
import {
  drawTime,
  identityOfFile,
  infoOfFile,
  summaryOfFile,
  type ObjectRecord,
} from './object-record.ts'
import { lockName, type ObjectTarget } from './object-target.ts'
import { inTheWay, makeParents, pruneParents } from './parents.ts'
import { usualPath } from './places.ts'
import { recordPath, writeRecords } from './record-file.ts'
import { factsAt, removeFile, syncFolderOf } from '../root/calls.ts'

/** What is to be kept of an object besides its bytes. */
export type NewRecord = Omit<ObjectRecord, 'size' | 'mtime' | 'inode'>

export interface Publication {
  readonly target: ObjectTarget
  /** A file with the bytes, in the control folder. It becomes the object, or is removed. */
  readonly draft: string
  readonly record: NewRecord
  readonly conditions: WriteConditions
  readonly signal: AbortSignalLike | undefined
}

/**
 * Makes a file the object of a key: conditions, record and bytes, with nothing in between. The
 * order is what makes it whole after a crash at any point: first a record file that speaks of both
 * the old and the new bytes, then the bytes, by one rename.
 */
export async function publish(store: Store, publication: Publication): Promise<ObjectInfo> {
  const { target, draft, conditions, signal } = publication
  const { container, key } = target
  try {
    return await locked(store, lockName(target), signal, async (lock) => {
      const current = await findObject(store, container, key, signal)
      checkWriteConditions(conditions, current && summaryOfFile(key, current.file, current.record))
      const { file, record } = await stamped(store, draft, publication.record, current)
      throwIfAborted(signal)
      const records = current?.record === undefined ? [record] : [record, current.record]
      await writeRecords(store, recordPath(store, container.name, key), key, records)
      await lock.confirm()
      const path = await moveIntoPlace(store, publication, current?.path)
      if (store.fsync) await syncFolderOf(path)
      if (current !== undefined && current.path !== path) {
        await removeFile(current.path)
        await pruneParents(container.path, current.path)
      }
      return infoOfFile(key, file, record)
    })
  } catch (error) {
    await removeFile(draft)
    throw error
  }
}

/**
 * Gives the file a time that tells it from the one it replaces, and completes the record with it.
 */
async function stamped(
  store: Store,
  draft: string,
  record: NewRecord,
  current: ObjectFile | undefined,
): Promise<{ file: BigIntStats; record: ObjectRecord }> {
  for (let tries = 0; ; tries += 1) {
    const time = drawTime(store.clock())
    await utimes(draft, time, time)
    const file = await lstat(draft, { bigint: true })
    // On a file system with coarse times the inode number has to do.
    if (file.mtimeNs !== current?.file.mtimeNs || tries === 3) {
      return { file, record: { ...identityOfFile(file), ...record } }
    }
  }
}

const folderInTheWay: ReadonlySet<string | undefined> = new Set([
  'EISDIR',
  'EEXIST',
  'ENOTEMPTY',
  'EPERM',
  'EACCES',
])

/**
 * How often folders may vanish under us, since others delete the last object in them, before we
 * call it a failure.
 */
const maxMoves = 1000

async function moveIntoPlace(
  store: Store,
  { target, draft, signal }: Publication,
  current: string | undefined,
): Promise<string> {
  const { container, key } = target
  const usual = usualPath(container.path, key, store.style)
  const beside = nameBesideFolder(usual)
  let path = current === beside ? beside : usual
  for (let moves = 0; moves < maxMoves; moves += 1) {
    const parent = dirname(path)
    const real = await unlessMissing(realpath(parent))
    if (real !== undefined && real !== parent) throw inTheWay(parent)
    try {
      if (real !== undefined) {
        await rename(draft, path)
        return path
      }
    } catch (error) {
      if (folderInTheWay.has(errnoOf(error)) && path === usual && (await isFolder(usual))) {
        path = beside
        continue
      }
      if (!isMissing(error)) throw error
    }
    try {
      await makeParents(store, target, signal)
    } catch (error) {
      await pruneParents(container.path, path)
      throw error
    }
  }
  throw new StorageError(
    'Conflict',
    `the folders above ${path} vanish faster than they can be made`,
    {
      retryable: true,
    },
  )
}

async function isFolder(path: string): Promise<boolean> {
  return (await factsAt(path))?.isDirectory() === true
}
