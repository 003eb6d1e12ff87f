import type { Body, BodyReader } from '../contract/body.ts'
import type { StorageError } from '../errors/errors.ts'
import { refused } from './check-request.ts'

/** Told what a request that is being sent waits for. */
export interface SendingListener {
  /** The next bytes are asked of the body. */
  waitsForSource(): void
  /** The peer must take bytes. */
  waitsForPeer(): void
  /** The peer has taken the last byte. */
  complete(): void
  fail(error: unknown): void
}

// Bytes in memory are sent in slices of this size, so that one sees how far they have come.
const sliceSize = 256 * 1024

/** A body that is being sent: held to its announced size, and released when nobody wants the rest. */
export class OutgoingBody {
  readonly body: Body
  readonly listener: SendingListener
  reader: BodyReader | undefined
  sent = 0
  stopped = false
  /** All bytes have been read. */
  complete = false

  constructor(body: Body, listener: SendingListener) {
    this.body = body
    this.listener = listener
  }

  /** All bytes have been handed out: the server may have them, whether or not the reader's end has been seen. */
  get whole(): boolean {
    return this.sent >= (this.body.size ?? 0)
  }

  /** The next chunk; without a promise where it is at hand. Throws what the source throws. */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const { body } = this
    this.reader ??= body.bytes === undefined ? body.open() : slices(body.bytes)
    const next = this.reader.read()
    if (next === undefined || !('then' in next)) return this.count(next)
    this.listener.waitsForSource()
    return next.then((chunk) => this.count(chunk))
  }

  /** Reads nothing more. */
  stop(reason?: unknown): void {
    if (this.stopped || this.complete) return
    this.stopped = true
    // The contract of readers: `cancel` does not fail, and if it does, what went wrong before counts.
    this.reader?.cancel(reason).catch(() => undefined)
  }

  count(chunk: Uint8Array | undefined): Uint8Array | undefined {
    const { size = 0 } = this.body
    this.sent += chunk?.byteLength ?? 0
    if (this.sent > size || (chunk === undefined && this.sent < size)) {
      throw wrongLength(size, this.sent)
    }
    if (chunk === undefined) this.complete = true
    return chunk
  }
}

function slices(bytes: Uint8Array): BodyReader {
  let offset = 0
  return {
    read() {
      if (offset >= bytes.byteLength) return undefined
      const slice = bytes.subarray(offset, offset + sliceSize)
      offset += sliceSize
      return slice
    },
    async cancel() {
      offset = bytes.byteLength
    },
  }
}

export function wrongLength(size: number, given: number): StorageError {
  return refused(`the body has a size of ${size} bytes, but gave ${given > size ? 'more' : given}`)
}
