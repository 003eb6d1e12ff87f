import type { AbortSignalLike } from '../surface/structural.ts'
import { sleep } from './sleep.ts'
import { deadlineError, type Deadline } from './timeouts.ts'

/** How many requests may be sent to one container. */
export interface RateLimit {
  readonly requestsPerSecond: number
  /** How many of them may come at once after a pause. */
  readonly burst: number
}

/** A token bucket, kept as one number: the time at which it would be full again. */
export interface RateState {
  fullAt: number
}

/**
 * Waits for this request's turn, first come, first served. Returns the milliseconds waited; at once where nothing is to be waited for.
 */
export function takeTurn(
  state: RateState,
  { requestsPerSecond, burst }: RateLimit,
  wait: {
    readonly origin: string
    readonly signal?: AbortSignalLike | undefined
    readonly deadline?: Deadline | undefined
  },
): number | Promise<number> {
  const interval = 1000 / requestsPerSecond
  const now = performance.now()
  const fullAt = Math.max(state.fullAt, now) + interval
  const delay = fullAt - now - Math.max(burst, 1) * interval
  const { deadline } = wait
  if (deadline !== undefined && now + delay > deadline.at) {
    return Promise.reject(deadlineError(deadline, wait.origin, 'nothing'))
  }
  state.fullAt = fullAt
  if (delay <= 0) return 0
  return sleep(delay, wait.signal).then(
    () => delay,
    (error: unknown) => {
      // The turn was not used.
      state.fullAt -= interval
      throw error
    },
  )
}
