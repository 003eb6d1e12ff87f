import {
  checkReadConditions,
  checkWriteConditions,
  type CopyObjectRequest,
  type ObjectInfo,
} from '@cloudstore/core'
import { md5OfStored } from './etag.ts'
import { attributesOf, infoOf } from './object-info.ts'
import { needContainer, needObject, type Store, type StoredObject } from './store.ts'

/**
 * Copies share the bytes, which never change. An object made of parts becomes one made whole, with
 * the ETag of one, as on S3.
 */
export function copyOperation(store: Store): (request: CopyObjectRequest) => Promise<ObjectInfo> {
  return async (request) => {
    const source = needObject(store, request.source)
    checkReadConditions({ ifMatch: request.source.ifMatch }, { etag: source.etag })
    const { objects } = needContainer(store, request.container)
    checkWriteConditions(request, objects.get(request.key))
    const md5 = source.md5 ?? md5OfStored(source.bytes)
    const copy: StoredObject = {
      ...source,
      ...(request.replace && attributesOf(request.replace)),
      etag: md5,
      md5,
      lastModified: store.now(),
      acl: request.acl ?? source.acl,
    }
    objects.set(request.key, copy)
    return infoOf(request.key, copy)
  }
}
