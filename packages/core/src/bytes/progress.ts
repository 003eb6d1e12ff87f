import type { Progress } from '../surface/options.ts'
import { CallerFailure } from '../errors/caller-failure.ts'

/** One stretch of bytes (a put, a part, a download) that counts towards a transfer. */
export interface ProgressTrack {
  /** How many bytes of this stretch have been transferred in the present attempt. */
  reached(bytes: number): void
}

/** Sums up stretches and reports; what a repeated attempt sends again is not counted twice. */
export function trackProgress(
  listener: ((progress: Progress) => void) | undefined,
  total: number | undefined,
): () => ProgressTrack {
  if (listener === undefined) return () => silent
  let loaded = 0
  return () => {
    let highest = 0
    return {
      reached(bytes) {
        if (bytes <= highest) return
        loaded += bytes - highest
        highest = bytes
        try {
          listener(total === undefined ? { loaded } : { loaded, total })
        } catch (error) {
          throw new CallerFailure(error)
        }
      },
    }
  }
}

const silent: ProgressTrack = { reached: () => undefined }
