import type { BodyReader } from './body.ts'
import type { Bytes } from './structural.ts'

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
      // A generator that waits for its next value would hold `return()` back until that comes: it must not hold us.
      Promise.resolve(iterator.return?.()).catch(() => undefined)
    },
  }
}

/** The chunks of a reader as an iterable; leaving the loop early cancels it. */
export async function* chunksOf(reader: BodyReader): AsyncGenerator<Uint8Array, void, void> {
  let ended = false
  try {
    for (;;) {
      const chunk = await reader.read()
      if (chunk === undefined) {
        ended = true
        return
      }
      yield chunk
    }
  } finally {
    if (!ended) await reader.cancel()
  }
}

/** Everything a reader gives, in one array. With `size`, room is made once; a reader that gives another number of bytes is the caller's to judge. */
export async function readAll(reader: BodyReader, size?: number): Promise<Bytes> {
  const chunks: Uint8Array[] = []
  let total = 0
  if (size !== undefined) {
    const whole = new Uint8Array(size)
    for (;;) {
      const chunk = await reader.read()
      if (chunk === undefined) return total === size ? whole : whole.slice(0, total)
      if (total + chunk.byteLength > size) {
        chunks.push(whole.subarray(0, total), chunk)
        total += chunk.byteLength
        break
      }
      whole.set(chunk, total)
      total += chunk.byteLength
    }
  }
  for (;;) {
    const chunk = await reader.read()
    if (chunk === undefined) return concat(chunks, total)
    chunks.push(chunk)
    total += chunk.byteLength
  }
}

function concat(chunks: readonly Uint8Array[], total: number): Bytes {
  const whole = new Uint8Array(total)
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
  const next = async (): Promise<Uint8Array | undefined> => {
    if (pending !== undefined && pending.byteLength >= size) return take()
    if (ended) return drain()
    const gathered = new Uint8Array(size)
    let filled = 0
    for (;;) {
      if (pending !== undefined) {
        const part = pending.subarray(0, size - filled)
        gathered.set(part, filled)
        filled += part.byteLength
        pending =
          part.byteLength < pending.byteLength ? pending.subarray(part.byteLength) : undefined
      }
      if (filled === size) return gathered
      pending = await reader.read()
      if (pending === undefined) {
        ended = true
        return filled === 0 ? undefined : gathered.subarray(0, filled)
      }
      if (filled === 0 && pending.byteLength >= size) return take()
    }
  }
  const take = (): Uint8Array | undefined => {
    const chunk = pending?.subarray(0, size)
    pending =
      pending !== undefined && pending.byteLength > size ? pending.subarray(size) : undefined
    return chunk
  }
  const drain = (): Uint8Array | undefined => {
    const rest = pending
    pending = undefined
    return rest
  }
  return { read: next, cancel: (reason) => reader.cancel(reason) }
}
