import { StorageError } from '../errors/errors.ts'
import { noteFailure } from './failure-notes.ts'

/** How long to wait for what, in milliseconds; `Infinity` waits for ever. */
export interface Timeouts {
  /** For a free connection, when all of them are in use. */
  readonly queue: number
  /** For a connection: name look-up, TCP, proxy and TLS together. */
  readonly connect: number
  /** For the headers of the answer, from the last byte of the request on. */
  readonly headers: number
  /** For the next bytes, or for the peer to take some. Runs only while the peer is waited for. */
  readonly idle: number
  /** For somebody to read a body that is there; it is given up then, and its connection freed. */
  readonly unread: number
  /** As `headers`, for requests that a server may work on for long: completing an upload, copying. */
  readonly long: number
  /** For the whole operation: all attempts, the waits between them and the body. Default: none. */
  readonly total?: number | undefined
}

/** Timeouts as a caller gives them. */
export type TimeoutOptions = { -readonly [K in keyof Timeouts]?: Timeouts[K] | undefined }

/** The name of a timeout, as the option is called. */
export type TimeoutName = keyof Timeouts

export const defaultTimeouts: Timeouts = Object.freeze({
  queue: 30_000,
  connect: 10_000,
  headers: 60_000,
  idle: 60_000,
  unread: 300_000,
  long: 600_000,
})

/** The defaults with what the caller gave instead. */
export function resolveTimeouts(options: TimeoutOptions = {}): Timeouts {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaultTimeouts, ...Object.fromEntries(given) }
}

/** When an operation must have ended, on the clock of `performance.now()`. */
export interface Deadline {
  readonly at: number
  /** `timeouts.total`, for the message. */
  readonly total: number
}

export function deadlineAfter(total: number | undefined): Deadline | undefined {
  return total === undefined || total === Infinity
    ? undefined
    : { at: performance.now() + total, total }
}

const meanings: Record<TimeoutName, (origin: string) => string> = {
  queue: (origin) => `no connection to ${origin} became free`,
  connect: (origin) => `no connection to ${origin} could be made`,
  headers: (origin) => `${origin} did not begin to answer`,
  idle: (origin) => `${origin} neither sent nor took any bytes`,
  unread: (origin) => `nobody read the answer of ${origin}`,
  long: (origin) => `${origin} did not begin to answer`,
  total: (origin) => `the operation on ${origin} did not end`,
}

/** The error of a wait that was too long. It says which, how long it was, and which option changes it. */
export function timeoutError(
  name: TimeoutName,
  milliseconds: number,
  origin: string,
  more: { detail?: string; hint?: string } = {},
): StorageError<'Timeout'> {
  const error = new StorageError(
    'Timeout',
    `${meanings[name](origin)} within ${milliseconds} ms (timeouts.${name})${more.detail ?? ''}`,
    // Whoever set a bound for the whole has said what happens when it is reached.
    { hint: more.hint, retryable: name === 'total' ? false : undefined },
  )
  noteFailure(error, { timeout: name })
  return error
}

/** The error of an operation whose time is up. */
export function deadlineError(
  deadline: Deadline,
  origin: string,
  sent?: 'nothing' | 'part',
): StorageError<'Timeout'> {
  const error = timeoutError('total', deadline.total, origin)
  noteFailure(error, { sent })
  return error
}

/** A running timer; `undefined` for one that never ends. */
export type Timer = ReturnType<typeof setTimeout> | undefined

// Timers of runtimes overflow above this and fire at once.
const longest = 2 ** 31 - 1

/** @param keepsAlive - whether the process must not end before it does; only Node asks */
export function startTimer(milliseconds: number, keepsAlive: boolean, callback: () => void): Timer {
  if (milliseconds === Infinity) return undefined
  const timer = setTimeout(callback, Math.min(Math.max(milliseconds, 0), longest))
  if (!keepsAlive && typeof timer === 'object') timer.unref()
  return timer
}

export function stopTimer(timer: Timer): void {
  if (timer !== undefined) clearTimeout(timer)
}
