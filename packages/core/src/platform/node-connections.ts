import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { hostHeader, portOf } from '../http/origin.ts'
import type { LookupFunction, TlsOptions } from '../http/node-options.ts'
import type { Proxy } from '../http/proxy.ts'
import { startTimer, stopTimer, type Timer } from '../http/timeouts.ts'
import type { HttpOrigin } from '../http/transport.ts'
import { openTunnel } from './node-tunnel.ts'

export interface ConnectionSettings {
  readonly tls: TlsOptions
  readonly lookup: LookupFunction | undefined
  /** Made once for a transport: reading the authorities costs milliseconds. */
  readonly secureContext: () => SecureContext
}

// Servers close idle connections after some time, and a request that meets the close fails: ours end before.
const idleMilliseconds = 30_000
const longestIdleMilliseconds = 300_000
const hintMargin = 1_000

/**
 * The connections to one origin: opens them and keeps them for the next request. It is what `node:http` calls an agent; how many there
 * are is not its business, since requests hold a slot before they come here.
 */
export class Connections {
  readonly origin: HttpOrigin
  readonly proxy: Proxy | undefined
  readonly settings: ConnectionSettings

  // What `node:http` reads of an agent.
  readonly protocol: string
  readonly defaultPort: number
  readonly keepAlive = true
  readonly maxSockets: number = Infinity
  readonly options: object = {}

  /** What a new connection emits when the first byte can be sent. */
  readonly readyEvent: 'connect' | 'secureConnect'
  readonly idle: { readonly socket: Socket; readonly until: number }[] = []
  readonly announced: WeakMap<Socket, number> = new WeakMap()
  readonly tunnels: Map<ClientRequest, () => void> = new Map()
  session: Buffer | undefined
  ending = false
  sweeper: Timer

  constructor(origin: HttpOrigin, proxy: Proxy | undefined, settings: ConnectionSettings) {
    this.origin = origin
    this.proxy = proxy
    this.settings = settings
    this.protocol = `${origin.scheme}:`
    this.defaultPort = portOf(origin)
    const firstHop = origin.scheme === 'http' ? (proxy?.origin ?? origin) : origin
    this.readyEvent = firstHop.scheme === 'https' ? 'secureConnect' : 'connect'
  }

  /** Called by `node:http`: finds a connection for a request. */
  addRequest(request: ClientRequest): void {
    const socket = this.takeIdle()
    if (socket === undefined) this.open(request)
    else {
      request.reusedSocket = true
      socket.removeListener('data', endConnection)
      socket.ref()
      request.onSocket(socket)
    }
  }

  /** Stops opening a connection for a request that has been given up. */
  abandon(request: ClientRequest): void {
    this.tunnels.get(request)?.()
  }

  /** The server said for how long it keeps an idle connection. */
  serverKeeps(socket: Socket, keepAliveHeader: string): void {
    const seconds = /(?:^|[\s,;])timeout=(\d+)/i.exec(keepAliveHeader)?.[1]
    if (seconds === undefined) return
    this.announced.set(
      socket,
      Math.min(Number(seconds) * 1000 - hintMargin, longestIdleMilliseconds),
    )
  }

  close(): void {
    this.ending = true
    for (const { socket } of this.idle.splice(0)) socket.destroy()
    stopTimer(this.sweeper)
    this.sweeper = undefined
  }

  open(request: ClientRequest): void {
    const { origin, proxy } = this
    if (proxy === undefined) this.assign(request, this.connect(origin, origin.scheme === 'https'))
    else if (origin.scheme === 'http') {
      this.assign(request, this.connect(proxy.origin, proxy.origin.scheme === 'https'))
    } else {
      const hop = this.connect(proxy.origin, proxy.origin.scheme === 'https')
      const abandon = openTunnel(hop, proxy, origin, {
        opened: (tunnel) => {
          this.tunnels.delete(request)
          this.assign(request, this.secure(tunnel))
        },
        failed: (error) => {
          this.tunnels.delete(request)
          refuse(request, error)
        },
      })
      this.tunnels.set(request, abandon)
    }
  }

