import { onAbort } from '../abort.ts'
import type { ObjectInfo } from '../contract/backend.ts'
import type { BodyReader } from '../contract/body.ts'
import { bytesReader } from '../bytes/chunks.ts'
import { StorageError } from '../errors/errors.ts'
import {
  cancelWebStream,
  destroyNodeStream,
  failWith,
  iteratorReader,
  wasRead,
  webStreamReader,
} from './source-readers.ts'
import type { UploadSource } from '../surface/source-types.ts'
import type { AbortSignalLike, BlobLike, WebStreamLike } from '../surface/structural.ts'

/** A source whose kind is known and whose bytes can be read. */
export interface OpenedSource {
  /** Bytes, when known. */
  readonly size: number | undefined
  /** Everything, where it is in memory. */
  readonly bytes?: Uint8Array | undefined
  /** What the source itself says about the object: the type of a `Blob`, all of another object. */
  readonly described?: Partial<ObjectInfo> | undefined
  /** Whether reading can be started again. */
  readonly replayable: boolean
  /** Reads everything. */
  open(): BodyReader
  /** Reads the bytes from `start` to `end`; only where any slice can be read at any time. */
  readonly slice?: ((start: number, end: number) => BodyReader) | undefined
  /** Releases what was not read. */
  close(reason?: unknown): Promise<void>
}

/**
 * How an object that is being read lets itself be uploaded: a method under this key takes its bytes. A registered symbol, so that the
 * objects of another copy of this package work too.
 */
export const sourceSymbol: unique symbol = Symbol.for('cloudstore.source.v1')

/** What `sourceSymbol` gives, at once. Nobody else can consume the bytes after that. */
export interface SourceClaim {
  /** Sends the request. Fails when somebody had consumed the bytes already. */
  open(): Promise<DescribedSource>
  /** Gives the bytes up, unless they are somebody else's. */
  cancel(reason?: unknown): Promise<void>
}

export interface DescribedSource {
  readonly info: Partial<ObjectInfo>
  /** Bytes that will come: of the range, when one was asked for. */
  readonly size: number
  readonly reader: BodyReader
}

const utf8 = new TextEncoder()

/** Finds out what kind of source this is, by its shape: values of other realms and libraries count. */
export async function openSource(
  source: UploadSource,
  signal?: AbortSignalLike,
): Promise<OpenedSource> {
  const value: unknown = source
  return typeof value === 'function' ? openFactory(() => value(), signal) : openValue(value, signal)
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

/** Another object: what goes wrong with reading it is told as that, not as a failure of the upload. */
async function fromDescribing(
  claim: SourceClaim,
  signal: AbortSignalLike | undefined,
): Promise<OpenedSource> {
  const failed = (error: unknown): never => {
    throw failWith(error)
  }
  const stopListening = onAbort(signal, (reason) => {
    claim.cancel(reason).catch(() => undefined)
  })
  const { info, size, reader } = await claim.open().catch(failed).finally(stopListening)
  const marked: BodyReader = {
    read() {
      try {
        const next = reader.read()
        return next !== undefined && 'then' in next ? next.catch(failed) : next
      } catch (error) {
        return failed(error)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }
  return once(marked, { size, described: info })
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

function inMemory(bytes: Uint8Array): OpenedSource {
  return {
    size: bytes.byteLength,
    bytes,
    replayable: true,
    open: () => bytesReader(bytes),
    slice: (start, end) => bytesReader(bytes.subarray(start, end)),
    close: async () => undefined,
  }
}

function fromBlob(blob: BlobLike): OpenedSource {
  const slice = (start: number, end: number): BodyReader =>
    webStreamReader(blob.slice(start, end).stream())
  return {
    size: blob.size,
    described: blob.type === '' ? undefined : { contentType: blob.type },
    replayable: true,
    open: () => slice(0, blob.size),
    slice,
    close: async () => undefined,
  }
}

function once(
  reader: BodyReader,
  known: { size?: number; described?: Partial<ObjectInfo> } = {},
): OpenedSource {
  let opened = false
  return {
    size: known.size,
    described: known.described,
    replayable: false,
    open() {
      if (opened) throw consumed('source can be read once only')
      opened = true
      return reader
    },
    close: (reason) => reader.cancel(reason),
  }
}

/** A function's result is opened at once, to learn its size; when it can be read once only, later reads call the function again. */
async function openFactory(
  make: () => unknown,
  signal: AbortSignalLike | undefined,
): Promise<OpenedSource> {
  const first = await openValue(await callFactory(make), signal)
  if (first.replayable) return first
  let unused: OpenedSource | undefined = first
  const opened = [first]
  return {
    size: first.size,
    described: first.described,
    replayable: true,
    open() {
      if (unused !== undefined) {
        unused = undefined
        return first.open()
      }
      return deferredReader(async () => {
        const again = await openValue(await callFactory(make), signal)
        opened.push(again)
        return again.open()
      })
    },
    async close(reason) {
      for (const each of opened) await each.close(reason)
    },
  }
}

async function callFactory(make: () => unknown): Promise<unknown> {
  try {
    return await make()
  } catch (error) {
    throw failWith(error)
  }
}

function deferredReader(open: () => Promise<BodyReader>): BodyReader {
  let opening: Promise<BodyReader> | undefined
  let reader: BodyReader | undefined
  let cancelled = false
  return {
    async read() {
      if (cancelled) return undefined
      opening ??= open()
      reader ??= await opening
      return cancelled ? undefined : reader.read()
    },
    async cancel(reason) {
      cancelled = true
      if (reader !== undefined) await reader.cancel(reason)
      // Nobody waits for a source that is only about to be made.
      else opening?.then((late) => late.cancel(reason)).catch(() => undefined)
    },
  }
}

function consumed(what: string): StorageError {
  return new StorageError('InvalidArgument', `the ${what}`, {
    hint: 'Pass a fresh source, or a function that makes one',
  })
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

/** A value's kind, for error messages; never its contents. */
export function describeType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object')
    return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === 'string' && name !== 'Object' && name !== '' ? `a ${name}` : 'an object'
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  const tag: string = Object.prototype.toString.call(value)
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]'
}

interface Describing {
  [sourceSymbol](): SourceClaim
}

function isDescribing(value: object): value is Describing {
  return sourceSymbol in value && typeof value[sourceSymbol] === 'function'
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
