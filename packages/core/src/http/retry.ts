import { isStorageError } from '../errors/errors.ts'
import { notesOf } from './failure-notes.ts'
import type { TimeoutName } from './timeouts.ts'

/** When and how often a failed request is repeated. */
export interface RetryPolicy {
  /** The most attempts, the first included. */
  readonly attempts: number
  /** The first wait is between 0 and this many milliseconds; the bound doubles with each further one. */
  readonly baseDelay: number
  /** The longest wait, in milliseconds. A server that asks for a longer one is not asked again. */
  readonly maxDelay: number
  /** Retries per request to one origin, beyond 10 a second, which are always there. */
  readonly budget: number
}

/** The policy as a caller gives it; `false`: every request is sent once. */
export type RetryOptions =
  | { -readonly [K in keyof RetryPolicy]?: RetryPolicy[K] | undefined }
  | false

export const defaultRetries: RetryPolicy = Object.freeze({
  attempts: 4,
  baseDelay: 100,
  maxDelay: 20_000,
  budget: 0.2,
})

/** The defaults with what the caller gave instead. */
export function resolveRetries(options: RetryOptions = {}): RetryPolicy {
  if (options === false) return { ...defaultRetries, attempts: 1 }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaultRetries, ...Object.fromEntries(given) }
}

/**
 * What repeating an operation means. `safe`: it changes nothing. `idempotent`: done twice is as done once. `conditional`: the second
 * time may fail because the first one did it.
 */
export type OperationKind = 'safe' | 'idempotent' | 'conditional'

/** The answers by which a server says that it did nothing; those from 400 to 499 are more of them. */
const refusals: ReadonlySet<number> = new Set([503])

/** Whether the server may have done the work although the attempt failed. */
export function mayHaveActed(error: unknown, status: number | undefined): boolean {
  if (status !== undefined) return !(refusals.has(status) || (status >= 400 && status < 500))
  return notesOf(error).sent === undefined
}

// Waiting once more for what was waited for in vain helps only where the peer was the one who kept silent.
const repeatedTimeouts: ReadonlySet<TimeoutName | undefined> = new Set<TimeoutName | undefined>([
  undefined,
  'connect',
  'headers',
  'idle',
])

export interface FailedAttempt {
  readonly error: unknown
  /** Counts from 1. */
  readonly attempt: number
  /** Status of the answer, if there was one. */
  readonly status: number | undefined
  readonly kind: OperationKind
  /** Whether the body can be sent again. */
  readonly replayable: boolean
}

/** Whether a failed attempt may be repeated, as far as it itself says. */
export function isRepeatable(
  { error, attempt, status, kind, replayable }: FailedAttempt,
  policy: RetryPolicy,
): boolean {
  return (
    isStorageError(error) &&
    error.retryable &&
    attempt < policy.attempts &&
    repeatedTimeouts.has(notesOf(error).timeout) &&
    canBeSentAgain(error, replayable) &&
    (kind !== 'conditional' || !mayHaveActed(error, status))
  )
}

/** Whether the body is still, or again, there to be sent. */
export function canBeSentAgain(error: unknown, replayable: boolean): boolean {
  return replayable || notesOf(error).sent === 'nothing'
}

/** The wait after an attempt: exponential, with full jitter, and never shorter than the server asks. */
export function retryDelay(
  attempt: number,
  policy: RetryPolicy,
  asked: number | undefined,
  random: () => number = Math.random,
): number {
  const bound = Math.min(policy.maxDelay, policy.baseDelay * 2 ** (attempt - 1))
  return Math.max(asked ?? 0, 0) + random() * (asked === undefined ? bound : policy.baseDelay)
}
