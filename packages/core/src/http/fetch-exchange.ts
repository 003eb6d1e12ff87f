import { onAbort } from '../abort.ts'
import type { BodyReader } from '../body.ts'
import { StorageError } from '../errors.ts'
import { bytesInMemory, gather, streamedBody, type FetchBody } from './fetch-body.ts'
import type { FetchLike, FetchResponse } from './fetch-options.ts'
import { noteFailure } from './failure-notes.ts'
import { bodyLength, IncomingBody, readerOfBody, type Wire } from './incoming-body.ts'
import { brokenOff, networkError, neverReached } from './network-error.ts'
import { originUrl } from './origin.ts'
import { PhaseTimer } from './phase-timer.ts'
import type { Slot } from './semaphore.ts'
import type { RunningExchange } from './slot-transport.ts'
import {
  deadlineError,
  defaultTimeouts,
  startTimer,
  stopTimer,
  timeoutError,
  type TimeoutName,
  type Timeouts,
  type Timer,
} from './timeouts.ts'
import type { HttpHeaders, HttpRequest, HttpResponse } from './transport.ts'

// Nobody can see how far `fetch` has come with bytes it was given whole: above this, it gets the longer time.
const smallBody = 64 * 1024

/** The codings that `fetch` undoes. */
const decodable: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd'])

export interface FetchExchangeSettings {
  readonly request: HttpRequest
  readonly slot: Slot
  readonly fetch: FetchLike['fetch']
  readonly allowDecoded: boolean
  readonly streams: boolean
  readonly ended: () => void
}

/** One request and its answer through `fetch`. */
export class FetchExchange implements RunningExchange, Wire {
  readonly settings: FetchExchangeSettings
  readonly timeouts: Timeouts
  readonly origin: string
  readonly controller: AbortController = new AbortController()
  readonly timer: PhaseTimer<TimeoutName>
  gathering: BodyReader | undefined
  upload: FetchBody | undefined
  body: IncomingBody | undefined
  reject: ((error: unknown) => void) | undefined
  failed = false
  deadline: Timer
  stopListening: (() => void) | undefined
  resumed: (() => void) | undefined
  paused = false

  constructor(settings: FetchExchangeSettings) {
    this.settings = settings
    this.timeouts = settings.request.timeouts ?? defaultTimeouts
    this.origin = originUrl(settings.request.origin)
    this.timer = new PhaseTimer((phase, milliseconds) => this.expire(phase, milliseconds))
  }

  run(): Promise<HttpResponse> {
    const { deadline, signal } = this.settings.request
    return new Promise((resolve, reject) => {
      this.reject = reject
      this.stopListening = onAbort(signal, (reason) => this.abort(reason))
      if (deadline !== undefined) {
        this.deadline = startTimer(deadline.at - performance.now(), false, () => {
          this.abort(deadlineError(deadline, this.origin))
        })
      }
      this.exchange().then(
        (response) => {
          this.reject = undefined
          if (response !== undefined) resolve(response)
        },
        (error: unknown) => this.fail(error),
      )
    })
  }

  /** The answer, unless the exchange has failed before it came. */
  async exchange(): Promise<HttpResponse | undefined> {
    const { request, fetch } = this.settings
    const upload = await this.prepareUpload()
    if (this.failed) return undefined
    this.upload = upload
    let response: FetchResponse
    try {
      response = await fetch(this.origin + request.path, {
        method: request.method,
        headers: headersFor(request, upload),
        redirect: 'manual',
        signal: this.controller.signal,
        ...(upload === undefined ? {} : { body: upload.value }),
        ...(upload?.streamed === true ? { duplex: 'half' } : {}),
      })
    } catch (cause) {
      throw this.explained(cause)
    }
    if (this.failed) {
      await response.body?.cancel()
      return undefined
    }
    return this.receive(response)
  }

  async prepareUpload(): Promise<FetchBody | undefined> {
    const { request, streams } = this.settings
    const { body } = request
    let upload: FetchBody | undefined
    if (body?.bytes !== undefined) upload = bytesInMemory(body.bytes)
    else if (body !== undefined && streams && body.size !== 0) {
      this.timer.start('idle', this.timeouts.idle)
      return streamedBody(body, this)
    } else if (body !== undefined) {
      this.gathering = body.open()
      upload = bytesInMemory(await gather(this.gathering, body.size ?? 0))
      this.gathering = undefined
    }
    const large = (body?.size ?? 0) > smallBody
    const phase = large || request.slow === true ? 'long' : 'headers'
    if (!this.failed) this.timer.start(phase, this.timeouts[phase])
    return upload
  }

