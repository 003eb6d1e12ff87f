import type { FileHandle } from 'node:fs/promises'
import {
  type AbortSignalLike,
  type BodyReader,
  StorageError,
  throwIfAborted,
} from '@cloudstore/core'
import { translated } from '../root/errno.ts'

const pieceSize = 1024 * 1024

// Somebody who drops a download half-way without a word must not cost a file descriptor for ever.
const dropped = new FinalizationRegistry<FileHandle>((handle) => {
  handle.close().catch(() => undefined)
})

/**
 * Reads a part of an open file, from `start` to before `end`, and closes it at the end, on failure,
 * or when cancelled.
 */
export function fileReader(
  handle: FileHandle,
  start: number,
  end: number,
  signal?: AbortSignalLike,
): BodyReader {
  let position = start
  let open = true
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    dropped.unregister(handle)
    await handle.close()
  }
  const readPiece = async (): Promise<Uint8Array> => {
    throwIfAborted(signal)
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceSize, end - position))
    const { bytesRead } = await handle.read(piece, 0, piece.byteLength, position)
    if (bytesRead === 0) {
      throw new StorageError(
        'LocalFile',
        `the file was cut short at byte ${position} while it was read`,
        {
          hint: 'Another program wrote to it. Replace files by renaming a new one over them',
        },
      )
    }
    position += bytesRead
    return new Uint8Array(piece.buffer, piece.byteOffset, bytesRead)
  }
  const reader: BodyReader = {
    async read() {
      if (!open) return undefined
      try {
        if (position < end) {
          const piece = await readPiece()
          if (position >= end) await close()
          return piece
        }
      } catch (error) {
        await close()
        throw translated(error)
      }
      await close()
      return undefined
    },
    cancel: close,
  }
  dropped.register(reader, handle, handle)
  return reader
}
