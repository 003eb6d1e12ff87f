import {
  boundsOfRange,
  checkReadConditions,
  checkWriteConditions,
  pageOfSorted,
  type StorageBackend,
} from '@cloudstore/core'
import { md5OfStored } from './etag.ts'
import { features } from './features.ts'
import { attributesOf, infoOf, summaryOf } from './object-info.ts'
import { needContainer, needObject, type Store } from './store.ts'
import { readStored, storeBytes } from './stored-bytes.ts'

type ObjectOperations = Pick<
  StorageBackend,
  'listObjects' | 'headObject' | 'getObject' | 'putObject' | 'deleteObject'
>

export function objectOperations(store: Store): ObjectOperations {
  return {
    async listObjects({ container, ...request }) {
      const { objects } = needContainer(store, container)
      const page = await pageOfSorted(
        { seek: (after, inclusive) => objects.from(after, inclusive) },
        { ...request, limit: Math.min(request.limit ?? Infinity, features.list.maxPage) },
        ([key]) => key,
      )
      return {
        objects: page.entries.map(([key, object]) => summaryOf(key, object)),
        prefixes: page.prefixes,
        cursor: page.cursor,
      }
    },

    async headObject(request) {
      const info = infoOf(request.key, needObject(store, request))
      checkReadConditions(request, info)
      return info
    },

    async getObject(request, { signal }) {
      const object = needObject(store, request)
      const info = infoOf(request.key, object)
      checkReadConditions(request, info)
      const { start, end } = boundsOfRange(request.range, info.size)
      return { info, body: readStored(object.bytes, start, end, signal) }
    },

    async putObject(request) {
      const { key, body } = request
      const check = () => {
        const container = needContainer(store, request.container)
        checkWriteConditions(request, container.objects.get(key))
        return container
      }
      // Once before the bytes are read, to fail early, and once more when nothing can come between.
      check()
      const bytes = await storeBytes(body)
      const md5 = body.md5() ?? md5OfStored(bytes)
      const container = check()
      const object = {
        ...attributesOf(request),
        bytes,
        etag: md5,
        md5,
        lastModified: store.now(),
        acl: request.acl ?? 'private',
      }
      container.objects.set(key, object)
      return infoOf(key, object)
    },

    async deleteObject({ container, key, ifMatch }) {
      const { objects } = needContainer(store, container)
      checkWriteConditions({ ifMatch }, objects.get(key))
      objects.delete(key)
    },
  }
}