  async receive(response: FetchResponse): Promise<HttpResponse> {
    const { request, slot, allowDecoded } = this.settings
    const { status } = response
    const headers = headersOf(response)
    if (status === 0) {
      throw new StorageError('Network', `${this.origin} redirected the request elsewhere`, {
        retryable: false,
        hint: 'Redirects are not followed. Check the endpoint and the region',
      })
    }
    const decoded = response.body !== null && isDecoded(headers) && request.method !== 'HEAD'
    if (decoded && !allowDecoded && status < 300) {
      await response.body?.cancel()
      throw new StorageError(
        'UnsupportedOperation',
        'fetch has decompressed the answer, so the bytes are not the stored ones',
        { hint: 'Set allowDecoded: true to take them all the same, or use nodeTransport()' },
      )
    }
    const body = new IncomingBody({
      wire: this,
      slot,
      timer: this.timer,
      timeouts: this.timeouts,
      origin: this.origin,
      length: decoded ? undefined : bodyLength(request.method, status, headers),
      ended: () => this.settle(),
    })
    this.body = body
    void this.pump(response, body)
    return { status, headers, body: readerOfBody(body) }
  }

  async pump(response: FetchResponse, body: IncomingBody): Promise<void> {
    const { length } = body.request
    try {
      const reader = response.body?.getReader()
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true }
        if (value !== undefined) body.push(value)
        if (length !== undefined && body.received > length) {
          throw new Error('more bytes than were announced')
        }
        if (done) break
        if (this.paused) {
          await new Promise<void>((resolve) => {
            this.resumed = resolve
          })
        }
      }
      if (length !== undefined && body.received < length) throw new Error('the body ended early')
      body.end()
    } catch (cause) {
      body.fail(brokenOff(this.origin, body, cause))
      this.destroy()
    }
  }

  waitsForSource(): void {
    if (this.body === undefined) this.timer.pause()
  }

  waitsForPeer(): void {
    if (this.body === undefined) this.timer.start('idle', this.timeouts.idle)
  }

  complete(): void {
    if (this.failed || this.body !== undefined) return
    const phase = this.settings.request.slow === true ? 'long' : 'headers'
    this.timer.start(phase, this.timeouts[phase])
  }

  expire(phase: TimeoutName, milliseconds: number): void {
    if (this.body === undefined) this.fail(timeoutError(phase, milliseconds, this.origin))
    else this.body.expire(phase, milliseconds)
  }

  abort(error: unknown): void {
    if (this.body === undefined) this.fail(error)
    else this.body.abort(error)
  }

  fail(error: unknown): void {
    if (this.failed || this.body !== undefined) return
    this.failed = true
    if (this.upload?.complete === false) noteFailure(error, { sent: 'part' })
    this.reject?.(error)
    this.reject = undefined
    this.destroy()
    this.settle()
  }

  explained(cause: unknown): StorageError {
    const error = networkError(cause, this.origin)
    if (neverReached(cause)) noteFailure(error, { sent: 'nothing' })
    return error
  }

  hurry(milliseconds: number): void {
    this.body?.hurry(milliseconds)
  }

  settle(): void {
    this.timer.stop()
    stopTimer(this.deadline)
    this.stopListening?.()
    // Whoever answered before the whole body was there does not want the rest.
    if (this.upload?.complete === false) this.destroy()
    this.settings.slot.release()
    this.settings.ended()
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    this.resumed?.()
    this.resumed = undefined
  }

  destroy(): void {
    this.upload?.stop()
    // The contract of readers: `cancel` does not fail.
    this.gathering?.cancel().catch(() => undefined)
    this.controller.abort()
    this.resume()
  }
}

function headersFor(request: HttpRequest, upload: FetchBody | undefined): Record<string, string> {
  // Browsers do not let it be set, and need not: it asks the others not to compress.
  const headers: Record<string, string> = { 'accept-encoding': 'identity', ...request.headers }
  // `fetch` knows both by itself, but for the length of a stream.
  delete headers['host']
  delete headers['content-length']
  if (upload?.streamed === true) headers['content-length'] = String(request.body?.size)
  return headers
}

function headersOf(response: FetchResponse): HttpHeaders {
  // No prototype: the names come from the network.
  const headers: Record<string, string> = Object.create(null)
  response.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value
  })
  return headers
}

function isDecoded(headers: HttpHeaders): boolean {
  const codings = headers['content-encoding']?.toLowerCase().split(',') ?? []
  return codings.some((coding) => decodable.has(coding.trim()))
}
