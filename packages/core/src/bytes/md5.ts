import { createMd5 as platformMd5 } from '#platform'
import { StorageError } from '../errors/errors.ts'
import type { Md5 } from '../platform/platform.ts'

export type { Md5 } from '../platform/platform.ts'

/** Starts an MD5, with the runtime's own implementation where it has one. MD5 is what S3 compares with; it protects from accidents only. */
export function createMd5(): Md5 {
  try {
    return platformMd5()
  } catch (cause) {
    throw new StorageError('UnsupportedOperation', 'this runtime refuses to compute MD5', {
      cause,
      hint: 'It may run in FIPS mode: set verifyHash to false',
    })
  }
}
