import { abortable } from '../bytes/abortable-reader.ts'
import type { BodyReader } from '../contract/body.ts'
import type { AbortSignalLike } from '../surface/structural.ts'

/** One part's worth of bytes. */
export interface FilledPart {
  readonly bytes: Uint8Array
  /** Nothing comes after it. */
  readonly last: boolean
  /** Gives the memory back for later parts. `bytes` must not be used afterwards. */
  readonly release: () => void
}

/**
 * Cuts a stream into parts of one size. Copies chunks into part buffers that are used again, so memory is what the parts in flight need,
 * however small the chunks are and whatever they hold on to.
 */
export class PartFiller {
  readonly #reader: BodyReader
  readonly #partSize: number
  readonly #free: ArrayBuffer[] = []
  #pending: Uint8Array | undefined
  #filledOne = false

  constructor(reader: BodyReader, partSize: number, signal: AbortSignalLike | undefined) {
    this.#reader = abortable(reader, signal)
    this.#partSize = partSize
  }

  /** The next part. After one that is `last` there is none. */
  async fill(): Promise<FilledPart> {
    // Most streams are short and should not cost a whole part: only the first buffer grows with what comes.
    let buffer = this.#free.pop() ?? new ArrayBuffer(this.#filledOne ? this.#partSize : 0)
    let filled = 0
    for (;;) {
      const next = this.#pending ?? this.#reader.read()
      const chunk = next !== undefined && 'then' in next ? await next : next
      this.#pending = undefined
      if (chunk === undefined) return this.#part(buffer, filled, true)
      const room = this.#partSize - filled
      if (room === 0) {
        this.#pending = chunk
        return this.#part(buffer, filled, false)
      }
      const taken = chunk.byteLength <= room ? chunk : chunk.subarray(0, room)
      if (filled + taken.byteLength > buffer.byteLength)
        buffer = this.#grown(buffer, filled + taken.byteLength)
      new Uint8Array(buffer).set(taken, filled)
      filled += taken.byteLength
      if (taken.byteLength < chunk.byteLength) this.#pending = chunk.subarray(taken.byteLength)
    }
  }

  #grown(buffer: ArrayBuffer, needed: number): ArrayBuffer {
    const size = Math.min(this.#partSize, Math.max(needed, buffer.byteLength * 4))
    const larger = new ArrayBuffer(size)
    new Uint8Array(larger).set(new Uint8Array(buffer))
    return larger
  }

  #part(buffer: ArrayBuffer, filled: number, last: boolean): FilledPart {
    this.#filledOne = true
    return {
      bytes: new Uint8Array(buffer, 0, filled),
      last,
      release: () => {
        if (!last) this.#free.push(buffer)
      },
    }
  }
}
