import type { ConnectionCounts, TransportStats } from './transport.ts'

/** Sums up what is counted by origin; origins with nothing to count are left out. */
export function sumStats<T>(
  origins: ReadonlyMap<string, T>,
  countsOf: (origin: T) => ConnectionCounts,
): TransportStats {
  const all = { active: 0, unread: 0, queued: 0, idle: 0 }
  const byOrigin: Record<string, ConnectionCounts> = {}
  for (const [name, origin] of origins) {
    const counts = countsOf(origin)
    if (counts.active + counts.queued + counts.idle === 0) continue
    byOrigin[name] = counts
    all.active += counts.active
    all.unread += counts.unread
    all.queued += counts.queued
    all.idle += counts.idle
  }
  return { ...all, origins: byOrigin }
}
