import type { Body, BodyReader } from '../body.ts'
import { readAll } from '../chunks.ts'
import { StorageError } from '../errors.ts'
import { refused } from './check-request.ts'

const mostGathered = 64 * 1024 * 1024

export interface FetchBodyListener {
  waitsForSource(): void
  waitsForPeer(): void
  complete(): void
  fail(error: unknown): void
}

/** A body in the form that `fetch` takes. */
export interface FetchBody {
  readonly value: unknown
  readonly streamed: boolean
  /** Whether its last byte has been taken. */
  readonly complete: boolean
  stop(reason?: unknown): void
}

/** Bytes in memory. */
export function bytesInMemory(bytes: Uint8Array): FetchBody {
  return { value: bytes, streamed: false, complete: true, stop: nothingToStop }
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
export function streamedBody(body: Body, listener: FetchBodyListener): FetchBody {
  const { size = 0 } = body
  let reader: BodyReader | undefined
  let sent = 0
  let complete = false
  let stopped = false
  const stop = (reason?: unknown): void => {
    if (stopped || complete) return
    stopped = true
    // The contract of readers: `cancel` does not fail.
    reader?.cancel(reason).catch(() => undefined)
  }
  const next = async (): Promise<Uint8Array | undefined> => {
    reader ??= body.open()
    listener.waitsForSource()
    const chunk = await reader.read()
    sent += chunk?.byteLength ?? 0
    if (sent > size || (chunk === undefined && sent < size)) throw wrongLength(size, sent)
    return chunk
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next()
          if (stopped) return
          if (chunk === undefined) {
            complete = true
            controller.close()
            listener.complete()
          } else {
            controller.enqueue(chunk)
            listener.waitsForPeer()
          }
        } catch (error) {
          if (stopped) return
          stop(error)
          listener.fail(error)
          controller.error(error)
        }
      },
      cancel: stop,
    },
    { highWaterMark: 0 },
  )
  return {
    value: withLength(stream, size),
    streamed: true,
    get complete() {
      return complete
    },
    stop,
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

function wrongLength(size: number, given: number): StorageError {
  return refused(`the body has a size of ${size} bytes, but gave ${given > size ? 'more' : given}`)
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
