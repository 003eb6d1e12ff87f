import { StorageError } from '../errors/errors.ts'
import { refused } from './check-request.ts'
import { canStreamUploads } from './fetch-body.ts'
import { FetchExchange } from './fetch-exchange.ts'
import type { FetchTransportOptions } from './fetch-options.ts'
import { hostHeader, originUrl } from './origin.ts'
import { slotTransport } from './slot-transport.ts'
import type { HttpRequest, Transport } from './transport.ts'

/**
 * A transport over `fetch`, for runtimes without sockets: workers, browsers. Where there are sockets `nodeTransport` is several times
 * cheaper and can do more.
 *
 * Keys that `fetch` would change on their way (`a/../b`, `.`) are `UnsupportedOperation`, and so are bodies that it has decompressed, unless
 * `allowDecoded` is set. The time to connect is not told apart: it counts as `timeouts.headers`.
 *
 * @throws StorageError `InvalidConfig` for options that cannot be used
 */
export function fetchTransport(options: FetchTransportOptions = {}): Transport {
  const { maxConnections, allowDecoded = false } = options
  const host: { fetch?: unknown } = globalThis
  if (options.fetch === undefined && typeof host.fetch !== 'function') {
    throw new StorageError('InvalidConfig', 'this runtime has no fetch', {
      hint: 'Give one: fetchTransport({ fetch })',
    })
  }
  // Looked up at each call, so that what a test or a tracer puts in its place later is used.
  const fetchOnce = options.fetch ?? ((url, init) => globalThis.fetch(url, init as RequestInit))
  let streams = options.streamUploads
  return slotTransport({
    maxConnections,
    connections: () => undefined,
    check: checkForFetch,
    exchange(request, slot, _connections, ended) {
      streams ??= canStreamUploads()
      return new FetchExchange(request, slot, { fetch: fetchOnce, allowDecoded, streams }, ended)
    },
    // The runtime keeps its connections to itself.
    idle: () => 0,
    closeIdle: () => undefined,
  })
}

// RFC 9110, sections 5.6.2 and 5.5.
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** Refuses what `fetch` would silently send as something else. */
function checkForFetch({ method, origin, path, headers }: HttpRequest): void {
  // Of these `fetch` says no more than that it failed, as it does when there is no network.
  if (!token.test(method)) throw refused(`${JSON.stringify(method)} is no method`)
  for (const name in headers) {
    if (!token.test(name)) throw refused(`${JSON.stringify(name)} is no name of a header`)
    if (!fieldValue.test(headers[name] ?? '')) {
      throw refused(`the header ${name} holds a character that no header can have`)
    }
  }
  const { pathname, search } = new URL(originUrl(origin) + path)
  if (pathname + search !== path) {
    throw new StorageError('UnsupportedOperation', 'fetch cannot send this path as it is', {
      hint: 'Avoid keys with segments like . and .., or use nodeTransport()',
    })
  }
  const host = headers['host']
  if (host !== undefined && host !== hostHeader(origin)) {
    throw new StorageError('UnsupportedOperation', 'fetch cannot send another host header')
  }
}
