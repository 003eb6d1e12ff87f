import type { HttpHeaders, Transport } from '@cloudstore/core'

/**
 * A transport whose answers always say how long to wait after a 429. DigitalOcean sends `retry-after` for bursts only; else `ratelimit-reset` says, in
 * seconds since 1970, when the next request is free.
 *
 * @param unknown - the wait where the answer says nothing, in milliseconds
 */
export function withRetryAfter(inner: Transport, clock: () => number, unknown: number): Transport {
  return {
    async send(request) {
      const { status, headers, body } = await inner.send(request)
      if (status !== 429 || headers['retry-after'] !== undefined) return { status, headers, body }
      const seconds = secondsToReset(headers, clock()) ?? unknown / 1000
      return { status, headers: { ...headers, 'retry-after': String(seconds) }, body }
    },
  }
}

function secondsToReset(headers: HttpHeaders, now: number): number | undefined {
  const reset = headers['ratelimit-reset'] ?? ''
  if (!/^\d{1,12}$/.test(reset)) return undefined
  // The server's own clock, where it tells: this machine's may be wrong.
  const served = Date.parse(headers['date'] ?? '')
  const seconds = Number(reset) - (Number.isNaN(served) ? now : served) / 1000
  return Math.max(0, Math.ceil(seconds))
}
