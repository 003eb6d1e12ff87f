import { StorageError, type HttpHeaders, type StorageErrorCode } from '@cloudstore/core'

/** An answer of the API that is no success. */
export interface RefusedAnswer {
  readonly status: number
  readonly headers: HttpHeaders
  readonly text: string
  /** The URL that was asked, without its query. */
  readonly url: string
}

/** The permissions of a token that a call needs, in the words of DigitalOcean's control panel. */
export type ApiScope = `${'cdn' | 'spaces_key'}:${string}`

const codes: Readonly<Record<number, StorageErrorCode>> = {
  400: 'InvalidArgument',
  401: 'InvalidCredentials',
  403: 'AccessDenied',
  404: 'InvalidArgument',
  408: 'Network',
  409: 'Conflict',
  412: 'PreconditionFailed',
  422: 'InvalidArgument',
  429: 'RateLimited',
}

const problems: Partial<Readonly<Record<StorageErrorCode, string>>> = {
  AccessDenied: 'the token may not do this',
  Conflict: "DigitalOcean's API reports a conflict",
  InvalidArgument: "DigitalOcean's API refuses the request",
  InvalidCredentials: 'the token is refused',
  RateLimited: "DigitalOcean's API asks for fewer requests",
  ServiceUnavailable: "DigitalOcean's API could not do it now",
}

const longestMessage = 300

/**
 * The error of an answer whose body should be `{ id, message, request_id }`, and may be anything.
 *
 * @param secret - what must not be repeated, whatever the answer says
 * @param tokenOption - what the token's option is called
 */
export function errorOfAnswer(
  { status, headers, text, url }: RefusedAnswer,
  scope: ApiScope,
  { secret, tokenOption }: { readonly secret: string; readonly tokenOption: string },
): StorageError {
  const code = codes[status] ?? (status >= 500 ? 'ServiceUnavailable' : 'Unknown')
  // Before anything is cut off: half a token would be no longer found.
  const { id, message: said = '', requestId } = fieldsOf(text.replaceAll(secret, '…'))
  const problem = isRedirection(status)
    ? `${url} leads elsewhere, and is not followed with a token`
    : (problems[code] ?? "DigitalOcean's API gives an answer that nobody expected")
  return new StorageError(code, said === '' ? problem : `${problem}: ${said}`, {
    status,
    serverCode: id,
    requestId: requestId ?? headers['x-request-id']?.replaceAll(secret, '…'),
    retryable: code === 'RateLimited' || code === 'Network' || code === 'ServiceUnavailable',
    hint: hintFor({ code, status }, scope, said, tokenOption),
  })
}

function hintFor(
  { code, status }: { readonly code: StorageErrorCode; readonly status: number },
  scope: ApiScope,
  said: string,
  tokenOption: string,
): string | undefined {
  if (/cold storage/i.test(said)) return 'Cold Storage buckets have no CDN'
  if (code === 'InvalidCredentials')
    return `Check option ${tokenOption}: the token is wrong, has expired, or was revoked`
  if (isRedirection(status))
    return "DigitalOcean's API does not do that: check option apiEndpoint, and whether a proxy answers in its place"
  if (status === 404) return 'It is not there, or not in the team that the token belongs to'
  if (code === 'AccessDenied') return `The token of option ${tokenOption} needs the scope ${scope}`
  return undefined
}

function isRedirection(status: number): boolean {
  return status >= 300 && status < 400
}

function fieldsOf(text: string): { id?: string; message?: string; requestId?: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // A proxy's page, most likely: its first words are better than nothing.
    return { message: oneLine(text.replaceAll(/<[^<>]*>/g, ' ')) }
  }
  const field = (name: string): string | undefined => {
    const value: unknown =
      typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, name)
        ? Reflect.get(parsed, name)
        : undefined
    return typeof value === 'string' && value !== '' ? oneLine(value) : undefined
  }
  const id = field('id')
  const message = field('message')
  const requestId = field('request_id')
  return {
    ...(id !== undefined && { id }),
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length <= longestMessage ? line : `${line.slice(0, longestMessage)}…`
}
