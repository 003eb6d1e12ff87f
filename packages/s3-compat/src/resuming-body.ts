import {
  isStorageError,
  StorageError,
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

// Breaks without as many bytes in between: a connection that breaks once an hour may do so for days.
const mostResumptions = 3
const progress = 1024 * 1024

/**
 * The bytes of a download. When the connection breaks, the rest is asked for with a range, on the condition that the object is still the
 * same; without a strong ETag there is no such condition, and the break is an error.
 */
export function resumingBody({ request, response, start, end, get }: ResumingBody): BodyReader {
  let body = response.body
  let position = start
  let resumptions = 0
  let resumedAt = start
  let cancelled = false
  const etag = strongEtag(response.headers['etag'])

  const count = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    position += chunk?.byteLength ?? 0
    return chunk
  }

  const resume = async (error: unknown): Promise<Uint8Array | undefined> => {
    const broken =
      isStorageError(error, 'Network') || (isStorageError(error, 'Timeout') && error.retryable)
    if (position - resumedAt >= progress) resumptions = 0
    const isHopeless = position >= end || resumptions === mostResumptions
    if (!broken || cancelled || etag === undefined || isHopeless) throw error
    resumptions += 1
    resumedAt = position
    const rest = await continuation(error, etag)
    body = rest.body
    const got = contentRangeOf(rest.headers['content-range'])
    if (cancelled || rest.status !== 206 || got?.start !== position) {
      await body.cancel(error)
      throw error
    }
    return read()
  }

  const continuation = async (error: StorageError, ifMatch: string): Promise<HttpResponse> => {
    try {
      return await get({ ...request, range: { start: position, end }, ifMatch })
    } catch (refusal) {
      if (!isStorageError(refusal, 'PreconditionFailed', 'ObjectDoesNotExist')) throw refusal
      throw new StorageError(error.code, error.problem, {
        cause: refusal,
        hint: 'The object was changed meanwhile, so the rest of it is gone: read it again from the start',
      })
    }
  }

  const read = (): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    try {
      const next = body.read()
      return next !== undefined && 'then' in next ? next.then(count, resume) : count(next)
    } catch (error) {
      return resume(error)
    }
  }

  return {
    read,
    cancel(reason) {
      // While the rest is being asked for, there is another body to come, which nobody would let go.
      cancelled = true
      return body.cancel(reason)
    },
  }
}

function strongEtag(header: string | undefined): string | undefined {
  return header === undefined || header.startsWith('W/') ? undefined : etagOf(header)
}
