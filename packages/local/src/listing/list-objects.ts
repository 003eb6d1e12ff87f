import { join } from 'node:path'
import {
  type AbortSignalLike,
  type ListObjectsRequest,
  type ObjectInfo,
  type ObjectPage,
  pageOfSorted,
  throwIfAborted,
} from '@cloudstore/core'
import type { ContainerFolder } from '../containers/container-folder.ts'
import { findObject, isStill } from '../objects/object-file.ts'
import { recordOfFile, summaryOfFile } from '../objects/object-record.ts'
import { foldersOf, isOwnPath } from '../objects/places.ts'
import { readRecords, recordPath } from '../objects/record-file.ts'
import type { StoreView } from '../root/store.ts'
import type { FolderReader } from './folder-cache.ts'
import { walk, type KeyFolder, type ListedFile } from './walk.ts'
import { factsAt } from '../root/calls.ts'

export const maxPage = 1000

/** How many objects of a page are looked at at the same time. */
const lookouts = 16

export async function listPage(
  view: StoreView,
  container: ContainerFolder,
  read: FolderReader,
  request: ListObjectsRequest,
  signal: AbortSignalLike | undefined,
): Promise<ObjectPage> {
  const folder = await startingFolder(view, container, request.prefix ?? '')
  const { entries, prefixes, cursor } = await pageOfSorted<ListedFile>(
    { seek: (after, inclusive) => walk(read, folder, { after, inclusive }) },
    { ...request, limit: Math.min(request.limit ?? maxPage, maxPage) },
    (entry) => entry.key,
  )
  throwIfAborted(signal)
  const objects = await describeAll(view, container, entries, signal)
  return { objects, prefixes, ...(cursor !== undefined && { cursor }) }
}

/** The folder that the prefix leads to; nothing beside it needs to be looked at. */
async function startingFolder(
  view: StoreView,
  container: ContainerFolder,
  prefix: string,
): Promise<KeyFolder> {
  const segments = prefix.split('/').slice(0, -1)
  const paths: string[] = []
  for (const path of await foldersOf(container.path, segments, view.style)) {
    if (await isOwnPath(path)) paths.push(path)
  }
  return { prefix: segments.map((segment) => `${segment}/`).join(''), paths }
}

async function describeAll(
  view: StoreView,
  container: ContainerFolder,
  files: readonly ListedFile[],
  signal: AbortSignalLike | undefined,
): Promise<ObjectInfo[]> {
  const facts = join(view.root.control.facts, container.name)
  const hasRecords = (await factsAt(facts)) !== undefined
  const described: (ObjectInfo | undefined)[] = Array.from({ length: files.length })
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < files.length; index = next++) {
      throwIfAborted(signal)
      const file = files[index]
      if (file !== undefined) described[index] = await describe(view, container, file, hasRecords)
    }
  }
  await Promise.all(Array.from({ length: Math.min(lookouts, files.length) }, work))
  return described.filter((info) => info !== undefined)
}

/** `undefined` for an object that was deleted since its name was read. */
async function describe(
  view: StoreView,
  container: ContainerFolder,
  { key, path }: ListedFile,
  hasRecords: boolean,
): Promise<ObjectInfo | undefined> {
  const file = await factsAt(path)
  if (file?.isFile() === true) {
    const records = hasRecords ? await readRecords(recordPath(view, container.name, key)) : []
    const record = recordOfFile(records, file)
    if (record !== undefined || (await isStill({ path, file }))) {
      return summaryOfFile(key, file, record)
    }
  }
  const moved = await findObject(view, container, key)
  return moved && summaryOfFile(key, moved.file, moved.record)
}