  assign(request: ClientRequest, socket: Socket): void {
    socket.on('free', () => this.park(socket))
    // A connection in use reports errors to its request; an idle one has nobody to tell, and is forgotten by 'close'.
    socket.on('error', ignore)
    socket.on('close', () => this.forget(socket))
    request.onSocket(socket)
  }

  connect(to: HttpOrigin, secure: boolean): Socket {
    const { lookup } = this.settings
    const address = { host: to.host, port: portOf(to), ...(lookup === undefined ? {} : { lookup }) }
    const socket = secure
      ? this.startTls({ ...address, servername: this.servername(to.host) }, to === this.origin)
      : process.getBuiltinModule('node:net').connect(address)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    return socket
  }

  /** TLS with the origin, inside a tunnel. */
  secure(tunnel: Socket): Socket {
    return this.startTls({ socket: tunnel, servername: this.servername(this.origin.host) }, true)
  }

  startTls(where: object, isOrigin: boolean): TLSSocket {
    const { rejectUnauthorized } = this.settings.tls
    const tls = process.getBuiltinModule('node:tls')
    const socket = tls.connect({
      ...where,
      ALPNProtocols: ['http/1.1'],
      secureContext: this.settings.secureContext(),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(isOrigin && this.session !== undefined ? { session: this.session } : {}),
    })
    if (isOrigin) {
      socket.on('session', (session) => {
        this.session = session
      })
      socket.once('error', () => {
        this.session = undefined
      })
    }
    return socket
  }

  servername(host: string): string {
    const { servername } = this.settings.tls
    if (servername !== undefined && host === this.origin.host) return servername
    // An address is checked against the certificate all the same; it just cannot be announced.
    return process.getBuiltinModule('node:net').isIP(host) === 0 ? host : ''
  }

  takeIdle(): Socket | undefined {
    const now = Date.now()
    for (;;) {
      const last = this.idle.pop()
      if (last === undefined) return undefined
      // Time may have passed unseen: a frozen process, a suspended machine.
      if (!last.socket.destroyed && last.socket.writable && now < last.until) return last.socket
      last.socket.destroy()
    }
  }

  park(socket: Socket): void {
    const lifetime = this.announced.get(socket) ?? idleMilliseconds
    const usable = socket.writable && !socket.connecting && socket.readableLength === 0
    if (this.ending || lifetime <= 0 || !usable) {
      socket.destroy()
      return
    }
    // Whatever a server says without being asked, no request shall take it for its answer.
    socket.on('data', endConnection)
    socket.unref()
    this.idle.push({ socket, until: Date.now() + lifetime })
    this.sweeper ??= startTimer(lifetime, false, () => this.sweep())
  }

  sweep(): void {
    const now = Date.now()
    const kept = this.idle.filter(({ until }) => now < until)
    for (const { socket, until } of this.idle) if (now >= until) socket.destroy()
    this.idle.splice(0, this.idle.length, ...kept)
    const next = Math.min(...kept.map(({ until }) => until))
    this.sweeper = startTimer(next - now, false, () => this.sweep())
  }

  forget(socket: Socket): void {
    const index = this.idle.findIndex((entry) => entry.socket === socket)
    if (index !== -1) this.idle.splice(index, 1)
  }

  /** As a place in a message. */
  toString(): string {
    const place = hostHeader(this.origin)
    return this.proxy === undefined
      ? place
      : `${place} through the proxy ${hostHeader(this.proxy.origin)}`
  }
}

function endConnection(this: Socket): void {
  this.destroy()
}

function ignore(): void {}

function refuse(request: ClientRequest, error: Error): void {
  // The types have only the form with a socket; `node:http` itself calls it so when a connection fails.
  const onSocket: (socket: undefined, error: Error) => void = (
    request.onSocket as (socket: unknown, error?: Error) => void
  ).bind(request)
  onSocket(undefined, error)
}
