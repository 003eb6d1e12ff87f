import { isStorageError, StorageError, type StorageErrorDetails } from '../errors/errors.ts'
import type { IncomingBody } from './incoming-body.ts'
import type { StorageErrorCode } from '../errors/error-codes.ts'

interface Explanation {
  readonly code?: StorageErrorCode
  readonly problem: (place: string, error: ErrorFields) => string
  readonly hint?: string | ((place: string) => string | undefined)
  readonly retryable?: boolean
}

interface ErrorFields {
  readonly name?: string
  readonly message: string
  readonly code?: string
  readonly hostname?: string
  readonly errors?: readonly ErrorFields[]
}

const certificate = (problem: (place: string) => string): Explanation => ({
  problem: (place) => problem(place),
  hint: 'Give the authority that signed it as tls.ca',
  retryable: false,
})

const selfSigned = certificate(
  (place) => `the certificate of ${place} is not signed by a known authority`,
)

const overflow: Explanation = {
  code: 'MalformedResponse',
  problem: (place) => `the headers of the answer of ${place} are larger than 32 KiB`,
}

const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    problem: (place) => `${place} refused the connection`,
    hint: 'Is the server up, and is the endpoint right?',
  },
  ECONNRESET: {
    problem: (place) => `the connection to ${place} was reset`,
    // Many servers answer plain http on a port for TLS in no other way.
    hint: (place) =>
      place.startsWith('http:') ? 'If it has never answered: is this a port for https?' : undefined,
  },
  EPIPE: { problem: (place) => `${place} closed the connection while the request was being sent` },
  ETIMEDOUT: { problem: (place) => `the network gave up on the connection to ${place}` },
  EHOSTUNREACH: { problem: (place) => `there is no way to ${place}` },
  ENETUNREACH: { problem: (place) => `there is no network on the way to ${place}` },
  ENOTFOUND: {
    problem: (place, { hostname }) => `there is no host ${hostname ?? place}`,
    hint: 'Check the endpoint or the region',
  },
  EAI_AGAIN: {
    problem: (place, { hostname }) => `the name server did not answer for ${hostname ?? place}`,
  },
  EMFILE: {
    problem: () => 'this process has too many open files',
    hint: 'Raise the limit (ulimit -n)',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  UNABLE_TO_GET_ISSUER_CERT: selfSigned,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: selfSigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: selfSigned,
  CERT_HAS_EXPIRED: {
    problem: (place) => `the certificate of ${place} has expired`,
    hint: 'Check the clock of this machine as well',
    retryable: false,
  },
  CERT_NOT_YET_VALID: {
    problem: (place) => `the certificate of ${place} is not valid yet`,
    hint: 'Check the clock of this machine',
    retryable: false,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: (place) => `the certificate of ${place} is for another host`,
    hint: 'Check the endpoint; bucket names with dots need path addressing',
    retryable: false,
  },
  EPROTO: {
    problem: (place) => `${place} could not agree on TLS`,
    hint: 'Is this a port for plain http?',
    retryable: false,
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    problem: (place) => `${place} does not speak TLS on this port`,
    hint: 'Is this a port for plain http?',
    retryable: false,
  },
  UND_ERR_SOCKET: { problem: (place) => `${place} closed the connection` },
  UND_ERR_CONNECT_TIMEOUT: {
    problem: (place) => `no connection to ${place} could be made in time`,
  },
  UND_ERR_HEADERS_OVERFLOW: overflow,
  HPE_HEADER_OVERFLOW: overflow,
}

/** A failure of the network as a `StorageError` that says what happened and where. */
export function networkError(
  cause: unknown,
  place: string,
  details: StorageErrorDetails = {},
): StorageError {
  if (isStorageError(cause)) return cause
  const error = telling(cause)
  const known = error.code === undefined ? undefined : explanations[error.code]
  const malformed = isMalformed(error)
  const code = known?.code ?? (malformed ? 'MalformedResponse' : 'Network')
  const problem =
    known?.problem(place, error) ??
    (malformed
      ? `what ${place} answered is not HTTP (${error.message})`
      : `the connection to ${place} failed (${error.message || error.code || 'no reason given'})`)
  const hint = typeof known?.hint === 'function' ? known.hint(place) : known?.hint
  return new StorageError(code, problem + triedAddresses(error), {
    cause: withoutPacket(cause),
    ...details,
    hint: details.hint ?? hint,
    retryable: details.retryable ?? known?.retryable,
  })
}

/** `fetch` wraps what happened into an error that says only that it failed. */
function telling(cause: unknown): ErrorFields {
  const error = fieldsOf(cause)
  if (error.code !== undefined || typeof cause !== 'object' || cause === null) return error
  return 'cause' in cause && cause.cause !== undefined ? fieldsOf(cause.cause) : error
}

const neverConnected: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether no byte can have reached the peer. */
export function neverReached(cause: unknown): boolean {
  return neverConnected.has(telling(cause).code)
}

// By shape: errors of Node are instances of no class that a test runner's own realm has.
function fieldsOf(cause: unknown): ErrorFields {
  if (typeof cause !== 'object' || cause === null) return { message: String(cause) }
  const fields: Partial<Record<keyof ErrorFields, unknown>> = cause
  const { name, message, code, hostname, errors } = fields
  return {
    message: String(message),
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof hostname === 'string' ? { hostname } : {}),
    // A host with several addresses fails with one error for each.
    ...(Array.isArray(errors) ? { errors: errors.map(fieldsOf) } : {}),
  }
}

/** Whether what came is no HTTP, as the parsers of Node and undici say it. */
function isMalformed({ code, name }: ErrorFields): boolean {
  return code?.startsWith('HPE_') === true || name === 'HTTPParserError'
}

function triedAddresses({ errors }: ErrorFields): string {
  return errors === undefined ? '' : `: ${errors.map(({ message }) => message).join(', ')}`
}

// The parser attaches the bytes that it could not read: they may be a stored object.
function withoutPacket(cause: unknown): unknown {
  if (typeof cause === 'object' && cause !== null) {
    if ('rawPacket' in cause) delete cause.rawPacket
    if ('data' in cause) delete cause.data
  }
  return cause
}

/** The error of an answer whose body ended before its time. */
export function brokenOff(
  place: string,
  { request, received }: IncomingBody,
  cause: unknown,
): StorageError {
  if (isMalformed(telling(cause))) return networkError(cause, place)
  const whole = request.length === undefined ? '' : ` of ${request.length}`
  return new StorageError(
    'Network',
    `the answer of ${place} broke off after ${received} bytes${whole}`,
    {
      cause,
    },
  )
}
