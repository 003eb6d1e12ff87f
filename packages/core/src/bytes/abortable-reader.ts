import { onAbort } from '../abort.ts'
import type { BodyReader } from '../contract/body.ts'
import type { AbortSignalLike } from '../surface/structural.ts'

/**
 * A reader that fails with the signal's reason as soon as it aborts, even while the source behind it is silent, and then cancels that source. One
 * listener for the reader's life, no promise for a chunk that is at hand. Cancelling it ends a read that waits, too.
 */
export function abortable(reader: BodyReader, signal: AbortSignalLike | undefined): BodyReader {
  if (signal === undefined) return reader
  const interruptible = new InterruptibleReader(reader, () => stop())
  let stop = (): void => undefined
  stop = onAbort(signal, (reason) => interruptible.interrupt(reason))
  return interruptible
}

/** A reader that can be made to fail from outside, also while it waits. */
export class InterruptibleReader implements BodyReader {
  readonly #reader: BodyReader
  readonly #ended: (() => void) | undefined
  #reject: ((reason: unknown) => void) | undefined
  #interrupted: { readonly reason: unknown } | undefined
  /** Told when a read begins to wait and when it does not any more. */
  onWait: ((waits: boolean) => void) | undefined

  /** @param ended - called when nothing more will be read, for whatever reason */
  constructor(reader: BodyReader, ended?: () => void) {
    this.#reader = reader
    this.#ended = ended
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#interrupted !== undefined) throw this.#interrupted.reason
    try {
      const next = this.#reader.read()
      if (next !== undefined && 'then' in next) return this.#wait(next)
      if (next === undefined) this.#ended?.()
      return next
    } catch (error) {
      this.#ended?.()
      throw error
    }
  }

  #wait(next: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      this.onWait?.(true)
      next.then(
        (chunk) => {
          this.#settle()
          if (chunk === undefined) this.#ended?.()
          resolve(chunk)
        },
        (error: unknown) => {
          this.#settle()
          this.#ended?.()
          reject(error)
        },
      )
    })
  }

  #settle(): void {
    this.#reject = undefined
    this.onWait?.(false)
  }

  interrupt(reason: unknown): void {
    this.#interrupted = { reason }
    this.#reject?.(reason)
    // Whoever reads learns of it; a reader that cannot even be cancelled is no more news.
    this.#reader.cancel(reason).catch(() => undefined)
  }

  cancel(reason?: unknown): Promise<void> {
    this.#ended?.()
    this.#reject?.(reason ?? cancelledError())
    return this.#reader.cancel(reason)
  }
}

function cancelledError(): Error {
  const error = new Error('The reading was cancelled')
  error.name = 'AbortError'
  return error
}
