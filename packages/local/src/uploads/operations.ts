import {
  checkPartNumber,
  checkPartSize,
  compareUtf8,
  type AbortSignalLike,
  type Features,
  type MultipartGroup,
  type UploadRequest,
  type Whole,
} from '@cloudstore/core'
import { toAcl } from '../acls.ts'
import { existingContainer, findContainer } from '../containers/container-folder.ts'
import { etagOf, multipartEtag } from '../objects/etag.ts'
import { describedRecord } from '../objects/new-record.ts'
import type { ObjectTarget } from '../objects/object-target.ts'
import { refuseEarly, writeTo } from '../objects/operations.ts'
import { publish } from '../objects/publish.ts'
import { writeDraft } from '../objects/write-body.ts'
import type { Store, StoreDoor } from '../root/store.ts'
import { assemble } from './assemble.ts'
import {
  allUploads,
  beginUpload,
  dropUpload,
  keepPart,
  partPath,
  partsIn,
  readUpload,
  uploadFolder,
  type UploadRecord,
} from './upload-folder.ts'
import { removeFile } from '../root/calls.ts'

interface OpenUpload {
  readonly store: Store
  readonly target: ObjectTarget
  readonly folder: string
  readonly begun: UploadRecord
}

/**
 * Uploads in parts, with the rules of S3. Attributes count as they were given at the start. They
 * outlive the process.
 */
export function multipartOperations(
  door: StoreDoor,
  limits: NonNullable<Features['multipart']>,
): Whole<MultipartGroup> {
  const openUpload = async (request: UploadRequest): Promise<OpenUpload> => {
    const { store, target } = await writeTo(door, request)
    const begun = await readUpload(store, target.container, request)
    return { store, target, begun, folder: uploadFolder(store, target.container, request.upload) }
  }
  return {
    async create(request, { signal }) {
      const { store, target } = await writeTo(door, request)
      await refuseEarly(store, target, request, signal)
      return beginUpload(store, target.container, {
        key: request.key,
        createdAt: new Date(Math.floor(store.clock() / 1000) * 1000).toISOString(),
        record: describedRecord(request, toAcl(request.acl)),
      })
    },

    async uploadPart(request, { signal }) {
      const { number, body } = request
      const { store, folder } = await openUpload(request)
      checkPartNumber(number, limits)
      const draft = await writeDraft(store, body, signal)
      await discardUnless(draft.path, () => checkPartSize(number, draft.size, limits))
      const md5 = body.md5()
      const etag = etagOf(md5)
      await keepPart(draft.path, partPath(folder, number, etag))
      return { number, size: draft.size, etag, ...(md5 !== undefined && { md5 }) }
    },

    async complete(request, { signal }) {
      const { store, target, folder, begun } = await openUpload(request)
      await refuseEarly(store, target, request, signal)
      const info = await publishParts(store, target, folder, begun, request, signal)
      await dropUpload(store, folder)
      return info
    },

    async abort({ container, upload }) {
      const view = await door.toRead()
      const folder = view && (await findContainer(view, container))
      // Uploads go with their container.
      if (folder === undefined) return
      const store = await door.toWrite()
      await dropUpload(store, uploadFolder(store, folder, upload))
    },

    async listParts(request) {
      const { folder } = await openUpload(request)
      return { parts: await partsIn(folder) }
    },

    async listUploads({ container, prefix = '', delimiter = '' }) {
      const view = await door.toRead()
      const folder = await existingContainer(view, container)
      const all = view === undefined ? [] : await allUploads(view, folder)
      const uploads = all
        .filter(({ key }) => key.startsWith(prefix))
        .filter(({ key }) => delimiter === '' || !key.includes(delimiter, prefix.length))
        .sort((a, b) => compareUtf8(a.key, b.key) || compareUtf8(a.createdAt, b.createdAt))
        .map(({ key, upload, createdAt }) => ({ key, upload, createdAt: new Date(createdAt) }))
      return { uploads }
    },
  }

  async function publishParts(
    store: Store,
    target: ObjectTarget,
    folder: string,
    begun: UploadRecord,
    request: Parameters<MultipartGroup['complete']>[0],
    signal: AbortSignalLike | undefined,
  ): ReturnType<MultipartGroup['complete']> {
    const { path, md5 } = await assemble(store, folder, request, limits, signal)
    const etag = multipartEtag(request.parts.map((part) => part.etag))
    return publish(store, {
      target,
      draft: path,
      record: { ...begun.record, etag, md5 },
      conditions: request,
      signal,
    })
  }
}

async function discardUnless(draft: string, check: () => void): Promise<void> {
  try {
    check()
  } catch (error) {
    await removeFile(draft)
    throw error
  }
}
