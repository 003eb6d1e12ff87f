import { type AbortSignalLike, type Body, type BodyReader, throwIfAborted } from '@cloudstore/core'

const pieceSize = 256 * 1024
const smallestRoom = 1024

/** Bytes that never change: copied when they come in and copied again when they go out. */
export interface StoredBytes {
  readonly size: number
  readonly pieces: readonly Uint8Array[]
}

/** Copies a body. What the caller does to his arrays afterwards has no effect. */
export async function storeBytes(body: Body): Promise<StoredBytes> {
  const gathering = gatherBytes(body.size)
  const reader = body.open()
  try {
    for (;;) {
      const next = reader.read()
      const chunk = next !== undefined && 'then' in next ? await next : next
      if (chunk === undefined) return gathering.finish()
      gathering.add(chunk)
    }
  } catch (error) {
    await reader.cancel(error)
    throw error
  }
}

/** Puts small chunks together to pieces of one size. */
function gatherBytes(expected: number | undefined) {
  const pieces: Uint8Array[] = []
  let size = 0
  let room = newRoom()
  let used = 0

  function newRoom(): Uint8Array {
    const wanted = expected === undefined ? (size === 0 ? 0 : pieceSize) : expected - size
    return new Uint8Array(Math.min(pieceSize, Math.max(wanted, smallestRoom)))
  }

  function makeRoom(): void {
    if (room.byteLength < pieceSize) {
      const larger = new Uint8Array(Math.min(pieceSize, room.byteLength * 2))
      larger.set(room)
      room = larger
    } else {
      pieces.push(room)
      room = newRoom()
      used = 0
    }
  }

  return {
    add(chunk: Uint8Array): void {
      let rest = chunk
      while (rest.byteLength > 0) {
        if (used === room.byteLength) makeRoom()
        const part = rest.subarray(0, room.byteLength - used)
        room.set(part, used)
        used += part.byteLength
        size += part.byteLength
        rest = rest.subarray(part.byteLength)
      }
    },
    finish(): StoredBytes {
      if (used > 0) pieces.push(used < room.byteLength ? room.slice(0, used) : room)
      return { size, pieces }
    },
  }
}

/** One after the other, as one. Nothing is copied. */
export function joinBytes(parts: readonly StoredBytes[]): StoredBytes {
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    pieces: parts.flatMap((part) => part.pieces),
  }
}

/**
 * Reads the bytes from `start` to `end` as copies. Goes on with these bytes when the object is
 * overwritten or deleted meanwhile.
 */
export function readStored(
  { pieces }: StoredBytes,
  start: number,
  end: number,
  signal: AbortSignalLike | undefined,
): BodyReader {
  let index = 0
  let offset = start
  for (const { byteLength } of pieces) {
    if (offset < byteLength) break
    offset -= byteLength
    index += 1
  }
  let left = end - start
  return {
    read() {
      throwIfAborted(signal)
      const piece = left > 0 ? pieces[index] : undefined
      if (piece === undefined) return undefined
      const chunk = piece.slice(offset, offset + left)
      left -= chunk.byteLength
      index += 1
      offset = 0
      return chunk
    },
    async cancel() {
      left = 0
    },
  }
}
