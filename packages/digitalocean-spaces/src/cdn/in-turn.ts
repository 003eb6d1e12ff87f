import { untilAborted, type AbortSignalLike } from '@cloudstore/core'

/** Runs work on one thing after the other, and on different things at the same time. */
export type InTurn = <R>(
  name: string,
  signal: AbortSignalLike | undefined,
  work: () => Promise<R>,
) => Promise<R>

export function inTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return async (name, signal, work) => {
    const before = last.get(name) ?? Promise.resolve()
    const mine = untilAborted(before, signal).then(work)
    // Whoever gave up waiting still stands in the row.
    const ended = Promise.allSettled([before, mine])
    last.set(name, ended)
    try {
      return await mine
    } finally {
      if (last.get(name) === ended) last.delete(name)
    }
  }
}
