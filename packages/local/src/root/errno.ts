import { isStorageError, StorageError, type StorageErrorCode } from '@cloudstore/core'

interface Meaning {
  readonly code: StorageErrorCode
  readonly says: string
  readonly hint?: string
}

const permission: Meaning = {
  code: 'AccessDenied',
  says: 'the file system does not permit this',
  hint: 'Give the user that this process runs as read and write access to the root folder and everything below it',
}

const full: Meaning = {
  code: 'QuotaExceeded',
  says: 'there is no space left',
  hint: 'Free space on the file system of the root folder, or raise the quota',
}

const exhausted: Meaning = {
  code: 'ServiceUnavailable',
  says: 'too many files are open',
  hint: 'Close or cancel downloads that nobody reads, or raise the limit (ulimit -n)',
}

/** What failures of the file system mean here. Those that are not listed are `LocalFile`. */
const meanings: Readonly<Record<string, Meaning>> = {
  EACCES: permission,
  EPERM: permission,
  EROFS: {
    code: 'AccessDenied',
    says: 'the file system is read-only',
    hint: 'Choose a root folder on a file system that is mounted for writing',
  },
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: { code: 'TooLarge', says: 'the file system takes no file of this size' },
  EMFILE: exhausted,
  ENFILE: exhausted,
  ENAMETOOLONG: {
    code: 'InvalidObjectName',
    says: 'the path of this key is too long for the file system',
    hint: 'Use a shorter key, or a root folder with a shorter path',
  },
}

/** The operating system's name of a failure, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && 'syscall' in error ? error.code : undefined
}

/**
 * Whether a call failed because there is nothing at the path, or something on the way to it is no
 * folder.
 */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error)
  return errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP'
}

/** A failure of the file system as a `StorageError` that names the path; anything else as it is. */
export function translated(error: unknown): unknown {
  const errno = errnoOf(error)
  if (errno === undefined || isStorageError(error)) return error
  const { code, says, hint } = meanings[errno] ?? {
    code: 'LocalFile',
    says: 'the file system reports a failure',
  }
  const place = pathOf(error)
  return new StorageError(code, `${says}: ${errno}${place === undefined ? '' : ` at ${place}`}`, {
    serverCode: errno,
    hint,
    cause: error,
  })
}

function pathOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('dest' in error && typeof error.dest === 'string') return error.dest
  return 'path' in error && typeof error.path === 'string' ? error.path : undefined
}

/** The result, or `undefined` where there is nothing at the path. */
export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
