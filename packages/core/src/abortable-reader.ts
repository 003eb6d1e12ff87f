import { onAbort, throwIfAborted } from './abort.ts'
import type { BodyReader } from './body.ts'
import type { AbortSignalLike } from './structural.ts'

/**
 * A reader that fails with the signal's reason as soon as it aborts, even while the source behind it is silent, and then cancels that source. One
 * listener for the reader's life, no promise for a chunk that is at hand. Cancelling it ends a read that waits, too.
 */
export function abortable(reader: BodyReader, signal: AbortSignalLike | undefined): BodyReader {
  return signal === undefined ? reader : new AbortableReader(reader, signal)
}

/**
 * What a signal holds on to. A reader that nobody reads must be collectable, so that its connection is given up, although the signal and the
 * connection itself live on; but a read that waits may have nothing else that refers to it.
 */
interface Link {
  readonly weak: WeakRef<AbortableReader>
  waiting?: AbortableReader | undefined
}

class AbortableReader implements BodyReader {
  readonly #reader: BodyReader
  readonly #signal: AbortSignalLike
  readonly #link: Link
  readonly #stop: () => void
  #reject: ((reason: unknown) => void) | undefined

  constructor(reader: BodyReader, signal: AbortSignalLike) {
    this.#reader = reader
    this.#signal = signal
    this.#link = { weak: new WeakRef(this) }
    this.#stop = onAbort(signal, listener(this.#link))
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    throwIfAborted(this.#signal)
    try {
      const next = this.#reader.read()
      if (next !== undefined && 'then' in next) return this.#wait(next)
      if (next === undefined) this.#stop()
      return next
    } catch (error) {
      this.#stop()
      throw error
    }
  }

  #wait(next: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      this.#link.waiting = this
      next.then(
        (chunk) => {
          this.#settle()
          if (chunk === undefined) this.#stop()
          resolve(chunk)
        },
        (error: unknown) => {
          this.#settle()
          this.#stop()
          reject(error)
        },
      )
    })
  }

  #settle(): void {
    this.#reject = undefined
    this.#link.waiting = undefined
  }

  cancel(reason?: unknown): Promise<void> {
    this.#stop()
    this.#reject?.(reason ?? cancelledError())
    return this.#reader.cancel(reason)
  }

  aborted(reason: unknown): void {
    this.#reject?.(reason)
    // Whoever reads learns of the abort; a reader that cannot even be cancelled is no more news.
    this.#reader.cancel(reason).catch(() => undefined)
  }
}

// A function of its own: a closure made in the constructor would hold what is around it.
function listener(link: Link): (reason: unknown) => void {
  return (reason) => link.weak.deref()?.aborted(reason)
}

function cancelledError(): Error {
  const error = new Error('The reading was cancelled')
  error.name = 'AbortError'
  return error
}
