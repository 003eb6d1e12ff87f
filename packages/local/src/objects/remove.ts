import { unlink } from 'node:fs/promises'
import { checkWriteConditions, type AbortSignalLike } from '@cloudstore/core'
import { locked } from '../locks/lock.ts'
import { unlessMissing } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { findObject, lookAt } from './object-file.ts'
import { summaryOfFile } from './object-record.ts'
import { lockName, type ObjectTarget } from './object-target.ts'
import { pruneParents } from './parents.ts'
import { firstPlace } from './places.ts'
import { recordPath } from './record-file.ts'
import { removeFile, syncFolderOf } from '../root/calls.ts'

/** Deletes an object, if it is there, and the folders that held nothing else. */
export async function removeObject(
  store: Store,
  target: ObjectTarget,
  ifMatch: string | undefined,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  const { container, key } = target
  await locked(store, lockName(target), signal, async (lock) => {
    const current = await findObject(store, container, key, signal)
    checkWriteConditions({ ifMatch }, current && summaryOfFile(key, current.file, current.record))
    if (current === undefined) return
    const paths = await allPlaces(store, target)
    await lock.confirm()
    // The one that is read goes last: a crash must not bring an older one to light.
    for (const path of paths.reverse()) {
      await unlessMissing(unlink(path))
      if (store.fsync) await syncFolderOf(path)
    }
    await removeFile(recordPath(store, container.name, key))
    for (const path of paths) await pruneParents(container.path, path)
  })
}

async function allPlaces(store: Store, { container, key }: ObjectTarget): Promise<string[]> {
  const paths = new Set<string>()
  await firstPlace(container.path, key, store.style, async (path): Promise<undefined> => {
    if ((await lookAt(path)) !== undefined) paths.add(path)
  })
  return [...paths]
}
