import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { onAbort } from '../abort.ts'
import { isStorageError } from '../errors.ts'
import { headerList, refused } from '../http/check-request.ts'
import { noteFailure } from '../http/failure-notes.ts'
import { bodyLength, IncomingBody, readerOfBody, type Wire } from '../http/incoming-body.ts'
import { originUrl } from '../http/origin.ts'
import { PhaseTimer } from '../http/phase-timer.ts'
import type { Slot } from '../http/semaphore.ts'
import type { RunningExchange } from '../http/slot-transport.ts'
import {
  deadlineError,
  defaultTimeouts,
  startTimer,
  stopTimer,
  timeoutError,
  type TimeoutName,
  type Timeouts,
  type Timer,
} from '../http/timeouts.ts'
import type { HttpHeaders, HttpRequest, HttpResponse } from '../http/transport.ts'
import type { Connections } from './node-connections.ts'
import { brokenOff, networkError } from '../http/network-error.ts'
import { Sending, writtenAtOnce, type SendingListener } from './node-sending.ts'

// Room for 2 KB of metadata many times over; Node's own limit of 16 KiB is for servers that strangers talk to.
const maxHeaderSize = 32 * 1024

interface Outcome {
  resolve(response: HttpResponse): void
  reject(error: unknown): void
}

/** One request and its answer on one connection, from slot to slot. */
export class Exchange implements RunningExchange, Wire, SendingListener {
  readonly request: HttpRequest
  readonly slot: Slot
  readonly connections: Connections
  readonly timeouts: Timeouts
  readonly timer: PhaseTimer<TimeoutName>
  /** Forgotten once used: a settled promise refers to the answer, whose reader must remain collectable. */
  outcome: Outcome | undefined
  readonly ended: () => void
  wire: ClientRequest | undefined
  sending: Sending | undefined
  response: IncomingMessage | undefined
  body: IncomingBody | undefined
  connected = false
  failed = false
  deadline: Timer
  stopListening: (() => void) | undefined

  constructor(request: HttpRequest, slot: Slot, connections: Connections, ended: () => void) {
    this.request = request
    this.slot = slot
    this.connections = connections
    this.timeouts = request.timeouts ?? defaultTimeouts
    this.timer = new PhaseTimer((phase, milliseconds) => this.expire(phase, milliseconds))
    this.ended = ended
  }

