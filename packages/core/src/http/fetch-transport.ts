import { reasonOf } from '../abort.ts'
import { StorageError } from '../errors.ts'
import { checkRequest } from './check-request.ts'
import { canStreamUploads } from './fetch-body.ts'
import { FetchExchange } from './fetch-exchange.ts'
import type { FetchTransportOptions } from './fetch-options.ts'
import { hostHeader, originUrl } from './origin.ts'
import { closedError, semaphore, type Semaphore } from './semaphore.ts'
import { sumStats } from './stats.ts'
import { defaultTimeouts } from './timeouts.ts'
import type { HttpRequest, Transport } from './transport.ts'

const closingPatience = 1_000

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
  const { maxConnections = 64, allowDecoded = false } = options
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw new StorageError('InvalidConfig', 'maxConnections must be a whole number above 0')
  }
  const host: { fetch?: unknown } = globalThis
  if (options.fetch === undefined && typeof host.fetch !== 'function') {
    throw new StorageError('InvalidConfig', 'this runtime has no fetch', {
      hint: 'Give one: fetchTransport({ fetch })',
    })
  }
  // Looked up at each call, so that what a test or a tracer puts in its place later is used.
  const fetchOnce = options.fetch ?? ((url, init) => globalThis.fetch(url, init as RequestInit))
  const slotsOf = new Map<string, Semaphore>()
  const exchanges = new Set<FetchExchange>()
  let streams = options.streamUploads
  let closing = false
  let allEnded: (() => void) | undefined

  const ended = (exchange: FetchExchange): void => {
    exchanges.delete(exchange)
    if (exchanges.size === 0) allEnded?.()
  }

  const slots = (origin: string): Semaphore => {
    const known = slotsOf.get(origin)
    if (known !== undefined) return known
    for (const [name, old] of slotsOf) {
      const { active, queued } = old.counts()
      if (active + queued === 0) slotsOf.delete(name)
    }
    const made = semaphore(maxConnections, origin)
    slotsOf.set(origin, made)
    return made
  }

  return {
    async send(request) {
      if (closing) throw closedError()
      const { signal, deadline } = request
      if (signal?.aborted === true) throw reasonOf(signal)
      checkRequest(request)
      checkForFetch(request)
      streams ??= canStreamUploads()
      const semaphoreOfOrigin = slots(originUrl(request.origin))
      let slot = semaphoreOfOrigin.tryAcquire()
      if (slot === undefined) {
        const since = performance.now()
        const { queue } = request.timeouts ?? defaultTimeouts
        slot = await semaphoreOfOrigin.acquire({ queue, deadline, signal })
        request.onWait?.(performance.now() - since)
      }
      const exchange = new FetchExchange({
        request,
        slot,
        fetch: fetchOnce,
        allowDecoded,
        streams,
        ended,
      })
      exchanges.add(exchange)
      return exchange.run()
    },
    stats: () => sumStats(slotsOf, (origin) => ({ ...origin.counts(), idle: 0 })),
    async close() {
      closing = true
      for (const origin of slotsOf.values()) origin.close()
      if (exchanges.size === 0) return
      for (const exchange of exchanges) exchange.hurry(closingPatience)
      await new Promise<void>((resolve) => {
        allEnded = resolve
      })
    },
  }
}

/** Refuses what `fetch` would silently send as something else. */
function checkForFetch({ origin, path, headers }: HttpRequest): void {
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
