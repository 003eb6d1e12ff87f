import { constants, type BigIntStats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { type AbortSignalLike, StorageError, throwIfAborted } from '@cloudstore/core'
import { unlessMissing } from '../root/errno.ts'
import type { StoreView } from '../root/store.ts'
import type { ContainerFolder } from '../containers/container-folder.ts'
import { isSameFile, recordOfFile, type ObjectRecord } from './object-record.ts'
import { firstPlace, isOwnPath } from './places.ts'
import { readRecords, recordPath } from './record-file.ts'
import { factsAt } from '../root/calls.ts'

/** A file that holds an object, as it is at one moment, and the record that belongs to it. */
export interface ObjectFile {
  readonly path: string
  readonly file: BigIntStats
  /** Absent for a file that another program wrote. */
  readonly record: ObjectRecord | undefined
}

export interface OpenObjectFile extends ObjectFile {
  readonly handle: FileHandle
}

/** Each try misses only if the object is overwritten at that very moment. */
const tries = 200

/** Finds the file of a key. `undefined` when there is none. */
export function findObject(
  view: StoreView,
  container: ContainerFolder,
  key: string,
  signal?: AbortSignalLike,
): Promise<ObjectFile | undefined> {
  return consistently(view, container, key, signal, lookAt, async () => undefined)
}

/**
 * Finds the file of a key and opens it: it can be read to its end, whatever happens to the key
 * meanwhile.
 */
export function openObject(
  view: StoreView,
  container: ContainerFolder,
  key: string,
  signal?: AbortSignalLike,
): Promise<OpenObjectFile | undefined> {
  return consistently(view, container, key, signal, openAt, ({ handle }) => handle.close())
}

export interface Seen {
  readonly path: string
  readonly file: BigIntStats
}

/**
 * A file and the record that belongs to it. Writers write the record before the file and keep the
 * old one with it, so a file without a record that stays the same is another program's; one that
 * changed meanwhile is looked at again.
 */
async function consistently<T extends Seen>(
  view: StoreView,
  container: ContainerFolder,
  key: string,
  signal: AbortSignalLike | undefined,
  look: (path: string) => Promise<T | undefined>,
  release: (seen: T) => Promise<void>,
): Promise<(T & ObjectFile) | undefined> {
  const records = recordPath(view, container.name, key)
  for (let count = 0; count < tries; count += 1) {
    throwIfAborted(signal)
    const seen = await firstPlace(container.path, key, view.style, look)
    if (seen === undefined) return undefined
    try {
      const record = recordOfFile(await readRecords(records), seen.file)
      if (record !== undefined || (await isStill(seen))) return { ...seen, record }
    } catch (error) {
      await release(seen)
      throw error
    }
    await release(seen)
  }
  throw new StorageError(
    'ServiceUnavailable',
    'the object is overwritten faster than it can be read',
  )
}

/** Whether nothing has happened to a file since it was looked at. */
export async function isStill(seen: Seen): Promise<boolean> {
  const now = await factsAt(seen.path)
  return now !== undefined && isSameFile(now, seen.file)
}

/** A regular file at exactly this path. */
export async function lookAt(path: string): Promise<Seen | undefined> {
  const file = await factsAt(path)
  return file?.isFile() === true && (await isOwnPath(path)) ? { path, file } : undefined
}

// Without O_NONBLOCK a named pipe would hold the call until somebody writes to it.
const readOnly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

async function openAt(path: string): Promise<(Seen & { handle: FileHandle }) | undefined> {
  if (!(await isOwnPath(path))) return undefined
  const handle = await unlessMissing(open(path, readOnly))
  if (handle === undefined) return undefined
  try {
    const file = await handle.stat({ bigint: true })
    if (file.isFile()) return { path, file, handle }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}
