import { constants, copyFile, link, stat } from 'node:fs/promises'
import { join } from 'node:path'
// Not the globals, which tests replace by fake ones.
import { setTimeout as delay } from 'node:timers/promises'
import { type AbortSignalLike, StorageError, throwIfAborted } from '@cloudstore/core'
import { errnoOf, isMissing, unlessMissing } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { bury } from './burial.ts'
import { readOwner, type OwnerRecord } from './owner.ts'
import { livenessOf } from './process-identity.ts'
import { oneAtATime } from './serial.ts'
import { factsAt, removeFile } from '../root/calls.ts'

/**
 * After this long in a critical section we look whether the lock is still ours before the decisive
 * step, in milliseconds.
 */
const trustedFor = 20_000

/** File systems without hard links say one of these. */
const withoutLinks: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
])

/** A lock in hand. */
export interface HeldLock {
  /** Fails when the lock was taken from us because we were stopped for minutes. */
  confirm(): Promise<void>
}

/**
 * Runs an action while no other process, and nobody else in this one, holds the lock of this name.
 * A lock is a link to the holder's owner file, so it says whose it is from the moment it exists.
 * Those of processes that have died are removed.
 */
export function locked<T>(
  store: Store,
  name: string,
  signal: AbortSignalLike | undefined,
  action: (lock: HeldLock) => Promise<T>,
): Promise<T> {
  const path = join(store.root.control.locks, name)
  return oneAtATime(path, signal, async () => {
    await acquire(store, path, signal)
    const since = performance.now()
    const ours = async (): Promise<boolean> =>
      performance.now() - since < trustedFor || (await readOwner(path))?.token === store.owner.token
    try {
      return await action({
        async confirm() {
          if (!(await ours())) throw lostLock()
        },
      })
    } finally {
      if (await ours()) await removeFile(path)
    }
  })
}

async function acquire(
  store: Store,
  path: string,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  let waited = 0
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    throwIfAborted(signal)
    if (await tryToTake(store, path)) return
    const holder = await readOwner(path)
    if (await isLeftBehind(store, path, holder)) {
      if (holder === undefined) await removeFile(path)
      else if (await bury(store.root, holder.token, store.owner, path)) continue
    }
    if (waited >= store.timing.patience) throw heldBy(path, holder)
    const some = pause * (0.5 + Math.random() / 2)
    await delay(some)
    waited += some
  }
}

async function tryToTake(store: Store, path: string): Promise<boolean> {
  const own = await store.owner.file()
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    if (isMissing(error)) return renewed(store, own)
    if (!withoutLinks.has(errnoOf(error))) throw error
  }
  try {
    await copyFile(own, path, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Somebody removed the control folder, or our file in it. */
async function renewed(store: Store, own: string): Promise<false> {
  await store.repair()
  if ((await unlessMissing(stat(own))) === undefined) store.owner.renew()
  return false
}

async function isLeftBehind(
  store: Store,
  path: string,
  holder: OwnerRecord | undefined,
): Promise<boolean> {
  const liveness = holder === undefined ? 'unknown' : await livenessOf(holder)
  if (liveness === 'dead') return true
  const facts = await factsAt(path)
  // Linking and unlinking change this time of the owner file, which the lock is.
  return (
    facts !== undefined &&
    (await store.owner.fileTime()) - Number(facts.ctimeMs) > store.timing.quiet[liveness]
  )
}

function heldBy(path: string, holder: OwnerRecord | undefined): StorageError {
  const whose = holder === undefined ? 'unreadable' : `of process ${holder.pid}`
  return new StorageError('Timeout', `the lock ${path} (${whose}) was not released in time`, {
    hint: 'Look what that process is doing; if it is gone, delete the file',
  })
}

function lostLock(): StorageError {
  return new StorageError(
    'Conflict',
    'this process was stopped for so long that another one took over its lock; nothing was written',
    { retryable: true },
  )
}
