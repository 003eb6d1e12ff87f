import type { ClientRequest } from 'node:http'
import type { Body, BodyReader } from '../body.ts'
import { refused } from '../http/check-request.ts'

/** Bodies up to this size are written at once, together with the headers. */
export const writtenAtOnce: number = 64 * 1024

// How much may be on its way to the kernel. More gains nothing, and a slow line must take this much within `timeouts.idle`.
const windowSize = 256 * 1024

export interface SendingListener {
  /** The next bytes are asked of the body. */
  waitsForSource(): void
  /** The peer must take bytes. */
  waitsForPeer(): void
  /** The last byte has been handed over. */
  complete(): void
  fail(error: unknown): void
}

/** A body on its way. */
export class Sending {
  readonly request: ClientRequest
  readonly body: Body
  readonly listener: SendingListener
  reader: BodyReader | undefined
  stopped = false
  /** Everything was given to the connection, though perhaps not taken by the peer. */
  handedOver = false

  constructor(request: ClientRequest, body: Body, listener: SendingListener) {
    this.request = request
    this.body = body
    this.listener = listener
  }

  async run(): Promise<void> {
    try {
      await this.copy()
    } catch (error) {
      if (this.stopped) return
      this.stop(error)
      this.listener.fail(error)
    }
  }

  /** Sends nothing more and releases the source. */
  stop(reason?: unknown): void {
    if (this.stopped || this.handedOver) return
    this.stopped = true
    // The contract of readers: `cancel` does not fail, and if it does, what went wrong before counts.
    this.reader?.cancel(reason).catch(() => undefined)
  }

  async copy(): Promise<void> {
    const { request, body, listener } = this
    const reader = body.bytes === undefined ? body.open() : slices(body.bytes)
    this.reader = reader
    let sent = 0
    for (;;) {
      const next = reader.read()
      let chunk: Uint8Array | undefined
      if (next !== undefined && 'then' in next) {
        listener.waitsForSource()
        chunk = await next
        if (this.stopped) return
      } else chunk = next
      if (chunk === undefined) break
      sent += chunk.byteLength
      if (body.size !== undefined && sent > body.size) throw wrongLength(sent, body.size)
      request.write(chunk)
      if (request.writableLength >= windowSize) {
        listener.waitsForPeer()
        await drained(request)
        if (this.stopped) return
      }
    }
    if (sent !== body.size) throw wrongLength(sent, body.size)
    this.handedOver = true
    listener.waitsForPeer()
    request.end(() => listener.complete())
  }
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    request.once('drain', resolve)
  })
}

function slices(bytes: Uint8Array): BodyReader {
  let offset = 0
  return {
    read() {
      if (offset >= bytes.byteLength) return undefined
      const slice = bytes.subarray(offset, offset + windowSize)
      offset += windowSize
      return slice
    },
    async cancel() {
      offset = bytes.byteLength
    },
  }
}

function wrongLength(sent: number, size: number | undefined): Error {
  return refused(
    `the body has a size of ${size} bytes, but gave ${sent > (size ?? 0) ? 'more' : sent}`,
  )
}
