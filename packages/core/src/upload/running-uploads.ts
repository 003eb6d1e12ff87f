import type { Stop } from '../abort.ts'
import { startTimer, stopTimer } from '../http/timeouts.ts'

/** The uploads of one driver that go on, those that clean up after themselves included: closing ends them and waits for them. */
export class RunningUploads {
  readonly #stops = new Set<Stop>()
  #ending: { readonly reason: unknown } | undefined
  #allEnded: (() => void) | undefined

  /** An upload begins; returns what to call when it has ended and cleaned up. After `end` it is stopped at once. */
  begin(stop: Stop): () => void {
    this.#stops.add(stop)
    if (this.#ending !== undefined) stop.abort(this.#ending.reason)
    return () => {
      this.#stops.delete(stop)
      if (this.#stops.size === 0) this.#allEnded?.()
    }
  }

  /** Stops all of them and waits until they have cleaned up, but not longer than `patience` milliseconds. */
  async end(reason: unknown, patience: number): Promise<void> {
    this.#ending = { reason }
    for (const stop of this.#stops) stop.abort(reason)
    if (this.#stops.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = startTimer(patience, true, resolve)
      this.#allEnded = () => {
        stopTimer(timer)
        resolve()
      }
    })
  }
}
