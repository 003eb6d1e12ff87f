import { isStorageError, type StorageError } from '@cloudstore/core'

/** The error that something fails with. */
export async function failureOf(work: Promise<unknown> | (() => unknown)): Promise<StorageError> {
  let error: unknown
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (thrown) {
    error = thrown
  }
  if (isStorageError(error)) return error
  throw new Error('it did not fail with a StorageError', { cause: error })
}
