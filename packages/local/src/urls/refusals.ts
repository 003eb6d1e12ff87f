import { isStorageError, type StorageErrorCode } from '@cloudstore/core'

interface Refusal {
  readonly status: number
  readonly says: string
}

/** What a request can be refused with. */
export type RefusalCode =
  | 'AccessDenied'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'BadRequest'
  | 'PreconditionFailed'
  | 'RangeNotSatisfiable'
  | 'TooLarge'
  | 'InsufficientStorage'
  | 'Unavailable'
  | 'InternalError'

// Sentences of our own: those of errors name paths, which are nobody's business out there.
const refusals: Readonly<Record<RefusalCode, Refusal>> = {
  AccessDenied: { status: 403, says: 'the link is not signed, changed, or expired' },
  NotFound: { status: 404, says: 'there is nothing at this address' },
  MethodNotAllowed: { status: 405, says: 'this method is not served' },
  BadRequest: { status: 400, says: 'the request contradicts itself or its link' },
  PreconditionFailed: { status: 412, says: 'a condition of the request does not hold' },
  RangeNotSatisfiable: { status: 416, says: 'the range lies outside of the object' },
  TooLarge: { status: 413, says: 'this is more than is taken' },
  InsufficientStorage: { status: 507, says: 'there is no space left' },
  Unavailable: { status: 503, says: 'try again later' },
  InternalError: { status: 500, says: 'the object could not be served' },
}

const byErrorCode: Readonly<Partial<Record<StorageErrorCode, RefusalCode>>> = {
  ContainerDoesNotExist: 'NotFound',
  ObjectDoesNotExist: 'NotFound',
  InvalidContainerName: 'NotFound',
  InvalidObjectName: 'NotFound',
  InvalidArgument: 'BadRequest',
  ObjectAlreadyExists: 'PreconditionFailed',
  PreconditionFailed: 'PreconditionFailed',
  TooLarge: 'TooLarge',
  QuotaExceeded: 'InsufficientStorage',
  ServiceUnavailable: 'Unavailable',
  Timeout: 'Unavailable',
  Conflict: 'Unavailable',
}

export function refusal(
  code: RefusalCode,
  method: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status, says } = refusals[code]
  return new Response(method === 'HEAD' ? null : `${code}: ${says}\n`, {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}

/** The answer to a request that failed inside. */
export function failure(error: unknown, method: string): Response {
  const code = isStorageError(error) ? byErrorCode[error.code] : undefined
  return refusal(code ?? 'InternalError', method)
}
