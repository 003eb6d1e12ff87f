import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import type { Bytes } from '../surface/structural.ts'

/** A reader over bytes that are in memory. */
export function bytesReader(bytes: Uint8Array): BodyReader {
  let rest: Uint8Array | undefined = bytes.byteLength === 0 ? undefined : bytes
  return {
    read() {
      const chunk = rest
      rest = undefined
      return chunk
    },
    async cancel() {
      rest = undefined
    },
  }
}

/** A reader over an iterable of chunks. Empty chunks are skipped: they are never the end. */
export function readerOf(iterable: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): BodyReader {
  const iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array> =
    Symbol.asyncIterator in iterable
      ? iterable[Symbol.asyncIterator]()
      : iterable[Symbol.iterator]()
  let ended = false
  return {
    async read() {
      while (!ended) {
        const { done, value } = await iterator.next()
        if (done === true) ended = true
        else if (value.byteLength > 0) return value
      }
      return undefined
    },
    async cancel() {
      if (ended) return
      ended = true
      returnIterator(iterator)
    },
  }
}

/** Ends an iterator early. A generator that waits for its next value answers only after that: nobody waits for it. */
export function returnIterator(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  const returned = (async () => iterator.return?.())()
  // Reading has ended; what the iterator says of it is no more news.
  returned.catch(() => undefined)
}

/** The chunks of a reader as an iterable; leaving the loop early cancels it. */
export function chunksOf(reader: BodyReader): AsyncGenerator<Uint8Array, void, void> {
  const chunks = generated(reader)
  let begun = false
  const { next, return: leave } = chunks
  return Object.assign(chunks, {
    next(): ReturnType<typeof next> {
      begun = true
      return next.call(chunks)
    },
    async return(): Promise<IteratorResult<Uint8Array, void>> {
      // A generator that was never started does not run its `finally`.
      if (!begun) await reader.cancel()
      return leave.call(chunks)
    },
  })
}

async function* generated(reader: BodyReader): AsyncGenerator<Uint8Array, void, void> {
  let left = true
  try {
    for (;;) {
      const next = reader.read()
      const chunk = next !== undefined && 'then' in next ? await next : next
      if (chunk === undefined) {
        left = false
        return
      }
      yield chunk
    }
  } catch (error) {
    left = false
    // The first error is the news.
    await reader.cancel(error).catch(() => undefined)
    throw error
  } finally {
    if (left) await reader.cancel()
  }
}

/** Everything a reader gives, in one array. With `size`, room is made once; a reader that gives another number of bytes is the caller's to judge. */
export async function readAll(reader: BodyReader, size?: number): Promise<Bytes> {
  const chunks: Uint8Array[] = []
  let total = 0
  const whole = size === undefined ? undefined : roomFor(size)
  for (;;) {
    const next = reader.read()
    const chunk = next !== undefined && 'then' in next ? await next : next
    if (chunk === undefined) break
    if (whole !== undefined && total + chunk.byteLength <= whole.byteLength) whole.set(chunk, total)
    else {
      if (whole !== undefined && chunks.length === 0) chunks.push(whole.subarray(0, total))
      chunks.push(chunk)
    }
    total += chunk.byteLength
  }
  if (whole === undefined || chunks.length > 0) return concat(chunks, total)
  return total === whole.byteLength ? whole : whole.slice(0, total)
}

function roomFor(size: number): Bytes {
  try {
    return new Uint8Array(size)
  } catch (cause) {
    throw new StorageError('TooLarge', `${size} bytes do not fit into memory at once`, {
      cause,
      hint: 'Read them as a stream, or into a file',
    })
  }
}

function concat(chunks: readonly Uint8Array[], total: number): Bytes {
  const whole = roomFor(total)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

/** The same bytes in chunks of exactly `size` bytes; only the last may be shorter. */
export function rechunked(reader: BodyReader, size: number): BodyReader {
  let pending: Uint8Array | undefined
  let ended = false
  const gather = async (): Promise<Uint8Array | undefined> => {
    if (ended) return undefined
    // Gathered as they are and joined once: room for `size` bytes would be made for a short object, too.
    const parts: Uint8Array[] = []
    let filled = 0
    do {
      const chunk = pending ?? (await reader.read())
      pending = undefined
      if (chunk === undefined) ended = true
      else {
        const room = size - filled
        const taken = chunk.byteLength <= room ? chunk : chunk.subarray(0, room)
        if (taken.byteLength < chunk.byteLength) pending = chunk.subarray(room)
        parts.push(taken)
        filled += taken.byteLength
      }
    } while (filled < size && !ended)
    return parts.length > 1 ? concat(parts, filled) : parts[0]
  }
  return {
    read() {
      if (pending === undefined || pending.byteLength < size) return gather()
      const chunk = pending.subarray(0, size)
      pending = pending.byteLength > size ? pending.subarray(size) : undefined
      return chunk
    },
    cancel(reason) {
      pending = undefined
      ended = true
      return reader.cancel(reason)
    },
  }
}
