import { readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError } from '@cloudstore/core'
import { readFolder } from '../listing/folder-entries.ts'
import { walk } from '../listing/walk.ts'
import { errnoOf, isMissing, unlessMissing } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { noSuchContainer, type ContainerFolder } from './container-folder.ts'
import { containerRecordPath } from './container-record.ts'
import { factsAt, removeFile } from '../root/calls.ts'

/**
 * Records of objects that other programs have deleted are cleared away with the container; not
 * those that are being written right now.
 */
const settledAfter = 3_600_000

/**
 * Removes an empty container. Objects are never deleted: folders are only removed by calls that
 * fail when something is in them.
 */
export async function removeContainer(store: Store, container: ContainerFolder): Promise<void> {
  const everything = { after: undefined, inclusive: false }
  const folder = { prefix: '', paths: [container.path] }
  for await (const { key } of walk(
    async (paths) => (await readFolder(paths, store.style)).entries,
    folder,
    everything,
  )) {
    throw notEmpty(`the container holds objects, the first of which is ${JSON.stringify(key)}`)
  }
  if (!(await removeEmptyFolder(container.path))) {
    throw notEmpty(
      `${container.path} holds something that is no object, such as a link, or something new`,
    )
  }
  await removeFile(containerRecordPath(store, container))
  await dropUploads(store, container)
  await dropRecords(store, container)
}

/** Removes a folder that has nothing but folders in it. */
async function removeEmptyFolder(path: string): Promise<boolean> {
  const entries = await unlessMissing(readdir(path, { withFileTypes: true }))
  for (const entry of entries ?? []) {
    if (!entry.isDirectory() || !(await removeEmptyFolder(join(path, entry.name)))) return false
  }
  try {
    await rmdir(path)
    return true
  } catch (error) {
    if (isMissing(error)) throw noSuchContainer()
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

async function dropUploads(store: Store, container: ContainerFolder): Promise<void> {
  const grave = store.owner.temporaryPath()
  const uploads = join(store.root.control.uploads, container.name)
  await store.owner.file()
  const moved = await unlessMissing(rename(uploads, grave).then(() => true))
  if (moved === true) await rm(grave, { recursive: true, force: true })
}

async function dropRecords(store: Store, container: ContainerFolder): Promise<void> {
  const facts = join(store.root.control.facts, container.name)
  const now = await store.owner.fileTime()
  for (const shard of (await unlessMissing(readdir(facts))) ?? []) {
    const folder = join(facts, shard)
    for (const name of (await unlessMissing(readdir(folder))) ?? []) {
      const path = join(folder, name)
      const facts = await factsAt(path)
      if (facts !== undefined && now - Number(facts.ctimeMs) > settledAfter) await removeFile(path)
    }
    await removeIfEmpty(folder)
  }
  await removeIfEmpty(facts)
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    const errno = errnoOf(error)
    if (!isMissing(error) && errno !== 'ENOTEMPTY' && errno !== 'EEXIST') throw error
  }
}

function notEmpty(problem: string): StorageError {
  return new StorageError('ContainerIsNotEmpty', problem)
}
