import type { BodyReader } from '../contract/body.ts'
import { returnIterator } from '../bytes/chunks.ts'
import { failWith } from '../errors/caller-failure.ts'
import { isError } from '../errors/error-shape.ts'
import { StorageError } from '../errors/errors.ts'
import type { WebStreamLike } from '../surface/structural.ts'

const utf8 = new TextEncoder()

/** A chunk as bytes; text is UTF-8. */
function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return utf8.encode(chunk)
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
  if (Object.prototype.toString.call(chunk) === '[object ArrayBuffer]') {
    return new Uint8Array(chunk as ArrayBuffer)
  }
  throw new StorageError('InvalidArgument', `the source gave a ${typeof chunk} as a chunk`, {
    hint: 'Chunks must be bytes or text',
  })
}

/** Reads an iterable of bytes or text. Whatever the iterable throws is the caller's. */
export function iteratorReader(iterable: AsyncIterable<unknown> | Iterable<unknown>): BodyReader {
  return Symbol.asyncIterator in iterable ? asyncReader(iterable) : syncReader(iterable)
}

function asyncReader(iterable: AsyncIterable<unknown>): BodyReader {
  let iterator: AsyncIterator<unknown> | undefined
  return steppedReader(
    () => (iterator ??= iterable[Symbol.asyncIterator]()).next(),
    (reason) => {
      // First, and with the reason: from Node 24 on, ending the iteration destroys the stream with an error of its own.
      destroyNodeStream(iterable, reason)
      if (iterator !== undefined) returnIterator(iterator)
    },
  )
}

/** What is at hand needs no promise. */
function syncReader(iterable: Iterable<unknown>): BodyReader {
  let iterator: Iterator<unknown> | undefined
  let ended = false
  return {
    read() {
      while (!ended) {
        let step: IteratorResult<unknown>
        try {
          iterator ??= iterable[Symbol.iterator]()
          step = iterator.next()
        } catch (error) {
          ended = true
          throw failWith(error)
        }
        if (step.done === true) ended = true
        else {
          const bytes = toBytes(step.value)
          if (bytes.byteLength > 0) return bytes
        }
      }
      return undefined
    },
    async cancel() {
      if (ended) return
      ended = true
      if (iterator !== undefined) returnIterator(iterator)
    },
  }
}

/** Destroys a Node stream: ending its iteration does so only when that had begun. Other values are left alone. */
export function destroyNodeStream(value: object, reason: unknown): void {
  if ('pipe' in value && 'destroy' in value && typeof value.destroy === 'function') {
    if ('on' in value && typeof value.on === 'function') value.on('error', () => undefined)
    value.destroy(isError(reason) ? reason : undefined)
  }
}

/** Reads a web stream of bytes or text. Whatever the stream throws is the caller's. */
export function webStreamReader(stream: WebStreamLike<unknown>): BodyReader {
  let reader: ReturnType<WebStreamLike<unknown>['getReader']> | undefined
  return steppedReader(
    () => (reader ??= stream.getReader()).read(),
    (reason) => cancelWebStream(reader ?? stream, reason),
  )
}

/**
 * Reads what gives its chunks one after another, each by a promise.
 *
 * @param release - gives up what was not read; not called after the end
 */
function steppedReader(
  next: () => Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>,
  release: (reason: unknown) => void,
): BodyReader {
  let ended = false
  return {
    async read() {
      while (!ended) {
        let step: Awaited<ReturnType<typeof next>>
        try {
          step = await next()
        } catch (error) {
          ended = true
          throw failWith(error)
        }
        if (step.done === true) ended = true
        else {
          const bytes = toBytes(step.value)
          if (bytes.byteLength > 0) return bytes
        }
      }
      return undefined
    },
    async cancel(reason) {
      if (ended) return
      ended = true
      release(reason)
    },
  }
}

/** Cancels a web stream or its reader. */
export function cancelWebStream(
  stream: Pick<WebStreamLike<unknown>, 'cancel'>,
  reason: unknown,
): void {
  // The stream's own complaint about being cancelled is no news: the upload has failed already.
  stream.cancel(reason).catch(() => undefined)
}
