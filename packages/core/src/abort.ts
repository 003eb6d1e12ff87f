import type { AbortSignalLike } from './structural.ts'

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

// One signal often covers many calls at once, and Node warns of a leak from the eleventh listener on: so a signal gets one listener,
// which tells all that are interested, and is taken off when nobody is: a signal may live as long as the process.
interface Audience {
  readonly members: Set<() => void>
  readonly tell: () => void
}
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
  const audience = audiences.get(signal) ?? listenTo(signal)
  const { members } = audience
  const heard = (): void => listener(reasonOf(signal))
  members.add(heard)
  return () => {
    if (members.delete(heard) && members.size === 0) stopListening(signal, audience)
  }
}

function listenTo(signal: AbortSignalLike): Audience {
  const members = new Set<() => void>()
  const audience: Audience = {
    members,
    tell() {
      stopListening(signal, audience)
      for (const heard of members) heard()
      members.clear()
    },
  }
  audiences.set(signal, audience)
  signal.addEventListener('abort', audience.tell)
  return audience
}

function stopListening(signal: AbortSignalLike, audience: Audience): void {
  signal.removeEventListener('abort', audience.tell)
  if (audiences.get(signal) === audience) audiences.delete(signal)
}

/** A controller that also follows an outer signal, until it is released. */
export function followingController(outer: AbortSignalLike | undefined): {
  controller: AbortController
  release: () => void
} {
  const controller = new AbortController()
  return { controller, release: onAbort(outer, (reason) => controller.abort(reason)) }
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
