import type { Body, BodyReader } from '../contract/body.ts'
import { readAll } from '../bytes/chunks.ts'
import { StorageError } from '../errors/errors.ts'
import { OutgoingBody, wrongLength, type SendingListener } from './outgoing-body.ts'

const mostGathered = 64 * 1024 * 1024

/** A body in the form that `fetch` takes. */
export interface FetchBody {
  readonly value: unknown
  readonly streamed: boolean
  /** Whether all of its bytes have been taken. */
  readonly whole: boolean
  stop(reason?: unknown): void
}

/** Bytes in memory. */
export function bytesInMemory(bytes: Uint8Array): FetchBody {
  return { value: bytes, streamed: false, whole: true, stop: nothingToStop }
}

function nothingToStop(): void {}

/** Reads a body into memory. */
export async function gather(reader: BodyReader, size: number): Promise<Uint8Array> {
  if (size > mostGathered) {
    throw new StorageError(
      'UnsupportedOperation',
      'this runtime cannot stream a request body, and this one is too large for memory',
      { hint: 'Upload in parts: lower multipartThreshold and partSize' },
    )
  }
  const bytes = await readAll(reader, size)
  if (bytes.byteLength !== size) throw wrongLength(size, bytes.byteLength)
  return bytes
}

/** A body that is read as `fetch` asks for it. */
export function streamedBody(body: Body, listener: SendingListener): FetchBody {
  const outgoing = new OutgoingBody(body, listener)
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await outgoing.next()
          if (outgoing.stopped) return
          if (chunk === undefined) {
            controller.close()
            listener.complete()
          } else {
            controller.enqueue(chunk)
            listener.waitsForPeer()
          }
        } catch (error) {
          if (outgoing.stopped) return
          outgoing.stop(error)
          listener.fail(error)
          controller.error(error)
        }
      },
      cancel(reason) {
        outgoing.stop(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return {
    value: withLength(stream, body.size ?? 0),
    streamed: true,
    get whole() {
      return outgoing.whole
    },
    stop: (reason) => outgoing.stop(reason),
  }
}

interface LengthStream {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<Uint8Array>
}

/** Cloudflare's workers take the length of a stream from its kind and ignore the header. */
function withLength(stream: ReadableStream<Uint8Array>, size: number): ReadableStream<Uint8Array> {
  const host: { fetch?: unknown; FixedLengthStream?: new (size: number) => LengthStream } =
    globalThis
  return host.FixedLengthStream === undefined
    ? stream
    : stream.pipeThrough(new host.FixedLengthStream(size))
}

/** Whether request bodies may be streams here. */
export function canStreamUploads(): boolean {
  if ('document' in globalThis) return false
  // The test of the standard: who does not know `duplex` does not stream.
  let asked = false
  const request = new Request('https://host.invalid', {
    method: 'POST',
    body: new ReadableStream(),
    get duplex() {
      asked = true
      return 'half' as const
    },
  })
  return asked && !request.headers.has('content-type')
}
