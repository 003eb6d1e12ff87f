import type { Socket } from 'node:net'
import { StorageError } from '../errors/errors.ts'
import { hostHeader, portOf } from '../http/origin.ts'
import type { Proxy } from '../http/proxy.ts'
import type { HttpOrigin } from '../http/transport.ts'
import { networkError } from '../http/network-error.ts'

export interface TunnelListener {
  opened(tunnel: Socket): void
  failed(error: StorageError): void
}

/**
 * Asks a proxy for a way to an origin (CONNECT). Tells the listener once; returns how to give up.
 *
 * @param hop - the connection to the proxy, which may still be opening
 */
export function openTunnel(
  hop: Socket,
  proxy: Proxy,
  origin: HttpOrigin,
  listener: TunnelListener,
): () => void {
  const place = `the proxy ${hostHeader(proxy.origin)}`
  const host = origin.host.includes(':') ? `[${origin.host}]` : origin.host
  const authority = `${host}:${portOf(origin)}`
  const request = process.getBuiltinModule('node:http').request({
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
    createConnection: () => hop,
  })
  let settled = false
  const fail = (error: StorageError): void => {
    hop.destroy()
    if (settled) return
    settled = true
    listener.failed(error)
  }
  request.once('connect', (response, socket, head) => {
    const status = response.statusCode ?? 0
    if (status < 200 || status > 299) fail(refusal(place, authority, status))
    else if (head.length > 0) {
      fail(new StorageError('MalformedResponse', `${place} sent bytes ahead of the server`))
    } else if (!settled) {
      settled = true
      listener.opened(socket)
    }
  })
  request.on('error', (error) => fail(networkError(error, place)))
  request.on('close', () => {
    if (!settled)
      fail(new StorageError('Network', `${place} closed the connection without an answer`))
  })
  request.end()
  return () => fail(new StorageError('Network', `the connection through ${place} was given up`))
}

function refusal(place: string, authority: string, status: number): StorageError {
  return new StorageError('Network', `${place} refused a connection to ${authority}`, {
    status,
    retryable: status >= 500,
    hint:
      status === 407
        ? 'Give the proxy its user and password: http://user:password@proxy.example:3128'
        : undefined,
  })
}
