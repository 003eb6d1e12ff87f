import type { Dispatcher } from 'undici'
import { BaseExchange } from './base-exchange.ts'
import { headerList, refused } from './check-request.ts'
import type { FailureNotes } from './failure-notes.ts'
import { headersOf } from './headers.ts'
import { brokenOff, networkError } from './network-error.ts'
import { originUrl } from './origin.ts'
import { OutgoingBody } from './outgoing-body.ts'
import type { Slot } from './semaphore.ts'
import type { HttpRequest } from './transport.ts'

// Bodies up to this size are handed over at once.
const smallBody = 64 * 1024

/** An exchange through a dispatcher of undici. */
export class UndiciExchange extends BaseExchange implements Dispatcher.DispatchHandler {
  readonly dispatcher: Dispatcher
  readonly origin: string
  controller: Dispatcher.DispatchController | undefined
  outgoing: OutgoingBody | undefined
  connected = false

  constructor(request: HttpRequest, slot: Slot, dispatcher: Dispatcher, ended: () => void) {
    super(request, slot, ended)
    this.dispatcher = dispatcher
    this.origin = originUrl(request.origin)
  }

  start(): void {
    const { request } = this
    this.waitFor('connect')
    const options = {
      origin: this.origin,
      path: request.path,
      method: request.method,
      headers: headerList(request),
      body: this.bodyToSend() as Uint8Array | null,
      // The waits are ours.
      headersTimeout: 0,
      bodyTimeout: 0,
    }
    try {
      this.dispatcher.dispatch(options, this)
    } catch (error) {
      // One that was put in the place of undici's own, such as a mock without an answer for this request.
      this.fail(networkError(error, this.origin, { retryable: false }))
    }
  }

  /** Bytes, or an async iterable, which the types do not know. */
  bodyToSend(): unknown {
    const { body } = this.request
    if (body === undefined) return null
    if (body.bytes !== undefined && body.bytes.byteLength <= smallBody) return body.bytes
    this.outgoing = new OutgoingBody(body, this)
    return this.chunks(this.outgoing)
  }

  async *chunks(outgoing: OutgoingBody): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const chunk = await outgoing.next()
        if (outgoing.stopped || chunk === undefined) break
        this.waitsForPeer()
        yield chunk
      }
      this.complete()
    } catch (error) {
      if (outgoing.stopped) return
      outgoing.stop(error)
      this.fail(error)
      throw error
    } finally {
      outgoing.stop()
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    this.connected = true
    if (this.failed) controller.abort(new Error('given up'))
    else if (this.outgoing === undefined) this.complete()
    else this.waitsForPeer()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.failed || this.body !== undefined || status < 200) return
    this.answered(status, headersOf(rawHeaders(controller)))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.body?.push(chunk)
  }

  onResponseEnd(): void {
    this.body?.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { body } = this
    const code = 'code' in error ? String(error.code) : ''
    if (body !== undefined) {
      body.fail(brokenOff(this.origin, body, error))
    } else if (invalid.has(code)) this.fail(refused(error.message))
    else this.fail(networkError(error, this.origin))
  }

  override bodyEnded(): void {
    super.bodyEnded()
    this.outgoing?.stop()
  }

  override fail(error: unknown): void {
    super.fail(error)
    if (!this.failed) return
    this.outgoing?.stop(error)
    this.settle()
  }

  sent(): FailureNotes['sent'] {
    if (!this.connected) return 'nothing'
    return this.outgoing?.whole === false ? 'part' : undefined
  }

  pause(): void {
    this.controller?.pause()
  }

  resume(): void {
    this.controller?.resume()
  }

  destroy(): void {
    this.controller?.abort(new Error('given up'))
  }
}

const invalid: ReadonlySet<string> = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])

/** As every transport gives them: each byte one character. */
function rawHeaders({ rawHeaders: raw }: Dispatcher.DispatchController): string[] {
  return Array.isArray(raw)
    ? raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
    : []
}
