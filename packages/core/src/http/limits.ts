import { RetryBudget } from './retry-budget.ts'
import type { RateState } from './rate-limit.ts'
import type { Transport } from './transport.ts'

/** What requests through one transport share, whichever driver sends them. */
export interface Limits {
  /** @param origin - its URL */
  budget(origin: string): RetryBudget
  rate(origin: string, container: string | undefined): RateState
}

// Beside the transport and not in it: a transport written by hand needs nothing but `send`.
const limits = new WeakMap<Transport, Limits>()

// With more entries than this, those that say nothing any more are dropped.
const manyEntries = 1000
const quietMilliseconds = 60_000

export function limitsOf(transport: Transport): Limits {
  const known = limits.get(transport)
  if (known !== undefined) return known
  const budgets = new Map<string, RetryBudget>()
  const rates = new Map<string, RateState>()
  const made: Limits = {
    budget: (origin) =>
      getOrMake(
        budgets,
        origin,
        (now) => new RetryBudget(now),
        (budget, now) => now - budget.refilled > quietMilliseconds,
      ),
    rate: (origin, container) =>
      getOrMake(
        rates,
        container === undefined ? origin : `${origin} ${container}`,
        () => ({ fullAt: 0 }),
        ({ fullAt }, now) => fullAt < now,
      ),
  }
  limits.set(transport, made)
  return made
}

function getOrMake<T>(
  entries: Map<string, T>,
  key: string,
  make: (now: number) => T,
  isQuiet: (entry: T, now: number) => boolean,
): T {
  const known = entries.get(key)
  if (known !== undefined) return known
  const now = performance.now()
  if (entries.size >= manyEntries) {
    for (const [name, entry] of entries) if (isQuiet(entry, now)) entries.delete(name)
  }
  const made = make(now)
  entries.set(key, made)
  return made
}
