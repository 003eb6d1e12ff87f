import type { AclGroup, MultipartGroup, StorageBackend, Whole } from '@cloudstore/core'
import { aclOperations } from './acl.ts'
import { containerOperations } from './containers.ts'
import { copyOperation } from './copy.ts'
import { deleteObjectsOperation } from './delete-objects.ts'
import { features } from './features.ts'
import { multipartOperations } from './multipart.ts'
import { objectOperations } from './objects.ts'
import { createStore } from './store.ts'

/** What memory can do. */
export interface MemoryBackend extends StorageBackend {
  readonly multipart: Whole<MultipartGroup>
  readonly copyObject: NonNullable<StorageBackend['copyObject']>
  readonly deleteObjects: NonNullable<StorageBackend['deleteObjects']>
  readonly acl: Whole<AclGroup>
}

const noAddress =
  'Memory has no address. The local provider has URLs for development: see its option urls'

export function memoryBackend(clock: () => number): MemoryBackend {
  const store = createStore(clock)
  return {
    name: 'Memory',
    features,
    ...containerOperations(store),
    ...objectOperations(store),
    multipart: multipartOperations(store),
    copyObject: copyOperation(store),
    deleteObjects: deleteObjectsOperation(store),
    acl: aclOperations(store),
    absent: { objectUrl: noAddress, presign: noAddress, uploadForm: noAddress, cdn: noAddress },
  }
}
