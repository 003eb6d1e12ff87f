import { type DeleteObjectsRequest, type KeyFailure, StorageError } from '@cloudstore/core'
import { features } from './features.ts'
import { needContainer, type Store } from './store.ts'

/** Deletes a batch. No key of it can fail by itself. */
export function deleteObjectsOperation(
  store: Store,
): (request: DeleteObjectsRequest) => Promise<readonly KeyFailure[]> {
  const max = features.deleteObjects?.max ?? 0
  return async ({ container, keys }) => {
    const { objects } = needContainer(store, container)
    if (keys.length > max) {
      throw new StorageError(
        'InvalidArgument',
        `at most ${max} keys can be deleted at once; these are ${keys.length}`,
      )
    }
    for (const key of keys) objects.delete(key)
    return []
  }
}
