import { StorageError } from '../errors/errors.ts'
import { noteFailure } from './failure-notes.ts'
import { hostHeader } from './origin.ts'
import type { HttpRequest } from './transport.ts'

/** Headers that frame the message or belong to the connection: a transport sets them, or does without. */
const reserved: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Refuses what could not be sent as it stands: before a connection is used. */
export function checkRequest(request: HttpRequest): void {
  if (!/^\/[\x21-\x7e]*$/.test(request.path)) {
    throw refused('the path of a request must start with / and be percent-encoded')
  }
  if (!/^[\x21-\x7e]+$/.test(request.origin.host)) {
    throw refused(`${JSON.stringify(request.origin.host)} is no host name`)
  }
  const { body } = request
  if (body !== undefined && body.size === undefined) {
    throw refused('the length of a request body must be known')
  }
  for (const name in request.headers) {
    if (reserved.has(name)) throw refused(`the header ${name} cannot be set on a request`)
  }
  const length = request.headers['content-length']
  if (length !== undefined && length !== String(body?.size ?? 0)) {
    throw refused('the header content-length contradicts the size of the body')
  }
}

// Servers answer 411 to such a request without a length, even when there is no body.
const alwaysWithLength: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/** All headers as they go out, as a flat list of names and values. */
export function headerList(request: HttpRequest): string[] {
  const { headers, body, method } = request
  const list: string[] = headers['host'] === undefined ? ['host', hostHeader(request.origin)] : []
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) list.push(name, value)
  }
  if (
    headers['content-length'] === undefined &&
    (body !== undefined || alwaysWithLength.has(method))
  ) {
    list.push('content-length', String(body?.size ?? 0))
  }
  return list
}

export function refused(problem: string): StorageError {
  const error = new StorageError('InvalidArgument', problem)
  noteFailure(error, { sent: 'nothing' })
  return error
}
