import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { isStorageError } from '../errors/errors.ts'
import { BaseExchange } from '../http/base-exchange.ts'
import { headerList, refused } from '../http/check-request.ts'
import type { FailureNotes } from '../http/failure-notes.ts'
import { headersOf } from '../http/headers.ts'
import { brokenOff, networkError } from '../http/network-error.ts'
import { originUrl } from '../http/origin.ts'
import type { Slot } from '../http/semaphore.ts'
import type { HttpRequest } from '../http/transport.ts'
import type { Connections } from './node-connections.ts'
import { Sending, writtenAtOnce } from './node-sending.ts'

// Room for 2 KB of metadata many times over; Node's own limit of 16 KiB is for servers that strangers talk to.
const maxHeaderSize = 32 * 1024

/** An exchange on a socket of our own. */
export class Exchange extends BaseExchange {
  readonly connections: Connections
  wire: ClientRequest | undefined
  sending: Sending | undefined
  response: IncomingMessage | undefined
  connected = false

  constructor(request: HttpRequest, slot: Slot, connections: Connections, ended: () => void) {
    super(request, slot, ended)
    this.connections = connections
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
      this.fail(isStorageError(error) ? error : refused(messageOf(error)))
      this.settle()
      return
    }
    this.wire = wire
    wire.on('socket', (socket) => this.onSocket(socket))
    wire.on('response', (response) => this.onResponse(response))
    wire.on('error', (error) => this.onError(error))
    wire.on('close', () => this.onClose())
    this.timer.start('connect', this.timeouts.connect)
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

  onResponse(response: IncomingMessage): void {
    if (this.failed) return
    this.response = response
    const headers = headersOf(response.rawHeaders)
    const keepAlive = headers['keep-alive']
    if (keepAlive !== undefined) this.connections.serverKeeps(response.socket, keepAlive)
    const body = this.answered(response.statusCode ?? 0, headers)
    // A server that answers early has made up its mind: the rest of the body is not for it.
    this.sending?.stop()
    if (body === undefined) return
    response.on('data', (chunk: Uint8Array) => body.push(chunk))
    response.on('end', () => body.end())
    response.on('error', (error) => this.onError(error))
  }

  override bodyEnded(): void {
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
    body.fail(brokenOff(place, body, cause))
    this.destroy()
  }

  /** The connection is free again, or gone. */
  onClose(): void {
    if (this.body === undefined && !this.failed) {
      this.onError(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }))
    }
    this.settle()
  }

  override fail(error: unknown): void {
    const hadFailed = this.failed
    super.fail(error)
    if (this.failed && !hadFailed) this.sending?.stop(error)
  }

  sent(): FailureNotes['sent'] {
    if (!this.connected) return 'nothing'
    return this.sending?.whole === false ? 'part' : undefined
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

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error)
}
