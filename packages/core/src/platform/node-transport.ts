import type { SecureContext } from 'node:tls'
import { reasonOf } from '../abort.ts'
import { isStorageError, StorageError } from '../errors.ts'
import { checkRequest } from '../http/check-request.ts'
import type { NodeTransportOptions, TlsOptions } from '../http/node-options.ts'
import { originUrl } from '../http/origin.ts'
import { chooseProxy } from '../http/proxy.ts'
import { closedError, semaphore, type Semaphore, type Slot } from '../http/semaphore.ts'
import { sumStats } from '../http/stats.ts'
import { defaultTimeouts } from '../http/timeouts.ts'
import type { HttpRequest, HttpResponse, Transport } from '../http/transport.ts'
import { Connections, type ConnectionSettings } from './node-connections.ts'
import { Exchange } from './node-exchange.ts'

interface Origin {
  readonly slots: Semaphore
  readonly connections: Connections
}

// How long a body may stay unread after the transport was told to close.
const closingPatience = 1_000

export function createNodeTransport(options: NodeTransportOptions): Transport {
  const { maxConnections = 64, tls = {}, lookup } = options
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw new StorageError('InvalidConfig', 'maxConnections must be a whole number above 0')
  }
  const proxyOf = chooseProxy(options.proxy, process.env)
  const origins = new Map<string, Origin>()
  const exchanges = new Set<Exchange>()
  // Settings that cannot be used are found now; without any, TLS is loaded when it is needed.
  let context = hasKeys(tls) ? secureContext(tls) : undefined
  let closing = false
  let allEnded: (() => void) | undefined

  const settings: ConnectionSettings = {
    tls,
    lookup,
    secureContext() {
      context ??= secureContext(tls)
      return context
    },
  }

  const originOf = (request: HttpRequest): Origin => {
    const key = originUrl(request.origin)
    const known = origins.get(key)
    if (known !== undefined) return known
    const slots = semaphore(maxConnections, key)
    const connections = new Connections(request.origin, proxyOf(request.origin), settings, () => {
      const { active, queued } = slots.counts()
      // A virtual host for each container makes many origins: those without work are forgotten.
      if (active + queued + connections.idle.length === 0) origins.delete(key)
    })
    const origin: Origin = { slots, connections }
    origins.set(key, origin)
    return origin
  }

  const ended = (exchange: Exchange): void => {
    exchanges.delete(exchange)
    if (exchanges.size === 0) allEnded?.()
  }

  const begin = (
    request: HttpRequest,
    connections: Connections,
    slot: Slot,
  ): Promise<HttpResponse> =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange(request, slot, connections, { resolve, reject }, ended)
      exchanges.add(exchange)
      exchange.start()
    })

  return {
    async send(request) {
      if (closing) throw closedError()
      const { signal } = request
      if (signal?.aborted === true) throw reasonOf(signal)
      checkRequest(request)
      const { slots, connections } = originOf(request)
      const free = slots.tryAcquire()
      if (free !== undefined) return begin(request, connections, free)
      const since = performance.now()
      const { queue } = request.timeouts ?? defaultTimeouts
      const slot = await slots.acquire({ queue, deadline: request.deadline, signal })
      request.onWait?.(performance.now() - since)
      return begin(request, connections, slot)
    },
    stats: () =>
      sumStats(origins, ({ slots, connections }) => ({
        ...slots.counts(),
        idle: connections.idle.length,
      })),
    async close() {
      closing = true
      for (const { slots, connections } of origins.values()) {
        slots.close()
        connections.close()
      }
      if (exchanges.size === 0) return
      for (const exchange of exchanges) exchange.hurry(closingPatience)
      await new Promise<void>((resolve) => {
        allEnded = resolve
      })
    },
  }
}

function hasKeys({ ca, cert, key }: TlsOptions): boolean {
  return ca !== undefined || cert !== undefined || key !== undefined
}

function secureContext({ ca, cert, key }: TlsOptions): SecureContext {
  const authorities = ca === undefined ? undefined : [ca].flat().map((each) => pem('ca', each))
  try {
    return process.getBuiltinModule('node:tls').createSecureContext({
      ...(authorities === undefined ? {} : { ca: authorities }),
      ...(cert === undefined ? {} : { cert: pem('cert', cert) }),
      ...(key === undefined ? {} : { key: pem('key', key) }),
    })
  } catch (cause) {
    if (isStorageError(cause)) throw cause
    throw new StorageError('InvalidConfig', 'tls.ca, tls.cert or tls.key cannot be used', {
      cause,
      hint: 'cert and key belong together',
    })
  }
}

// Node takes anything for an authority and then trusts nobody.
function pem(name: keyof TlsOptions, value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('latin1')
  if (text.includes('-----BEGIN ')) return text
  throw new StorageError('InvalidConfig', `tls.${name} is not PEM`, {
    hint: 'Give the content of the file, which has a line with -----BEGIN, and not its path',
  })
}
