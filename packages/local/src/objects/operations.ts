import {
  boundsOfRange,
  checkReadConditions,
  checkWriteConditions,
  StorageError,
  type AbortSignalLike,
  type ObjectRequest,
  type StorageBackend,
  type Whole,
} from '@cloudstore/core'
import { toAcl } from '../acls.ts'
import { existingContainer, type ContainerFolder } from '../containers/container-folder.ts'
import { folderCache } from '../listing/folder-cache.ts'
import { listPage } from '../listing/list-objects.ts'
import type { Store, StoreDoor, StoreView } from '../root/store.ts'
import { draftOfCopy } from './copy-object.ts'
import { etagOf } from './etag.ts'
import { describedRecord } from './new-record.ts'
import { findObject, openObject, type OpenObjectFile } from './object-file.ts'
import { infoOfFile, summaryOfFile } from './object-record.ts'
import type { ObjectTarget } from './object-target.ts'
import { publish } from './publish.ts'
import { fileReader } from './read-body.ts'
import { removeObject } from './remove.ts'
import { writeDraft } from './write-body.ts'

type ObjectOperations = Pick<
  StorageBackend,
  'listObjects' | 'headObject' | 'getObject' | 'putObject' | 'deleteObject'
> &
  Whole<Pick<StorageBackend, 'copyObject'>>

export function objectOperations(door: StoreDoor): ObjectOperations {
  let cache: ReturnType<typeof folderCache> | undefined

  return {
    async listObjects(request, { signal }) {
      const view = await door.toRead()
      const container = await existingContainer(view, request.container)
      if (view === undefined) return { objects: [], prefixes: [] }
      cache ??= folderCache(view.style)
      const page = await listPage(view, container, cache, request, signal)
      if (page.cursor === undefined) cache.clear()
      return page
    },

    async headObject(request, { signal }) {
      const view = await door.toRead()
      const container = await existingContainer(view, request.container)
      const found = view && (await findObject(view, container, request.key, signal))
      if (found === undefined) throw noSuchObject()
      const info = infoOfFile(request.key, found.file, found.record)
      checkReadConditions(request, info)
      return info
    },

    async getObject(request, { signal }) {
      const found = await openExisting(await door.toRead(), request, signal)
      try {
        const info = infoOfFile(request.key, found.file, found.record)
        checkReadConditions(request, info)
        const { start, end } = boundsOfRange(request.range, info.size)
        return { info, body: fileReader(found.handle, start, end, signal) }
      } catch (error) {
        await found.handle.close()
        throw error
      }
    },

    async putObject(request, { signal }) {
      const { store, target } = await writeTo(door, request)
      await refuseEarly(store, target, request, signal)
      const { path } = await writeDraft(store, request.body, signal)
      const md5 = request.body.md5()
      return publish(store, {
        target,
        draft: path,
        record: { etag: etagOf(md5), md5, ...describedRecord(request, toAcl(request.acl)) },
        conditions: request,
        signal,
      })
    },

    async deleteObject(request, { signal }) {
      const { store, target } = await writeTo(door, request)
      await removeObject(store, target, request.ifMatch, signal)
    },

    async copyObject(request, { signal }) {
      const { store, target } = await writeTo(door, request)
      await refuseEarly(store, target, request, signal)
      const source = await openExisting(store, request.source, signal)
      try {
        const summary = summaryOfFile(request.source.key, source.file, source.record)
        checkReadConditions({ ifMatch: request.source.ifMatch }, summary)
        const { path } = await draftOfCopy(store, source, signal)
        const md5 = source.record?.md5
        const kept = infoOfFile(request.source.key, source.file, source.record)
        const acl = toAcl(request.acl ?? source.record?.acl)
        return await publish(store, {
          target,
          draft: path,
          record: { etag: etagOf(md5), md5, ...describedRecord(request.replace ?? kept, acl) },
          conditions: request,
          signal,
        })
      } finally {
        await source.handle.close()
      }
    },
  }
}

export function noSuchObject(): StorageError {
  return new StorageError('ObjectDoesNotExist', 'there is no such object')
}

/**
 * The store and the place of an object that is about to be changed. Nothing is made in a root
 * folder without the container.
 */
export async function writeTo(
  door: StoreDoor,
  { container, key }: ObjectRequest,
): Promise<{ store: Store; target: ObjectTarget }> {
  const folder: ContainerFolder = await existingContainer(await door.toRead(), container)
  return { store: await door.toWrite(), target: { container: folder, key } }
}

/**
 * Conditions that fail already are told before the bytes are read. They are asked again when it
 * counts.
 */
export async function refuseEarly(
  store: Store,
  { container, key }: ObjectTarget,
  conditions: { ifMatch?: string | undefined; ifNoneMatch?: '*' | undefined },
  signal: AbortSignalLike | undefined,
): Promise<void> {
  if (conditions.ifMatch === undefined && conditions.ifNoneMatch === undefined) return
  const current = await findObject(store, container, key, signal)
  checkWriteConditions(conditions, current && summaryOfFile(key, current.file, current.record))
}

async function openExisting(
  view: StoreView | undefined,
  request: ObjectRequest,
  signal: AbortSignalLike | undefined,
): Promise<OpenObjectFile> {
  const container = await existingContainer(view, request.container)
  const found = view && (await openObject(view, container, request.key, signal))
  if (found === undefined) throw noSuchObject()
  return found
}
