import { errorCode, messageOf } from '../errors/error-shape.ts'
import { isStorageError, StorageError } from '../errors/errors.ts'

const reasons: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['it does not exist', 'Check the path'],
  ENOTDIR: ['a part of its path is no directory', 'Check the path'],
  EISDIR: ['it is a directory', 'Name a file'],
  EACCES: ['permission denied', 'Check the rights of the user that runs this program'],
  EPERM: ['the operation is not permitted', 'Check the rights of the user that runs this program'],
  EROFS: ['its file system is read-only', 'Choose another place'],
  ENOSPC: ['its file system is full', 'Free some space'],
  EDQUOT: ['the disk quota is used up', 'Free some space'],
  EMFILE: [
    'this process has too many open files',
    'Transfer fewer objects at the same time, or raise the limit (ulimit -n)',
  ],
  ENFILE: ['the system has too many open files', 'Transfer fewer objects at the same time'],
  ENAMETOOLONG: ['a name in its path is too long for the file system', 'Choose a shorter path'],
  ELOOP: ['its path has too many symbolic links', 'Check the path'],
  EBUSY: ['it is in use', 'Try again later'],
}

/** A failure of the file system as `LocalFile`; other errors unchanged. */
export function fileError(error: unknown, doing: 'read' | 'write', path: string): unknown {
  const code = errorCode(error)
  if (isStorageError(error) || code === undefined) return error
  const [problem, hint] =
    code === 'ENOENT' && doing === 'write'
      ? ['its folder does not exist', 'Folders are not created for a path that is given whole']
      : (reasons[code] ?? [messageOf(error), undefined])
  return new StorageError('LocalFile', `cannot ${doing} ${path}: ${problem}`, {
    serverCode: code,
    hint,
    cause: error,
  })
}
