import type { Progress } from '../surface/options.ts'
import { CallerFailure } from '../errors/caller-failure.ts'

/** One stretch of bytes (a put, a part, a download) that counts towards a transfer. */
export interface ProgressTrack {
  /** How many bytes of this stretch have been transferred in the present attempt. */
  reached(bytes: number): void
}

/** What the stretches of one transfer add up to. */
export interface TransferProgress {
  track(): ProgressTrack
  /** To be called once, when every byte has been transferred: the last report, unless the last byte was it. */
  finished(): void
}

/** Sums up stretches and reports; what a repeated attempt sends again is not counted twice. */
export function reportProgress(
  listener: ((progress: Progress) => void) | undefined,
  total: number | undefined,
): TransferProgress {
  if (listener === undefined) return silent
  let loaded = 0
  const report = (progress: Progress): void => {
    try {
      listener(progress)
    } catch (error) {
      throw new CallerFailure(error)
    }
  }
  return {
    track() {
      let highest = 0
      return {
        reached(bytes) {
          if (bytes <= highest) return
          loaded += bytes - highest
          highest = bytes
          report(total === undefined ? { loaded } : { loaded, total })
        },
      }
    },
    finished() {
      // Of no bytes none has been reported, and of an unknown length none as the last.
      if (loaded === 0 || total === undefined) report({ loaded, total: loaded })
    },
  }
}

const silentTrack: ProgressTrack = { reached: () => undefined }
const silent: TransferProgress = { track: () => silentTrack, finished: () => undefined }
