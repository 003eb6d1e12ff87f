import {
  isStorageError,
  type BodyReader,
  type GetObjectRequest,
  type HttpResponse,
} from '@cloudstore/core'
import { contentRangeOf } from './content-range.ts'
import { etagOf } from './xml/values.ts'

export interface ResumingBody {
  readonly request: GetObjectRequest
  readonly response: HttpResponse
  /** First byte of the object that `response` brings, and the one after its last. */
  readonly start: number
  readonly end: number
  readonly get: (request: GetObjectRequest) => Promise<HttpResponse>
}

const mostResumptions = 3

/**
 * The bytes of a download. When the connection breaks, the rest is asked for with a range, on the condition that the object is still the
 * same; without a strong ETag there is no such condition, and the break is an error.
 */
export function resumingBody({ request, response, start, end, get }: ResumingBody): BodyReader {
  let body = response.body
  let position = start
  let resumptions = 0
  const etag = strongEtag(response.headers['etag'])

  const count = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    position += chunk?.byteLength ?? 0
    return chunk
  }

  const resume = async (error: unknown): Promise<Uint8Array | undefined> => {
    const broken =
      isStorageError(error, 'Network') || (isStorageError(error, 'Timeout') && error.retryable)
    if (!broken || etag === undefined || position >= end || resumptions === mostResumptions)
      throw error
    resumptions += 1
    const rest = await get({ ...request, range: { start: position, end }, ifMatch: etag })
    const got = contentRangeOf(rest.headers['content-range'])
    body = rest.body
    if (rest.status !== 206 || got?.start !== position) {
      await body.cancel(error)
      throw error
    }
    return read()
  }

  const read = (): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    try {
      const next = body.read()
      return next !== undefined && 'then' in next ? next.then(count, resume) : count(next)
    } catch (error) {
      return resume(error)
    }
  }

  return { read, cancel: (reason) => body.cancel(reason) }
}

function strongEtag(header: string | undefined): string | undefined {
  return header === undefined || header.startsWith('W/') ? undefined : etagOf(header)
}
