import { reasonOf } from '../abort.ts'
import { StorageError } from '../errors/errors.ts'
import { checkRequest } from './check-request.ts'
import { originUrl } from './origin.ts'
import { closedError, semaphore, type Semaphore, type Slot } from './semaphore.ts'
import { sumStats } from './stats.ts'
import { defaultTimeouts } from './timeouts.ts'
import type { HttpOrigin, HttpRequest, HttpResponse, Transport } from './transport.ts'

/** One request on its way. */
export interface RunningExchange {
  /** Sends the request; called once. */
  run(): Promise<HttpResponse>
  /** The transport is closing: a body that nobody reads is given up after so many milliseconds. */
  hurry(milliseconds: number): void
}

export interface SlotTransportSettings<Connections> {
  readonly maxConnections?: number | undefined
  /** What each origin needs besides slots. */
  connections(origin: HttpOrigin): Connections
  /** Refuses requests that this kind of transport cannot send. */
  check?(request: HttpRequest): void
  /** @param ended - to be called when the slot has been released */
  exchange(
    request: HttpRequest,
    slot: Slot,
    connections: Connections,
    ended: () => void,
  ): RunningExchange
  idle(connections: Connections): number
  /** Closes what is idle. */
  closeIdle(connections: Connections): void
  /** Called when everything has ended after `close`. */
  closed?(): Promise<void>
}

// How long a body may stay unread after the transport was told to close.
const closingPatience = 1_000

// With more origins than this, those without anything to do are forgotten: a virtual host for each container makes many.
const manyOrigins = 100

/** What all transports have in common: slots by origin, counting, closing. */
export function slotTransport<Connections>(
  settings: SlotTransportSettings<Connections>,
): Transport & Required<Pick<Transport, 'stats' | 'close'>> {
  interface Origin {
    readonly slots: Semaphore
    readonly connections: Connections
  }

  const { maxConnections = 64 } = settings
  if (!Number.isInteger(maxConnections) || maxConnections < 1) {
    throw new StorageError('InvalidConfig', 'maxConnections must be a whole number above 0')
  }
  const origins = new Map<string, Origin>()
  const exchanges = new Set<RunningExchange>()
  let closing = false
  let allEnded: (() => void) | undefined

  const forgetQuiet = (): void => {
    for (const [name, { slots, connections }] of origins) {
      const { active, queued } = slots.counts()
      if (active + queued + settings.idle(connections) === 0) origins.delete(name)
    }
  }

  const originOf = (origin: HttpOrigin): Origin => {
    const url = originUrl(origin)
    const known = origins.get(url)
    if (known !== undefined) return known
    if (origins.size >= manyOrigins) forgetQuiet()
    const slots = semaphore(maxConnections, url)
    const made = { slots, connections: settings.connections(origin) }
    origins.set(url, made)
    return made
  }

  const begin = (
    request: HttpRequest,
    slot: Slot,
    connections: Connections,
  ): Promise<HttpResponse> => {
    const exchange = settings.exchange(request, slot, connections, () => {
      exchanges.delete(exchange)
      if (exchanges.size === 0) allEnded?.()
    })
    exchanges.add(exchange)
    return exchange.run()
  }

  return {
    async send(request) {
      if (closing) throw closedError()
      const { signal } = request
      if (signal?.aborted === true) throw reasonOf(signal)
      checkRequest(request)
      settings.check?.(request)
      const { slots, connections } = originOf(request.origin)
      const free = slots.tryAcquire()
      if (free !== undefined) return begin(request, free, connections)
      const since = performance.now()
      const { queue } = request.timeouts ?? defaultTimeouts
      const slot = await slots.acquire({ queue, deadline: request.deadline, signal })
      request.onWait?.(performance.now() - since)
      return begin(request, slot, connections)
    },
    stats: () =>
      sumStats(origins, ({ slots, connections }) => ({
        ...slots.counts(),
        idle: settings.idle(connections),
      })),
    async close() {
      closing = true
      for (const { slots, connections } of origins.values()) {
        slots.close()
        settings.closeIdle(connections)
      }
      if (exchanges.size > 0) {
        for (const exchange of exchanges) exchange.hurry(closingPatience)
        await new Promise<void>((resolve) => {
          allEnded = resolve
        })
      }
      await settings.closed?.()
    },
  }
}
