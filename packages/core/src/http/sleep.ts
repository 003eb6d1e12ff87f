import { onAbort, throwIfAborted } from '../abort.ts'
import type { AbortSignalLike } from '../surface/structural.ts'
import { startTimer, stopTimer } from './timeouts.ts'

/** Waits; rejects with the signal's reason as soon as it aborts. */
export async function sleep(
  milliseconds: number,
  signal: AbortSignalLike | undefined,
): Promise<void> {
  throwIfAborted(signal)
  await new Promise<void>((resolve, reject) => {
    const timer = startTimer(milliseconds, true, () => {
      stopListening()
      resolve()
    })
    const stopListening = onAbort(signal, (reason) => {
      stopTimer(timer)
      reject(reason)
    })
  })
}
