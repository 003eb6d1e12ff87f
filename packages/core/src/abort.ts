import type { AbortSignalLike } from './surface/structural.ts'

/** Throws the signal's reason when it is aborted already. */
export function throwIfAborted(signal: AbortSignalLike | undefined): void {
  if (signal?.aborted === true) throw reasonOf(signal)
}

/** Why a signal was aborted, also for signals of old runtimes and libraries, which give no reason. */
export function reasonOf(signal: AbortSignalLike): unknown {
  if (signal.reason !== undefined) return signal.reason
  const error = new Error('The operation was aborted')
  error.name = 'AbortError'
  return error
}

interface Audience {
  readonly members: Set<() => void>
  /** Takes the listener off the signal when nobody is interested any more. */
  readonly leave: () => void
}

// One signal often covers many calls at once, and Node warns of a leak from the eleventh listener on: so a signal gets one listener,
// which tells all that are interested.
const audiences = new WeakMap<AbortSignalLike, Audience>()

/** Calls back when the signal aborts, at once when it has; returns how to stop listening. */
export function onAbort(
  signal: AbortSignalLike | undefined,
  listener: (reason: unknown) => void,
): () => void {
  if (signal === undefined) return () => undefined
  if (signal.aborted) {
    listener(reasonOf(signal))
    return () => undefined
  }
  const { members, leave } = audiences.get(signal) ?? listenTo(signal)
  const heard = (): void => listener(reasonOf(signal))
  members.add(heard)
  return () => {
    if (members.delete(heard) && members.size === 0) leave()
  }
}

function listenTo(signal: AbortSignalLike): Audience {
  const members = new Set<() => void>()
  // A signal may live as long as the process.
  const leave = (): void => {
    signal.removeEventListener('abort', tell)
    audiences.delete(signal)
  }
  const tell = (): void => {
    leave()
    tellAll(members)
  }
  const audience: Audience = { members, leave }
  audiences.set(signal, audience)
  signal.addEventListener('abort', tell)
  return audience
}

function tellAll(members: Set<() => void>): void {
  for (const heard of members) heard()
  members.clear()
}

/** What can be stopped, together with all that listens to its signal. */
export interface Stop {
  readonly signal: AbortSignal
  abort(reason: unknown): void
}

/** A signal of our own. Who listens to it by `onAbort` is told directly: an event costs ten times as much. */
export function newStop(): Stop {
  const controller = new AbortController()
  const { signal } = controller
  const members = new Set<() => void>()
  audiences.set(signal, { members, leave: () => undefined })
  return {
    signal,
    abort(reason) {
      controller.abort(reason)
      tellAll(members)
    },
  }
}

/** The same, aborted with an outer signal, until it is released. */
export function followingStop(outer: AbortSignalLike | undefined): {
  stop: Stop
  release: () => void
} {
  const stop = newStop()
  return { stop, release: onAbort(outer, (reason) => stop.abort(reason)) }
}

/**
 * What a promise gives, unless the signal aborts first: then its reason, at once. What comes after that is handed to `late`, to be released.
 */
export function untilAborted<V>(
  promise: PromiseLike<V>,
  signal: AbortSignalLike | undefined,
  late?: (value: V) => void,
): Promise<V> {
  return new Promise((resolve, reject) => {
    let aborted = false
    const stop = onAbort(signal, (reason) => {
      aborted = true
      reject(reason)
    })
    promise.then(
      (value) => {
        stop()
        if (aborted) late?.(value)
        else resolve(value)
      },
      (error: unknown) => {
        stop()
        reject(error)
      },
    )
  })
}
