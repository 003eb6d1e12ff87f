import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import { fileError } from './node-file-errors.ts'
import type { SourceFile } from './platform.ts'

// Larger reads gain nothing, smaller ones cost CPU: a GiB in pieces of 64 KiB takes twice the time of pieces of 1 MiB.
const pieceSize = 1024 * 1024
// Opening a named pipe would wait for a writer, in one of the few threads that all files share. Regular files don't know the flag.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Opens a file for an upload. */
export async function openSource(path: string): Promise<SourceFile> {
  let handle: FileHandle
  let size: number
  try {
    handle = await open(path, flags)
  } catch (error) {
    throw fileError(error, 'read', path)
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) {
      throw new StorageError(
        'LocalFile',
        `${path} is ${stats.isDirectory() ? 'a directory' : 'no regular file'}`,
        {
          hint: 'Upload files one by one; anything else can be uploaded as a stream',
        },
      )
    }
    size = stats.size
    if (size === 0) await requireEmpty(handle, path)
  } catch (error) {
    await handle.close()
    throw fileError(error, 'read', path)
  }
  return {
    path,
    size,
    read: (start, end) => slice(handle, path, start, end),
    close: () => handle.close(),
  }
}

/** What the kernel makes up as it is read (`/proc`, `/sys`) has a size of 0: an empty object would be stored in silence. */
async function requireEmpty(handle: FileHandle, path: string): Promise<void> {
  const { bytesRead } = await handle.read(Buffer.allocUnsafeSlow(1), 0, 1, 0)
  if (bytesRead === 0) return
  throw new StorageError('LocalFile', `${path} says that it is empty, but it is not`, {
    hint: 'Upload it as a stream: put(key, createReadStream(path))',
  })
}

function slice(handle: FileHandle, path: string, start: number, end: number): BodyReader {
  let position = start
  let cancelled = false
  return {
    async read() {
      if (cancelled || position >= end) return undefined
      const buffer = Buffer.allocUnsafeSlow(Math.min(pieceSize, end - position))
      let bytesRead: number
      try {
        ;({ bytesRead } = await handle.read(buffer, 0, buffer.byteLength, position))
      } catch (error) {
        throw fileError(error, 'read', path)
      }
      if (bytesRead === 0) {
        throw new StorageError('LocalFile', `${path} became shorter while it was being uploaded`, {
          hint: 'Upload a copy that nobody writes to',
        })
      }
      position += bytesRead
      return bytesRead === buffer.byteLength ? buffer : buffer.subarray(0, bytesRead)
    },
    async cancel() {
      cancelled = true
    },
  }
}
