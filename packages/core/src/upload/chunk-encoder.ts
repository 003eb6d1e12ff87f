import { StorageError } from '../errors/errors.ts'

const utf8 = new TextEncoder()

/** Chunks as bytes; text is UTF-8, and a surrogate pair may be spread over two chunks of it. */
export class ChunkEncoder {
  /** The first half of a pair, whose second half may come. */
  #half = ''

  encode(chunk: unknown): Uint8Array {
    if (typeof chunk === 'string') {
      const text = this.#half + chunk
      this.#half = endsInHalf(text) ? text.slice(-1) : ''
      return utf8.encode(this.#half === '' ? text : text.slice(0, -1))
    }
    const bytes = bytesOf(chunk)
    if (this.#half === '' || bytes.byteLength === 0) return bytes
    const before = this.rest()
    const joined = new Uint8Array(before.byteLength + bytes.byteLength)
    joined.set(before)
    joined.set(bytes, before.byteLength)
    return joined
  }

  /** What is left at the end: half of a pair, which UTF-8 has no form for, as the replacement character that encoders write. */
  rest(): Uint8Array {
    const bytes = utf8.encode(this.#half)
    this.#half = ''
    return bytes
  }
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}

function bytesOf(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
  if (Object.prototype.toString.call(chunk) === '[object ArrayBuffer]') {
    return new Uint8Array(chunk as ArrayBuffer)
  }
  const kind = Array.isArray(chunk) ? 'array' : chunk === null ? 'null' : typeof chunk
  throw new StorageError(
    'InvalidArgument',
    `the source gave a chunk that is neither bytes nor text (${kind})`,
  )
}
