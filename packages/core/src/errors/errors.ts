import { messageOf } from './error-shape.ts'
import { printHintOnce } from './printed-error.ts'
import { retryableCodes, type StorageErrorCode } from './error-codes.ts'

/** What is known about a failure besides its code and its sentence. All of it is safe to log. */
export interface StorageErrorDetails {
  /** The method that failed, by its name on `StorageDriver`. */
  operation?: string | undefined
  /** The provider's string, such as `digitalocean_spaces`. */
  provider?: string | undefined
  container?: string | undefined
  key?: string | undefined
  /** HTTP status of the server's answer. */
  status?: number | undefined
  /** The server's own code, such as `NoSuchKey`. */
  serverCode?: string | undefined
  /** The server's id of the request: quote it to the provider's support. */
  requestId?: string | undefined
  /** Whether the same call may succeed later. Default: by the code. */
  retryable?: boolean | undefined
  /** How many times the request was sent. */
  attempts?: number | undefined
  /** `'unknown'` when the server may have done the work although no good answer arrived. */
  outcome?: 'unknown' | undefined
  /** What to do next. */
  hint?: string | undefined
  /** The keys that failed, for operations on many keys. */
  failures?: readonly ObjectFailure[] | undefined
  /** What went wrong when the failed call cleaned up after itself: something was left behind. */
  cleanupError?: unknown
  cause?: unknown
}

/** One key of a batch that failed. */
export interface ObjectFailure {
  readonly key: string
  readonly code: StorageErrorCode
  readonly message: string
}

// Two copies of this module (ESM beside CJS, two versions) must recognise each other's errors.
const brand = Symbol.for('cloudstore.error.v1')

const optionalFields = [
  'operation',
  'provider',
  'container',
  'key',
  'status',
  'serverCode',
  'requestId',
  'attempts',
  'outcome',
  'hint',
  'failures',
  'cleanupError',
] as const satisfies readonly (keyof StorageErrorDetails)[]

/**
 * The one error class of the SDK. Tell failures apart by `code`, with `isStorageError(error, 'ObjectDoesNotExist')`.
 * Fields that are not known are absent. Nothing in it is secret.
 */
export class StorageError<C extends StorageErrorCode = StorageErrorCode> extends Error {
  readonly code: C
  /** What went wrong, without the context that `message` adds. */
  declare readonly problem: string
  declare readonly operation?: string
  declare readonly provider?: string
  declare readonly container?: string
  declare readonly key?: string
  declare readonly status?: number
  declare readonly serverCode?: string
  declare readonly requestId?: string
  readonly retryable: boolean
  declare readonly attempts?: number
  declare readonly outcome?: 'unknown'
  declare readonly hint?: string
  declare readonly failures?: readonly ObjectFailure[]
  declare readonly cleanupError?: unknown

  /**
   * @param code - what kind of failure this is
   * @param problem - one sentence without a full stop: what went wrong
   * @param given - context; `message` is composed of the sentence and these
   */
  constructor(code: C, problem: string, given: StorageErrorDetails = {}) {
    const details = withNames(given)
    super(
      composeMessage(problem, details),
      details.cause === undefined ? undefined : { cause: details.cause },
    )
    this.code = code
    this.retryable = details.retryable ?? retryableCodes.has(code)
    for (const field of optionalFields) {
      const value = details[field]
      if (value !== undefined) {
        Object.defineProperty(this, field, { value, enumerable: true, configurable: true })
      }
    }
    Object.defineProperty(this, 'problem', { value: problem, configurable: true })
    Object.defineProperty(this, brand, { value: true })
  }

  /** The fields as plain data, for logs. */
  toJSON(): object {
    return { ...this, name: this.name, message: this.message }
  }
}
Object.defineProperty(StorageError.prototype, 'name', {
  value: 'StorageError',
  configurable: true,
  writable: true,
})
printHintOnce(StorageError.prototype)

