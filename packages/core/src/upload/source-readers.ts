import type { BodyReader } from '../contract/body.ts'
import { returnIterator } from '../bytes/chunks.ts'
import { failWith } from '../errors/caller-failure.ts'
import { isError } from '../errors/error-shape.ts'
import type { WebStreamLike } from '../surface/structural.ts'
import { ChunkEncoder } from './chunk-encoder.ts'
import { earlyFailure } from './early-failure.ts'

// Iterators that were read: they give nothing a second time, which would be stored in silence.
const spent = new WeakSet<object>()

/** Whether this is an iterator that an upload has read already, such as the generator of a call that is tried again. */
export function wasRead(iterable: object): boolean {
  return spent.has(iterable)
}

/** Begins to iterate. What is its own iterator can be read once; a list gives a new one each time. */
function begin<I extends object>(iterable: object, iterator: I): I {
  if (iterable === iterator) spent.add(iterable)
  return iterator
}

/** Reads an iterable of bytes or text. Whatever the iterable throws is the caller's. */
export function iteratorReader(iterable: AsyncIterable<unknown> | Iterable<unknown>): BodyReader {
  return Symbol.asyncIterator in iterable ? asyncReader(iterable) : syncReader(iterable)
}

function asyncReader(iterable: AsyncIterable<unknown>): BodyReader {
  let early = earlyFailure(iterable)
  let iterator: AsyncIterator<unknown> | undefined
  return steppedReader(
    () => {
      if (iterator === undefined) {
        early?.check()
        iterator = begin(iterable, iterable[Symbol.asyncIterator]())
      } else {
        early?.stop()
        early = undefined
      }
      return iterator.next()
    },
    (reason) => {
      // First, and with the reason: from Node 24 on, ending the iteration destroys the stream with an error of its own.
      destroyNodeStream(iterable, reason)
      if (iterator !== undefined) returnIterator(iterator)
    },
  )
}

/** What is at hand needs no promise. */
function syncReader(iterable: Iterable<unknown>): BodyReader {
  const encoder = new ChunkEncoder()
  let iterator: Iterator<unknown> | undefined
  let ended = false
  return {
    read() {
      while (!ended) {
        let step: IteratorResult<unknown>
        try {
          iterator ??= begin(iterable, iterable[Symbol.iterator]())
          step = iterator.next()
        } catch (error) {
          ended = true
          throw failWith(error)
        }
        if (step.done === true) ended = true
        const bytes = step.done === true ? encoder.rest() : encoder.encode(step.value)
        if (bytes.byteLength > 0) return bytes
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
  if (!('pipe' in value && 'destroy' in value)) return
  const { destroy } = value
  if (typeof destroy !== 'function') return
  if ('on' in value && typeof value.on === 'function') value.on('error', () => undefined)
  quietly(() => {
    destroy.call(value, isError(reason) ? reason : undefined)
  })
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
  const encoder = new ChunkEncoder()
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
        const bytes = step.done === true ? encoder.rest() : encoder.encode(step.value)
        if (bytes.byteLength > 0) return bytes
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
  quietly(() => stream.cancel(reason))
}

/** Ends a source whose upload has failed already: its own complaint about that, thrown or rejected with, is no news. */
function quietly(end: () => unknown): void {
  ;(async () => end())().catch(() => undefined)
}
