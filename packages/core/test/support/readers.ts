import type { BodyReader } from '../../src/contract/body.ts'

export interface WatchedReader extends BodyReader {
  /** Why it was cancelled, each time. */
  readonly cancelled: unknown[]
  readonly reads: number
}

/** A reader of what is given: a value is at hand, a promise has to be waited for. Records how it is treated. */
export function watchedReader(
  items: Iterable<Uint8Array | Promise<Uint8Array | undefined>>,
): WatchedReader {
  const iterator = items[Symbol.iterator]()
  const cancelled: unknown[] = []
  let reads = 0
  return {
    cancelled,
    get reads() {
      return reads
    },
    read() {
      reads += 1
      const { done, value } = iterator.next()
      return done === true ? undefined : value
    },
    async cancel(reason) {
      cancelled.push(reason)
    },
  }
}

/** Never gives anything. */
export function silence(): Promise<never> {
  return new Promise(() => undefined)
}

/** Fails, but not before somebody could listen. */
export async function failure(error: unknown): Promise<never> {
  await Promise.resolve()
  throw error
}

/** Everything, chunk by chunk. */
export async function chunksFrom(reader: BodyReader): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for (;;) {
    const chunk = await reader.read()
    if (chunk === undefined) return chunks
    chunks.push(chunk)
  }
}

/** Everything, as text. */
export async function textFrom(reader: BodyReader): Promise<string> {
  return Buffer.concat(await chunksFrom(reader)).toString()
}

/** The same items, one promise each. */
export async function* inTurn<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
  yield* items
}
