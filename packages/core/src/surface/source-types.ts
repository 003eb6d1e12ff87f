import type { ObjectStream } from './handles.ts'
import type { BlobLike, WebStreamLike } from './structural.ts'

/** Bytes, or text that is sent as UTF-8. */
export type ByteChunk = Uint8Array | string

/** What can be uploaded, except files by path. */
export type UploadData =
  | string
  | Uint8Array
  | ArrayBuffer
  | BlobLike
  | WebStreamLike<ByteChunk>
  | AsyncIterable<ByteChunk>
  | Iterable<ByteChunk>
  | ObjectStream

/**
 * What can be uploaded: text, bytes, a `Blob` or `File`, a web or Node stream, any sync or async iterable of bytes or text, an object that is being
 * read, or a function that gives one of these and can be called again, which makes a stream repeatable. A stream or a generator that was read already is refused, since it
 * would be stored as nothing. A chunk must stay as it is until the upload has ended.
 */
export type UploadSource = UploadData | (() => UploadData | Promise<UploadData>)