/**
 * Whether something caught is a `StorageError`, and, when codes are given, has one of them. Works across copies of this package.
 *
 * @example if (isStorageError(error, 'ObjectDoesNotExist')) return undefined
 */
export function isStorageError<C extends StorageErrorCode = StorageErrorCode>(
  error: unknown,
  ...codes: C[]
): error is StorageError<C> {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return codes.length === 0 || codes.some((code) => 'code' in error && code === error.code)
}

/** The same failure with what the caller of a backend knows added. What the error says of itself wins. */
export function withContext(error: StorageError, context: StorageErrorDetails): StorageError {
  return retold(error, { ...context, ...definedDetails(error) })
}

/** The same failure with another hint. */
export function withHint(error: StorageError, hint: string): StorageError {
  return retold(error, { ...definedDetails(error), hint })
}

function retold(error: StorageError, details: StorageErrorDetails): StorageError {
  const richer = new StorageError(error.code, error.problem, details)
  const frames = error.stack?.indexOf('\n    at ') ?? -1
  if (error.stack !== undefined && frames !== -1) {
    Object.defineProperty(richer, 'stack', {
      value: `${richer.name}: ${richer.message}${error.stack.slice(frames)}`,
      configurable: true,
      writable: true,
    })
  }
  return richer
}

/** The failure of a call whose cleaning up failed too. What is no `StorageError` is the caller's own, and stays as it is. */
export function withCleanupError(error: unknown, cleanupError: unknown): unknown {
  return isStorageError(error) ? withContext(error, { cleanupError }) : error
}

/** Only names as names: what somebody passed instead of one must not get into logs as a whole. */
function withNames(details: StorageErrorDetails): StorageErrorDetails {
  const { container, key } = details
  return {
    ...details,
    container: typeof container === 'string' ? container : undefined,
    key: typeof key === 'string' ? key : undefined,
  }
}

function definedDetails(error: StorageError): StorageErrorDetails {
  const details: Record<string, unknown> = { retryable: error.retryable }
  for (const field of optionalFields) {
    if (error[field] !== undefined) details[field] = error[field]
  }
  if (error.cause !== undefined) details['cause'] = error.cause
  return details
}

// A name may have a thousand bytes, and more when that is what is wrong with it. The error's fields have all of it.
const longestName = 256

function quoted(name: string): string {
  if (name.length <= longestName) return JSON.stringify(name)
  // Not half a character.
  const start = name.slice(0, longestName / 2).replace(/[\uD800-\uDBFF]$/, '')
  return `${JSON.stringify(start)}… (${name.length} characters)`
}

function composeMessage(problem: string, details: StorageErrorDetails): string {
  const { operation, provider, container, key, attempts } = details
  const target =
    key === undefined
      ? container === undefined
        ? undefined
        : `container ${quoted(container)}`
      : container === undefined
        ? `object ${quoted(key)}`
        : `object ${quoted(key)} in container ${quoted(container)}`
  const what = [operation, target && `on ${target}`, provider && `(${provider})`]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
  const server = [
    details.status !== undefined ? `status ${details.status}` : undefined,
    details.serverCode,
    details.requestId !== undefined ? `request id ${details.requestId}` : undefined,
    attempts !== undefined && attempts > 1 ? `${attempts} attempts` : undefined,
  ].filter((part) => part !== undefined)
  const sentences = [
    (what === '' ? '' : `${what}: `) +
      problem +
      (server.length === 0 ? '' : ` [${server.join(', ')}]`),
    ...(details.cleanupError === undefined
      ? []
      : [
          `Cleaning up failed too, something may be left behind: ${messageOf(details.cleanupError)}`,
        ]),
    ...(details.outcome === 'unknown' ? ['The server may have done it all the same'] : []),
    ...(details.hint === undefined ? [] : [details.hint]),
  ]
  return sentences.reduce((text, next) => `${text}${/[.?!]$/.test(text) ? '' : '.'} ${next}`)
}