  run(): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.outcome = { resolve, reject }
      this.start()
    })
  }

  start(): void {
    const { request, connections } = this
    const { origin, proxy } = connections
    const headers = headerList(request)
    const throughProxy = proxy !== undefined && origin.scheme === 'http'
    if (throughProxy && proxy.authorization !== undefined) {
      headers.push('proxy-authorization', proxy.authorization)
    }
    let wire: ClientRequest
    try {
      wire = process.getBuiltinModule('node:http').request({
        protocol: connections.protocol,
        host: origin.host,
        port: connections.defaultPort,
        method: request.method,
        path: throughProxy ? originUrl(origin) + request.path : request.path,
        headers,
        agent: connections as unknown as import('node:http').Agent,
        maxHeaderSize,
      })
    } catch (error) {
      // Node checks names and values of headers; its messages name the header and not the value.
      this.failed = true
      this.settle()
      this.outcome?.reject(isStorageError(error) ? error : refused(messageOf(error)))
      return
    }
    this.wire = wire
    wire.on('socket', (socket) => this.onSocket(socket))
    wire.on('response', (response) => this.onResponse(response))
    wire.on('error', (error) => this.onError(error))
    wire.on('close', () => this.onClose())
    this.timer.start('connect', this.timeouts.connect)
    this.stopListening = onAbort(request.signal, (reason) => this.abort(reason))
    const { deadline } = request
    if (deadline !== undefined) {
      this.deadline = startTimer(deadline.at - performance.now(), false, () => {
        this.abort(deadlineError(deadline, originUrl(origin), this.sent()))
      })
    }
    const { body } = request
    if (body === undefined) wire.end()
    else if (body.bytes !== undefined && body.bytes.byteLength <= writtenAtOnce)
      wire.end(body.bytes)
    else this.sending = new Sending(wire, body, this)
  }

  onSocket(socket: Socket): void {
    if (this.wire?.reusedSocket === true) this.onConnected()
    else socket.once(this.connections.readyEvent, () => this.onConnected())
  }

  onConnected(): void {
    this.connected = true
    if (this.failed) return
    if (this.sending === undefined) this.complete()
    else void this.sending.run()
  }

  waitsForSource(): void {
    this.timer.pause()
  }

  waitsForPeer(): void {
    this.timer.start('idle', this.timeouts.idle)
  }

  complete(): void {
    if (this.failed || this.body !== undefined) return
    const phase = this.request.slow === true ? 'long' : 'headers'
    this.timer.start(phase, this.timeouts[phase])
  }

  onResponse(response: IncomingMessage): void {
    if (this.failed) return
    this.response = response
    // A server that answers early has made up its mind: the rest of the body is not for it.
    this.sending?.stop()
    const headers = headersOf(response.rawHeaders)
    const keepAlive = headers['keep-alive']
    if (keepAlive !== undefined) this.connections.serverKeeps(response.socket, keepAlive)
    const body = new IncomingBody({
      wire: this,
      slot: this.slot,
      timer: this.timer,
      timeouts: this.timeouts,
      origin: originUrl(this.request.origin),
      length: bodyLength(this.request.method, response.statusCode ?? 0, headers),
      ended: () => this.onBodyEnded(),
    })
    this.body = body
    response.on('data', (chunk: Uint8Array) => body.push(chunk))
    response.on('end', () => body.end())
    response.on('error', (error) => this.onError(error))
    const { outcome } = this
    this.outcome = undefined
    outcome?.resolve({ status: response.statusCode ?? 0, headers, body: readerOfBody(body) })
  }

  onBodyEnded(): void {
    const { wire } = this
    // What the peer has not taken by now it never will: this connection cannot carry another request.
    const left = this.sending?.stopped === true || (wire !== undefined && wire.writableLength > 0)
    if (left) wire?.destroy()
  }

  onError(cause: Error): void {
    const { body } = this
    if (body === undefined) {
      const stale =
        this.wire?.reusedSocket === true && 'code' in cause && resets.has(String(cause.code))
      const error = networkError(cause, String(this.connections), {
        hint: stale
          ? 'It was a kept-alive connection, which the server may have given up'
          : undefined,
      })
      this.fail(error)
      return
    }
    const place = String(this.connections)
    const malformed = 'code' in cause && String(cause.code).startsWith('HPE_')
    body.fail(malformed ? networkError(cause, place) : brokenOff(place, body, cause))
    this.destroy()
  }

  onClose(): void {
    if (this.body === undefined && !this.failed) {
      this.onError(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }))
    }
    this.settle()
  }

  expire(phase: TimeoutName, milliseconds: number): void {
    if (this.body === undefined) {
      this.abort(timeoutError(phase, milliseconds, originUrl(this.request.origin)))
    } else this.body.expire(phase, milliseconds)
  }

  /** Ends the exchange with an error, whatever it is doing. */
  abort(error: unknown): void {
    if (this.body === undefined) this.fail(error)
    else this.body.abort(error)
  }

  fail(error: unknown): void {
    if (this.failed || this.body !== undefined) return
    const sent = this.sent()
    if (sent !== undefined) noteFailure(error, { sent })
    this.failed = true
    this.timer.stop()
    this.sending?.stop(error)
    this.outcome?.reject(error)
    this.outcome = undefined
    this.destroy()
  }

  hurry(milliseconds: number): void {
    this.body?.hurry(milliseconds)
  }

  sent(): 'nothing' | 'part' | undefined {
    if (!this.connected) return 'nothing'
    return this.sending?.handedOver === false ? 'part' : undefined
  }

  settle(): void {
    this.timer.stop()
    stopTimer(this.deadline)
    this.stopListening?.()
    this.slot.release()
    this.ended()
  }

  pause(): void {
    this.response?.pause()
  }

  resume(): void {
    this.response?.resume()
  }

  destroy(): void {
    const { wire } = this
    if (wire === undefined) return
    wire.destroy()
    this.connections.abandon(wire)
  }
}

const resets: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])

function headersOf(raw: readonly string[]): HttpHeaders {
  // No prototype: the names come from the network.
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error)
}
