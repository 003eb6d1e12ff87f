import { StorageError, type BodyReader, type StorageErrorCode } from '@cloudstore/core'
import { findServerError, type ServerError } from './server-error-text.ts'
import { redirected } from './redirected.ts'
import {
  codesByServerCode,
  codesByStatus,
  hintsByServerCode,
  problemsByServerCode,
  retryableServerCodes,
} from './server-codes.ts'

/** The part of an answer that its error is made of. */
export interface FailedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: BodyReader
}

// Errors of S3 have a few hundred bytes; the rest of a proxy's page helps nobody.
const longestBody = 64 * 1024
const longestExcerpt = 200
const mostLookedAt = 4096

/** An answer that is no success, as the error to throw. */
export interface Failure {
  readonly error: StorageError
  /** Where the container is, when the server says so and the request went elsewhere. */
  readonly region: string | undefined
}

/**
 * Reads an answer that is no success. Never fails itself because of what the body is.
 *
 * @param sentTo - the region that the request was signed for
 */
export async function failureOfResponse(
  response: FailedResponse,
  sentTo?: string,
): Promise<Failure> {
  const { status, headers } = response
  const text = await readText(response.body)
  const xml = findServerError(text)
  const told = headers['x-amz-bucket-region'] ?? xml?.region
  const region = told !== sentTo && isAboutRegion(status, xml?.code) ? told : undefined
  const error = errorOf(status, headers, xml, xml === undefined ? text : undefined, region)
  return { error, region }
}

/** Answers to requests at the wrong place; on others the region is there just so. */
function isAboutRegion(status: number, serverCode: string | undefined): boolean {
  if (serverCode === undefined) return status === 301 || status === 307 || status === 400
  return (
    codeOf(status, serverCode) === 'WrongRegion' || serverCode === 'AuthorizationHeaderMalformed'
  )
}

/** The error that an answer with status 200 carries in its body. */
export function errorOfBody(
  response: Pick<FailedResponse, 'status' | 'headers'>,
  xml: ServerError,
): StorageError {
  return errorOf(response.status, response.headers, xml, undefined, undefined)
}

function errorOf(
  status: number,
  headers: FailedResponse['headers'],
  xml: ServerError | undefined,
  text: string | undefined,
  region: string | undefined,
): StorageError {
  const serverCode = xml?.code
  const code = region === undefined ? codeOf(status, serverCode) : 'WrongRegion'
  const said = shortened(xml?.message) ?? excerpt(text)
  const elsewhere =
    region === undefined && serverCode === undefined ? redirected(status, headers) : undefined
  return new StorageError(
    code,
    elsewhere?.problem ?? problem(code, serverCode, said, headers, xml),
    {
      status,
      serverCode,
      requestId: xml?.requestId ?? headers['x-amz-request-id'] ?? headers['x-amzn-requestid'],
      // A 200 with an error inside is the server's own failure, and asking again is what it wants.
      retryable: isRetryable(status, code) || retryableServerCodes.has(serverCode),
      hint:
        region === undefined
          ? (elsewhere?.hint ?? hintsByServerCode.get(serverCode))
          : `It is in region ${shortened(region)}: set option region to it`,
    },
  )
}

function codeOf(status: number, serverCode: string | undefined): StorageErrorCode {
  const known = codesByServerCode.get(serverCode)
  if (known !== undefined) return known
  const byStatus = codesByStatus[status]
  if (byStatus !== undefined) return byStatus
  if (status >= 500) return 'ServiceUnavailable'
  return status === 404 ? 'ObjectDoesNotExist' : 'Unknown'
}

function isRetryable(status: number, code: StorageErrorCode): boolean {
  return (
    [408, 429, 500, 502, 503, 504].includes(status) ||
    code === 'RateLimited' ||
    code === 'ServiceUnavailable' ||
    // The server's word that the request did not arrive whole.
    code === 'Network'
  )
}

const problems: Partial<Readonly<Record<StorageErrorCode, string>>> = {
  AccessDenied: 'the server denies access',
  ContainerAlreadyExists: 'the container exists already',
  ContainerDoesNotExist: 'there is no such container',
  ContainerIsNotEmpty: 'the container is not empty',
  InvalidRange: 'the range is not within the object',
  InvalidCredentials: 'the server refuses the credentials',
  NotModified: 'the object was not modified',
  ObjectDoesNotExist: 'there is no such object',
  PreconditionFailed: 'the condition does not hold',
  RateLimited: 'the server asks for fewer requests',
  ServiceUnavailable: 'the server could not do it now',
  UploadDoesNotExist: 'there is no such upload in progress',
  WrongRegion: 'the container is in another region',
}

function problem(
  code: StorageErrorCode,
  serverCode: string | undefined,
  said: string | undefined,
  headers: FailedResponse['headers'],
  xml: ServerError | undefined,
): string {
  const size = code === 'InvalidRange' ? sizeBehind(headers, xml) : undefined
  if (size !== undefined) return `${problems.InvalidRange}, which has ${size} bytes`
  const ours =
    problemsByServerCode.get(serverCode) ??
    problems[code] ??
    (serverCode === undefined
      ? 'the server refuses the request'
      : `the server answers ${serverCode}`)
  return said === undefined ? ours : `${ours}: ${said}`
}

/** The size of the object that a range was not within, where the answer tells it: as RFC 9110 says, or as Amazon does. */
function sizeBehind(
  headers: FailedResponse['headers'],
  xml: ServerError | undefined,
): string | undefined {
  return /^bytes \*\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? xml?.objectSize
}

/** What a body that is no S3 error says, as one line. */
function excerpt(text: string | undefined): string | undefined {
  // What follows the first few thousand characters is no part of an excerpt, and patterns need not look at it.
  const start = text?.slice(0, mostLookedAt)
  return shortened(start?.replaceAll(/<(script|style)[\s\S]*?<\/\1>|<[^<>]*>/gi, ' '))
}

function shortened(text: string | undefined): string | undefined {
  const line = text
    ?.slice(0, mostLookedAt)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (line === undefined || line === '') return undefined
  return line.length <= longestExcerpt ? line : `${line.slice(0, longestExcerpt)}…`
}

async function readText(body: BodyReader): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    while (text.length < longestBody) {
      const chunk = await body.read()
      if (chunk === undefined) return text + decoder.decode()
      text += decoder.decode(chunk, { stream: true })
    }
  } catch {
    // The answer's status is the news; that its text broke off adds nothing.
    return text
  }
  await body.cancel()
  return text
}
