import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Certificate } from './certificates.ts'

export interface ConnectProxy {
  readonly port: number
  /** `CONNECT host:port` or `GET http://…`, in order. */
  readonly requests: string[]
  readonly authorizations: (string | undefined)[]
  close(): Promise<void>
}

export interface ConnectProxySettings {
  /** What it listens with, when it is reached by TLS. */
  readonly certificate?: Certificate
  /** Where every connection really goes. */
  readonly target: number
  /** The value of `proxy-authorization` that it insists on. */
  readonly authorization?: string
  /** Takes a CONNECT and keeps silent. */
  readonly silent?: boolean
}

/** A real proxy, which resolves every name to one port of this machine. */
export async function connectProxy(settings: ConnectProxySettings): Promise<ConnectProxy> {
  const requests: string[] = []
  const authorizations: (string | undefined)[] = []
  const sockets = new Set<Duplex>()
  const refuses = (request: IncomingMessage): boolean => {
    requests.push(`${request.method} ${request.url}`)
    authorizations.push(request.headers['proxy-authorization'])
    return (
      settings.authorization !== undefined &&
      request.headers['proxy-authorization'] !== settings.authorization
    )
  }
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    if (refuses(request)) {
      response.writeHead(407).end()
      return
    }
    request.resume()
    response.end(`forwarded ${request.url} for ${request.headers.host}`)
  }
  const server =
    settings.certificate === undefined
      ? createServer(forward)
      : createTlsServer(settings.certificate, forward)
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    if (refuses(request)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
      return
    }
    if (settings.silent === true) return
    const upstream = connect(settings.target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const socket of [upstream, client]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests,
    authorizations,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
