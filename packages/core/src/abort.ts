import type { BodyReader } from './body.ts'
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
// which tells all that are interested.
const interested = new WeakMap<AbortSignalLike, Set<() => void>>()

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
  const all = interested.get(signal) ?? listenTo(signal)
  const heard = (): void => listener(reasonOf(signal))
  all.add(heard)
  return () => {
    all.delete(heard)
  }
}

function listenTo(signal: AbortSignalLike): Set<() => void> {
  const all = new Set<() => void>()
  interested.set(signal, all)
  const tell = (): void => {
    signal.removeEventListener('abort', tell)
    interested.delete(signal)
    for (const heard of all) heard()
  }
  signal.addEventListener('abort', tell)
  return all
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
 * A reader that fails with the signal's reason as soon as it aborts, even while the source behind it is silent, and then cancels that source. One
 * listener for the reader's life, no promise for a chunk that is at hand.
 */
export function abortable(reader: BodyReader, signal: AbortSignalLike | undefined): BodyReader {
  if (signal === undefined) return reader
  let waiting: ((reason: unknown) => void) | undefined
  const stop = onAbort(signal, (reason) => {
    waiting?.(reason)
    reader.cancel(reason).catch(() => undefined)
  })
  return {
    read() {
      throwIfAborted(signal)
      const next = reader.read()
      if (next === undefined) {
        stop()
        return undefined
      }
      if (!('then' in next)) return next
      return new Promise<Uint8Array | undefined>((resolve, reject) => {
        waiting = reject
        next.then(
          (chunk) => {
            waiting = undefined
            if (chunk === undefined) stop()
            resolve(chunk)
          },
          (error: unknown) => {
            waiting = undefined
            stop()
            reject(error)
          },
        )
      })
    },
    cancel(reason) {
      stop()
      return reader.cancel(reason)
    },
  }
}
