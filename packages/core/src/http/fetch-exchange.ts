import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import { BaseExchange } from './base-exchange.ts'
import { noteFailure, type FailureNotes } from './failure-notes.ts'
import { bytesInMemory, gather, streamedBody, type FetchBody } from './fetch-body.ts'
import type { FetchLike, FetchResponse } from './fetch-options.ts'
import type { IncomingBody } from './incoming-body.ts'
import { brokenOff, networkError, neverReached } from './network-error.ts'
import { originUrl } from './origin.ts'
import type { Slot } from './semaphore.ts'
import type { HttpHeaders, HttpRequest } from './transport.ts'

// Nobody can see how far `fetch` has come with bytes it was given whole: above this, it gets the longer time.
const smallBody = 64 * 1024

/** The codings that `fetch` undoes. */
const decodable: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd'])

export interface FetchExchangeSettings {
  readonly fetch: FetchLike['fetch']
  readonly allowDecoded: boolean
  readonly streams: boolean
}

/** An exchange through `fetch`. */
export class FetchExchange extends BaseExchange {
  readonly settings: FetchExchangeSettings
  readonly origin: string
  readonly controller: AbortController = new AbortController()
  gathering: BodyReader | undefined
  upload: FetchBody | undefined
  resumed: (() => void) | undefined
  paused = false

  constructor(
    request: HttpRequest,
    slot: Slot,
    settings: FetchExchangeSettings,
    ended: () => void,
  ) {
    super(request, slot, ended)
    this.settings = settings
    this.origin = originUrl(request.origin)
  }

  start(): void {
    this.exchange().catch((error: unknown) => this.fail(error))
  }

  async exchange(): Promise<void> {
    const { request, settings } = this
    const upload = await this.prepareUpload()
    if (this.failed) return
    this.upload = upload
    let response: FetchResponse
    try {
      response = await settings.fetch(this.origin + request.path, {
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
    if (this.failed) await response.body?.cancel()
    else await this.receive(response)
  }

  async prepareUpload(): Promise<FetchBody | undefined> {
    const { body } = this.request
    let upload: FetchBody | undefined
    if (body?.bytes !== undefined) upload = bytesInMemory(body.bytes)
    else if (body !== undefined && this.settings.streams && body.size !== 0) {
      this.waitsForPeer()
      return streamedBody(body, this)
    } else if (body !== undefined) {
      this.gathering = body.open()
      upload = bytesInMemory(await gather(this.gathering, body.size ?? 0))
      this.gathering = undefined
    }
    const large = (body?.size ?? 0) > smallBody
    if (large) this.waitFor('long')
    else this.complete()
    return upload
  }

  async receive(response: FetchResponse): Promise<void> {
    const { status } = response
    const headers = headersOf(response)
    if (status === 0) {
      throw new StorageError('Network', `${this.origin} redirected the request elsewhere`, {
        retryable: false,
        hint: 'Redirects are not followed. Check the endpoint and the region',
      })
    }
    const decoded = response.body !== null && isDecoded(headers) && this.request.method !== 'HEAD'
    if (decoded && !this.settings.allowDecoded && status < 300) {
      await response.body?.cancel()
      throw new StorageError(
        'UnsupportedOperation',
        'fetch has decompressed the answer, so the bytes are not the stored ones',
        { hint: 'Set allowDecoded: true to take them all the same, or use nodeTransport()' },
      )
    }
    const body = this.answered(status, headers, decoded)
    if (body !== undefined) await this.pump(response, body)
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

  override fail(error: unknown): void {
    super.fail(error)
    if (this.failed) this.settle()
  }

  override settle(): void {
    super.settle()
    // Whoever answered before the whole body was there does not want the rest.
    if (this.upload?.whole === false) this.destroy()
  }

  sent(): FailureNotes['sent'] {
    return this.upload?.whole === false ? 'part' : undefined
  }

  explained(cause: unknown): StorageError {
    const error = networkError(cause, this.origin)
    if (neverReached(cause)) noteFailure(error, { sent: 'nothing' })
    return error
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
