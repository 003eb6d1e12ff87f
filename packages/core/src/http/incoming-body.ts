import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import type { PhaseTimer } from './phase-timer.ts'
import type { Slot } from './semaphore.ts'
import { timeoutError, type TimeoutName, type Timeouts } from './timeouts.ts'
import type { HttpHeaders } from './transport.ts'

/** The connection that a body comes from. */
export interface Wire {
  pause(): void
  resume(): void
  /** Gives the connection up. */
  destroy(): void
}

export interface IncomingBodyRequest {
  readonly wire: Wire
  readonly slot: Slot
  /** Its owner calls `expire` when it fires. */
  readonly timer: PhaseTimer<TimeoutName>
  readonly timeouts: Timeouts
  readonly origin: string
  /** What `content-length` announced, for a body that is there. */
  readonly length: number | undefined
  /** Called once, when the connection is free again or given up. */
  readonly ended: () => void
}

/** What may be read ahead; a body of this size is taken in whole, so that forgetting it holds no connection. */
const readAhead = 256 * 1024
// Reading a small rest and keeping the connection is cheaper than making a new one, unless it takes long.
const drainAtMost = 256 * 1024
const drainMilliseconds = 500

/**
 * A body that a connection pushes and a reader pulls. The wire's side calls `push`, `end` and `fail`; the reader's side is `reader()`.
 * The reader knows the body and not the other way round, so that a reader nobody holds any more can be noticed.
 */
export class IncomingBody {
  readonly request: IncomingBodyRequest
  readonly timer: PhaseTimer<TimeoutName>
  chunks: Uint8Array[] = []
  buffered = 0
  received = 0
  paused = false
  state: 'open' | 'draining' | 'ended' = 'open'
  failure: { readonly error: unknown } | undefined
  waiter:
    | {
        resolve(chunk: Uint8Array | undefined): void
        reject(error: unknown): void
        /** Keeps the reader from being collected while it waits. */
        readonly owner: BodyReader
      }
    | undefined
  drained: (() => void) | undefined

  constructor(request: IncomingBodyRequest) {
    this.request = request
    this.timer = request.timer
    this.nobodyReads()
  }

  push(chunk: Uint8Array): void {
    this.received += chunk.byteLength
    if (this.state !== 'open' || chunk.byteLength === 0) return
    const { waiter } = this
    if (waiter !== undefined) {
      this.waiter = undefined
      this.nobodyReads()
      waiter.resolve(chunk)
      return
    }
    this.chunks.push(chunk)
    this.buffered += chunk.byteLength
    if (this.buffered >= readAhead && !this.paused) {
      this.paused = true
      this.request.wire.pause()
    }
  }

  /** The last byte has come and the connection can be used again. */
  end(): void {
    if (this.state === 'ended') return
    this.finish()
    this.waiter?.resolve(undefined)
    this.waiter = undefined
  }

  /** No more will come. What has come can still be read, unless it is dropped. */
  fail(error: unknown, drop = false): void {
    if (this.state === 'ended') return
    this.failure = { error }
    if (drop) this.dropChunks()
    this.finish()
    this.waiter?.reject(error)
    this.waiter = undefined
  }

  /** Fails, and gives the connection up. */
  abort(error: unknown): void {
    if (this.state === 'ended') return
    this.fail(error, true)
    this.request.wire.destroy()
  }

  /** From now on, a body that nobody reads is given up after so many milliseconds. */
  hurry(milliseconds: number): void {
    if (this.state === 'open' && this.waiter === undefined) this.timer.start('unread', milliseconds)
  }

  read(owner: BodyReader): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const chunk = this.chunks.shift()
    if (chunk !== undefined) {
      this.buffered -= chunk.byteLength
      if (this.state === 'open') {
        this.nobodyReads()
        this.resume()
      }
      return chunk
    }
    if (this.failure !== undefined) return Promise.reject(this.failure.error)
    if (this.state !== 'open') return undefined
    if (this.waiter !== undefined) {
      return Promise.reject(
        new StorageError('InvalidArgument', 'a body was read while the read before had not ended'),
      )
    }
    this.request.slot.unread = false
    this.timer.start('idle', this.request.timeouts.idle)
    this.resume()
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject, owner }
    })
  }

  async cancel(reason: unknown): Promise<void> {
    if (this.state !== 'open') {
      this.dropChunks()
      return
    }
    this.dropChunks()
    if (reason === undefined) this.waiter?.resolve(undefined)
    else {
      this.failure = { error: reason }
      this.waiter?.reject(reason)
    }
    this.waiter = undefined
    const { length, wire } = this.request
    if (length === undefined || length - this.received > drainAtMost) {
      this.finish()
      wire.destroy()
      return
    }
    this.state = 'draining'
    this.timer.start('unread', drainMilliseconds)
    this.resume()
    await new Promise<void>((resolve) => {
      this.drained = resolve
    })
  }

  resume(): void {
    if (!this.paused || this.buffered >= readAhead) return
    this.paused = false
    this.request.wire.resume()
  }

  nobodyReads(): void {
    this.request.slot.unread = true
    this.timer.start('unread', this.request.timeouts.unread)
  }

  expire(phase: TimeoutName, milliseconds: number): void {
    if (this.state === 'draining') {
      this.finish()
      this.request.wire.destroy()
      return
    }
    this.abort(timeoutError(phase, milliseconds, this.request.origin))
  }

  dropChunks(): void {
    this.chunks = []
    this.buffered = 0
  }

  finish(): void {
    this.state = 'ended'
    this.timer.stop()
    this.request.slot.unread = false
    this.request.ended()
    this.drained?.()
  }
}

const abandoned = new FinalizationRegistry<IncomingBody>((body) => {
  // The reader is gone: nobody is there to be told.
  body.abort(new StorageError('Network', 'the body was given up because nothing refers to it'))
})

/** The reading side of a body, for one reader. */
export function readerOfBody(body: IncomingBody): BodyReader {
  const reader: BodyReader = {
    read: () => body.read(reader),
    cancel: (reason) => body.cancel(reason),
  }
  // What fits into the read-ahead frees its connection by itself.
  const { length } = body.request
  if (length === undefined || length > readAhead) abandoned.register(reader, body)
  return reader
}

/** How many bytes will come; `undefined` when only the end will tell. */
export function bodyLength(
  method: string,
  status: number,
  headers: HttpHeaders,
): number | undefined {
  if (method === 'HEAD' || status === 204 || status === 304) return 0
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}
