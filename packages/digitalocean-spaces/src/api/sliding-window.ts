import { sleep, StorageError, untilAborted, type AbortSignalLike } from '@cloudstore/core'

/** At most so many in any stretch of so many milliseconds. */
export interface WindowLimit {
  readonly count: number
  readonly milliseconds: number
}

/** How long somebody waits for a turn. */
export interface Patience {
  readonly signal?: AbortSignalLike | undefined
  /** On the clock of `performance.now()`: a turn that would come later is refused at once. */
  readonly until?: number | undefined
}

export interface SlidingWindow {
  /**
   * Waits until so many more are allowed, first come, first served.
   *
   * @returns the milliseconds that it took; 0 where there was nothing to wait for
   */
  take(units: number, patience?: Patience): Promise<number>
  /** Whether nothing that was taken counts any more. */
  isQuiet(): boolean
}

interface Taken {
  readonly at: number
  readonly units: number
}

/** Keeps to a limit that is given for any stretch of time: a bucket of tokens would let twice as many through. */
export function slidingWindow({ count, milliseconds }: WindowLimit): SlidingWindow {
  let taken: readonly Taken[] = []
  let last: Promise<unknown> = Promise.resolve()
  const waiting = new Set<{ readonly units: number }>()

  const counting = (entries: readonly Taken[], now: number): readonly Taken[] =>
    entries.filter(({ at }) => at + milliseconds > now)

  /** When so many are allowed, from now on. */
  const freeAt = (entries: readonly Taken[], units: number, now: number): number => {
    let free = count - entries.reduce((sum, entry) => sum + entry.units, 0)
    if (free >= units) return now
    for (const entry of entries) {
      free += entry.units
      if (free >= units) return entry.at + milliseconds
    }
    return now
  }

  /** When the turn of so many comes, behind all who wait already. */
  const turnOf = (units: number): number => {
    let entries = taken
    let now = performance.now()
    for (const next of [...waiting, { units }]) {
      entries = counting(entries, now)
      now = freeAt(entries, next.units, now)
      entries = [...entries, { at: now, units: next.units }]
    }
    return now
  }

  return {
    async take(units, { signal, until = Infinity } = {}) {
      const begin = performance.now()
      const mine = { units: Math.min(units, count) }
      if (until !== Infinity && turnOf(mine.units) > until)
        throw tooLate(turnOf(mine.units) - begin)
      let hadToWait = waiting.size > 0
      const before = last
      let finish: () => void = () => undefined
      last = new Promise<void>((resolve) => {
        finish = resolve
      })
      waiting.add(mine)
      try {
        await untilAborted(before, signal)
        for (;;) {
          const now = performance.now()
          taken = counting(taken, now)
          const delay = freeAt(taken, mine.units, now) - now
          if (delay <= 0) break
          hadToWait = true
          await sleep(delay, signal)
        }
        const at = performance.now()
        taken = [...taken, { at, units: mine.units }]
        return hadToWait ? at - begin : 0
      } finally {
        waiting.delete(mine)
        // Whoever gave up still keeps its place in the row, behind those before it.
        before.then(finish, finish)
      }
    },
    isQuiet: () => waiting.size === 0 && counting(taken, performance.now()).length === 0,
  }
}

function tooLate(wait: number): StorageError {
  return new StorageError(
    'Timeout',
    `the turn of this request under DigitalOcean's limits comes in ${Math.ceil(wait / 1000)} s, and timeouts.total ends before`,
    { retryable: false, hint: 'Raise timeouts.total, or ask less often' },
  )
}
