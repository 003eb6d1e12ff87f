import { sleep, untilAborted, type AbortSignalLike } from '@cloudstore/core'

/** At most so many in any stretch of so many milliseconds. */
export interface WindowLimit {
  readonly count: number
  readonly milliseconds: number
}

export interface SlidingWindow {
  /** Waits until so many more are allowed, first come, first served. */
  take(units: number, signal?: AbortSignalLike): Promise<void>
  /** Whether nothing that was taken counts any more. */
  isQuiet(): boolean
}

/** Keeps to a limit that is given for any stretch of time: a bucket of tokens would let twice as many through. */
export function slidingWindow({ count, milliseconds }: WindowLimit): SlidingWindow {
  let taken: { readonly at: number; readonly units: number }[] = []
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  const delayFor = (units: number): number => {
    const now = performance.now()
    taken = taken.filter(({ at }) => at + milliseconds > now)
    let free = count - taken.reduce((sum, entry) => sum + entry.units, 0)
    for (const entry of taken) {
      if (free >= units) return 0
      free += entry.units
      if (free >= units) return entry.at + milliseconds - now
    }
    return 0
  }

  return {
    async take(units, signal) {
      const before = last
      let finish: () => void = () => undefined
      last = new Promise<void>((resolve) => {
        finish = resolve
      })
      waiting += 1
      try {
        await untilAborted(before, signal)
        const needed = Math.min(units, count)
        for (let delay = delayFor(needed); delay > 0; delay = delayFor(needed)) {
          await sleep(delay, signal)
        }
        taken.push({ at: performance.now(), units: needed })
      } finally {
        waiting -= 1
        // Whoever gave up still keeps its place in the row, behind those before it.
        before.then(finish, finish)
      }
    },
    isQuiet: () => waiting === 0 && taken.every(({ at }) => at + milliseconds <= performance.now()),
  }
}
