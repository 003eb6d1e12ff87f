import { StorageError, type ExtensionHolder, type StorageBackend } from '@cloudstore/core'

/** Spaces has one storage class: Cold Storage is a property of buckets. */
function requireStandard({ extensions }: ExtensionHolder): void {
  const wanted = extensions?.['exStorageClass']
  if (wanted === undefined) return
  if (typeof wanted === 'string' && wanted.toLowerCase() === 'standard') return
  throw new StorageError('InvalidArgument', "option exStorageClass must be 'standard' on Spaces", {
    hint: 'Cold Storage is chosen when a bucket is created, in the control panel',
  })
}

/** The same backend, refusing other storage classes before anything is sent. */
export function withOneStorageClass(backend: StorageBackend): StorageBackend {
  const { multipart, copyObject } = backend
  return {
    ...backend,
    async putObject(request, call) {
      requireStandard(request)
      return backend.putObject(request, call)
    },
    multipart: multipart && {
      ...multipart,
      async create(request, call) {
        requireStandard(request)
        return multipart.create(request, call)
      },
    },
    copyObject:
      copyObject &&
      (async (request, call) => {
        requireStandard(request)
        return copyObject(request, call)
      }),
  }
}
