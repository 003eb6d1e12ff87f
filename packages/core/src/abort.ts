import type { AbortSignalLike, PlatformAbortSignal } from './surface/structural.ts'

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
  if (signal === undefined) return nothing
  if (signal.aborted) {
    listener(reasonOf(signal))
    return nothing
  }
  if (signal instanceof OwnSignal) return signal.onAbort(listener)
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
    for (const heard of members) heard()
    members.clear()
  }
  const audience: Audience = { members, leave }
  audiences.set(signal, audience)
  signal.addEventListener('abort', tell)
  return audience
}

function nothing(): void {}

type Heard = (reason: unknown) => void

/**
 * A signal of our own, one for each transfer. The platform's, with its events, costs a quarter of what a small request costs in all; who needs that one
 * asks `platformSignal`.
 */
class OwnSignal implements AbortSignalLike {
  aborted = false
  reason: unknown
  // Most have one listener: the request.
  #first: Heard | undefined
  #others: Set<Heard> | undefined
  #events: Map<() => void, () => void> | undefined

  onAbort(listener: Heard): () => void {
    // Two callers may give the same function.
    const heard: Heard = (reason) => listener(reason)
    if (this.#first === undefined) this.#first = heard
    else (this.#others ??= new Set()).add(heard)
    return () => {
      if (this.#first === heard) this.#first = undefined
      else this.#others?.delete(heard)
    }
  }

  abort(reason: unknown): void {
    if (this.aborted) return
    this.reason = reason
    this.reason = reasonOf(this)
    this.aborted = true
    for (let heard = this.#next(); heard !== undefined; heard = this.#next()) heard(this.reason)
  }

  /** Takes off who is to be told next: one that is told may take off others. */
  #next(): Heard | undefined {
    const heard = this.#first ?? this.#others?.values().next().value
    if (heard === undefined) return undefined
    if (heard === this.#first) this.#first = undefined
    else this.#others?.delete(heard)
    return heard
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    const events = (this.#events ??= new Map())
    if (!this.aborted && !events.has(listener)) events.set(listener, this.onAbort(listener))
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#events?.get(listener)?.()
    this.#events?.delete(listener)
  }
}

/** What can be stopped, together with all that listens to its signal. */
export interface Stop {
  readonly signal: AbortSignalLike
  abort(reason: unknown): void
}

export function newStop(): Stop {
  const signal = new OwnSignal()
  return { signal, abort: (reason) => signal.abort(reason) }
}

/**
 * The runtime's own `AbortSignal` that aborts with a signal of any kind, for what takes no other, such as `fetch`. The signals that core gives to backends
 * are not the runtime's, and those of applications need not be.
 */
export function platformSignal(signal: AbortSignalLike): PlatformAbortSignal
export function platformSignal(signal: AbortSignalLike | undefined): PlatformAbortSignal | undefined
export function platformSignal(
  signal: AbortSignalLike | undefined,
): PlatformAbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal
  let own = platformSignals.get(signal)
  if (own === undefined) {
    const controller = new AbortController()
    onAbort(signal, (reason) => controller.abort(reason))
    own = controller.signal
    platformSignals.set(signal, own)
  }
  return own
}

// One for each, so that a signal that lives long is listened to once.
const platformSignals = new WeakMap<AbortSignalLike, PlatformAbortSignal>()

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
  if (signal === undefined) return Promise.resolve(promise)
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
