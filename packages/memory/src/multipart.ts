import {
  checkPartList,
  checkPartNumber,
  checkPartSize,
  checkWriteConditions,
  type CompleteRequest,
  type MultipartGroup,
  StorageError,
  type UploadRequest,
  type Whole,
} from '@cloudstore/core'
import { md5OfStored, multipartETag } from './etag.ts'
import { limits } from './features.ts'
import { attributesOf, infoOf } from './object-info.ts'
import { needContainer, type Store, type StoredPart, type StoredUpload } from './store.ts'
import { joinBytes, storeBytes } from './stored-bytes.ts'
import { listParts, listUploads } from './upload-listings.ts'

/** Uploads in parts with the rules of S3. Attributes count as they were given at the start. */
export function multipartOperations(store: Store): Whole<MultipartGroup> {
  let begun = 0

  function needUpload({ container, key, upload }: UploadRequest): StoredUpload {
    const found = needContainer(store, container).uploads.get(upload)
    if (found === undefined || found.key !== key) {
      throw new StorageError('UploadDoesNotExist', 'there is no such upload in progress')
    }
    return found
  }

  return {
    async create(request) {
      const { objects, uploads } = needContainer(store, request.container)
      checkWriteConditions(request, objects.get(request.key))
      begun += 1
      const id = `upload-${begun}`
      uploads.set(id, {
        ...attributesOf(request),
        key: request.key,
        ordinal: begun,
        createdAt: store.now(),
        acl: request.acl ?? 'private',
        parts: new Map(),
      })
      return id
    },

    async uploadPart(request) {
      const { number, body } = request
      needUpload(request)
      checkPartNumber(number, limits)
      const bytes = await storeBytes(body)
      checkPartSize(number, bytes.size, limits)
      const md5 = body.md5() ?? md5OfStored(bytes)
      // It may have been completed or aborted while the bytes came in.
      needUpload(request).parts.set(number, { bytes, md5 })
      return { number, size: bytes.size, etag: md5, md5 }
    },

    async complete(request) {
      const upload = needUpload(request)
      const parts = partsOf(request, upload)
      const bytes = joinBytes(parts.map((part) => part.bytes))
      if (bytes.size !== request.size) {
        throw new StorageError(
          'InvalidArgument',
          `the parts have ${bytes.size} bytes in all, but ${request.size} were announced`,
        )
      }
      const container = needContainer(store, request.container)
      checkWriteConditions(request, container.objects.get(request.key))
      const object = {
        attributes: upload.attributes,
        metadata: upload.metadata,
        bytes,
        etag: multipartETag(parts.map((part) => part.md5)),
        lastModified: store.now(),
        acl: upload.acl,
      }
      container.objects.set(request.key, object)
      container.uploads.delete(request.upload)
      return infoOf(request.key, object)
    },

    async abort({ container, upload }) {
      store.containers.get(container)?.uploads.delete(upload)
    },

    async listParts(request) {
      return listParts(needUpload(request), request.cursor)
    },

    async listUploads(request) {
      return listUploads(needContainer(store, request.container), request)
    },
  }
}

/** The parts that a request to complete names, in its order. */
function partsOf(request: CompleteRequest, upload: StoredUpload): StoredPart[] {
  const parts = request.parts.map(({ number, etag }) => {
    const part = upload.parts.get(number)
    if (part === undefined || part.md5 !== etag) {
      const problem = part === undefined ? 'was not uploaded' : 'has another ETag'
      throw new StorageError('InvalidArgument', `part ${number} ${problem}`)
    }
    return part
  })
  checkPartList(
    request.parts.map(({ number }, index) => ({ number, size: parts[index]?.bytes.size ?? 0 })),
    limits,
  )
  return parts
}
