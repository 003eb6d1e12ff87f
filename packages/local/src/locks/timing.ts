import type { Liveness } from './process-identity.ts'

/** When to give up on locks, in milliseconds. */
export interface LockTiming {
  /** How long we wait for one before we fail and say who holds it. */
  readonly patience: number
  /** After how much time without any locking by its holder a lock counts as left behind. */
  readonly quiet: Readonly<Record<Liveness, number>>
}

/**
 * Locks are held for a few calls to the file system. A holder that is known to run may have been
 * stopped in between, so it gets longest.
 */
export const usualTiming: LockTiming = {
  patience: 30_000,
  quiet: { alive: 600_000, unknown: 120_000, dead: 0 },
}
