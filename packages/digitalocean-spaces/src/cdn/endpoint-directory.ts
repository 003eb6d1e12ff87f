import { untilAborted, type Call } from '@cloudstore/core'
import type { CdnApi } from './cdn-api.ts'
import type { CdnEndpoint } from './cdn-endpoint.ts'

/** Remembers which containers have a CDN. The API knows endpoints by id and lists them, so one listing answers for all containers. */
export interface EndpointDirectory {
  /** The endpoint in front of an origin, from a listing of the last five minutes. */
  find(origin: string, call: Call): Promise<CdnEndpoint | undefined>
  /** An endpoint that is known to be there, without asking. */
  known(origin: string): CdnEndpoint | undefined
  /** The endpoint, asked for now. */
  findNow(origin: string, call: Call): Promise<CdnEndpoint | undefined>
  /** What is known since a change. */
  remember(origin: string, endpoint: CdnEndpoint | undefined): void
  /** Nothing is known of this one any more. */
  forget(origin: string): void
}

const lifetime = 300_000

interface Entry {
  readonly endpoint: CdnEndpoint | undefined
  readonly until: number
}

export function endpointDirectory(
  api: Pick<CdnApi, 'list'>,
  now: () => number = () => performance.now(),
): EndpointDirectory {
  const known = new Map<string, Entry>()
  let listedUntil = -Infinity
  /** Counts changes: a listing that began before one is not remembered. */
  let changes = 0
  let flight: Promise<ReadonlyMap<string, CdnEndpoint>> | undefined

  async function list(call: Call): Promise<ReadonlyMap<string, CdnEndpoint>> {
    const before = changes
    const found = new Map<string, CdnEndpoint>()
    for await (const endpoint of api.list(call)) found.set(nameOf(endpoint.origin), endpoint)
    if (changes === before) {
      known.clear()
      listedUntil = now() + lifetime
      for (const [origin, endpoint] of found) known.set(origin, { endpoint, until: listedUntil })
    }
    return found
  }

  /** One listing for all who ask meanwhile; none of them can cancel it for the others. */
  function shared(call: Call): Promise<ReadonlyMap<string, CdnEndpoint>> {
    if (flight === undefined) {
      const mine = list({ operation: call.operation }).finally(() => {
        if (flight === mine) flight = undefined
      })
      flight = mine
    }
    return untilAborted(flight, call.signal)
  }

  /** Whoever asks from now on gets nothing that was read before. */
  function changed(): void {
    changes += 1
    flight = undefined
  }

  return {
    known(origin) {
      const entry = known.get(nameOf(origin))
      return entry !== undefined && entry.until > now() ? entry.endpoint : undefined
    },

    async find(origin, call) {
      const name = nameOf(origin)
      const entry = known.get(name)
      if (entry !== undefined && entry.until > now()) return entry.endpoint
      if (entry === undefined && listedUntil > now()) return undefined
      const found = await shared(call)
      return found.get(name)
    },

    async findNow(origin, call) {
      const found = await list(call)
      return found.get(nameOf(origin))
    },

    remember(origin, endpoint) {
      changed()
      known.set(nameOf(origin), { endpoint, until: now() + lifetime })
    },

    forget(origin) {
      changed()
      known.set(nameOf(origin), { endpoint: undefined, until: -Infinity })
    },
  }
}

function nameOf(origin: string): string {
  return origin.toLowerCase()
}
