import { slidingWindow, type SlidingWindow, type WindowLimit } from './sliding-window.ts'

export interface ApiLimits {
  readonly requests: SlidingWindow
  readonly cdn: SlidingWindow
  readonly purge: SlidingWindow
}

/** DigitalOcean's documented limits: of all requests, of those to the CDN's endpoints, and of the paths that are purged. */
const documented = {
  // A little more than the documented time: requests may catch up with each other on their way.
  requests: { count: 250, milliseconds: 60_500 },
  cdn: { count: 5, milliseconds: 10_250 },
  purge: { count: 50, milliseconds: 20_500 },
} as const satisfies Readonly<Record<keyof ApiLimits, WindowLimit>>

// They belong to a token, whichever driver uses it. Kept while they say something.
const byToken = new Map<string, ApiLimits>()

export function limitsOfToken(origin: string, token: string): ApiLimits {
  const key = `${origin} ${token}`
  const known = byToken.get(key)
  if (known !== undefined) return known
  for (const [other, limits] of byToken) {
    if ([limits.requests, limits.cdn, limits.purge].every((window) => window.isQuiet()))
      byToken.delete(other)
  }
  const made: ApiLimits = {
    requests: slidingWindow(documented.requests),
    cdn: slidingWindow(documented.cdn),
    purge: slidingWindow(documented.purge),
  }
  byToken.set(key, made)
  return made
}

const free: SlidingWindow = { take: async () => 0, isQuiet: () => true }

export const noLimits: ApiLimits = { requests: free, cdn: free, purge: free }
