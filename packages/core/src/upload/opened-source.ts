import { bytesReader } from '../bytes/chunks.ts'
import type { ObjectInfo } from '../contract/backend.ts'
import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import type { BlobLike } from '../surface/structural.ts'
import { webStreamReader } from './source-readers.ts'

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

/** Bytes that are at hand. */
export function inMemory(bytes: Uint8Array): OpenedSource {
  return {
    size: bytes.byteLength,
    bytes,
    replayable: true,
    open: () => bytesReader(bytes),
    slice: (start, end) => bytesReader(bytes.subarray(start, end)),
    close: async () => undefined,
  }
}

/** A `Blob`, which is never read into memory as a whole. */
export function fromBlob(blob: BlobLike): OpenedSource {
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

/** What can be read a single time. */
export function once(
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

export function consumed(what: string): StorageError {
  return new StorageError('InvalidArgument', `the ${what}`, {
    hint: 'Pass a fresh source, or a function that makes one',
  })
}
