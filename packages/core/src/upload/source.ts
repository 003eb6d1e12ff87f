import { failWith } from '../errors/caller-failure.ts'
import { describeType } from '../errors/describe-type.ts'
import { StorageError } from '../errors/errors.ts'
import type { UploadSource } from '../surface/source-types.ts'
import type { AbortSignalLike, BlobLike, WebStreamLike } from '../surface/structural.ts'
import { fromDescribing, isDescribing, sourceSymbol } from './described-source.ts'
import { consumed, fromBlob, inMemory, once, type OpenedSource } from './opened-source.ts'
import { openFactory } from './source-factory.ts'
import {
  cancelWebStream,
  destroyNodeStream,
  iteratorReader,
  wasRead,
  webStreamReader,
} from './source-readers.ts'

const utf8 = new TextEncoder()

/** Finds out what kind of source this is, by its shape: values of other realms and libraries count. */
export async function openSource(
  source: UploadSource,
  signal?: AbortSignalLike,
): Promise<OpenedSource> {
  const value: unknown = source
  if (typeof value !== 'function') return openValue(value, signal)
  return openFactory(
    () => value(),
    (made) => openValue(made, signal),
  )
}

async function openValue(
  value: unknown,
  signal: AbortSignalLike | undefined,
): Promise<OpenedSource> {
  if (typeof value === 'string') return inMemory(utf8.encode(value))
  if (ArrayBuffer.isView(value)) {
    return inMemory(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  }
  if (isArrayBuffer(value)) return inMemory(new Uint8Array(value))
  if (typeof value !== 'object' || value === null) throw unusable(value)
  if (isDescribing(value)) return fromDescribing(value[sourceSymbol](), signal)
  if (isBlob(value)) return fromBlob(value)
  if (isWebStream(value)) {
    if (value.locked) throw consumed('web stream is locked')
    return once(webStreamReader(value))
  }
  if (isIterable(value)) {
    if (isSpentNodeStream(value)) {
      if ('errored' in value && value.errored) throw failWith(value.errored)
      throw consumed('stream has ended or was destroyed')
    }
    if (wasRead(value)) throw consumed('iterator was read by another upload')
    return once(iteratorReader(value))
  }
  throw unusable(value)
}

/**
 * Ends a source that will not be read. Whoever hands over a stream does not look after it any more: a stream that nobody ends holds its
 * file or its connection.
 */
export function discardSource(source: unknown, reason: unknown): void {
  if (typeof source !== 'object' || source === null) return
  // What a source says of being ended is no more news: the upload has failed already.
  if (isDescribing(source)) {
    source[sourceSymbol]()
      .cancel(reason)
      .catch(() => undefined)
  } else if (isWebStream(source)) {
    if (!source.locked) cancelWebStream(source, reason)
  } else destroyNodeStream(source, reason)
}

function unusable(value: unknown): StorageError {
  const isPromise = typeof value === 'object' && value !== null && 'then' in value
  return new StorageError(
    'InvalidArgument',
    `the source is ${isPromise ? 'a promise' : describeType(value)}`,
    {
      hint: isPromise
        ? 'Await it first'
        : 'Pass text, bytes, a Blob, a stream, an iterable of bytes or text, or a function that makes one of these',
    },
  )
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  const tag: string = Object.prototype.toString.call(value)
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]'
}

function isBlob(value: object): value is BlobLike {
  return (
    'size' in value &&
    typeof value.size === 'number' &&
    'slice' in value &&
    typeof value.slice === 'function' &&
    'stream' in value &&
    typeof value.stream === 'function'
  )
}

function isWebStream(value: object): value is WebStreamLike<unknown> {
  return 'getReader' in value && typeof value.getReader === 'function'
}

function isIterable(value: object): value is AsyncIterable<unknown> | Iterable<unknown> {
  return (
    (Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === 'function') ||
    (Symbol.iterator in value && typeof value[Symbol.iterator] === 'function')
  )
}

// Iterating a Node stream that has ended gives nothing at all: an empty object would be stored in silence.
function isSpentNodeStream(value: object): boolean {
  return (
    'pipe' in value &&
    (('destroyed' in value && value.destroyed === true) ||
      ('readableEnded' in value && value.readableEnded === true))
  )
}
