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
export function resumingBody(source: ResumingBody): BodyReader {
  return new ResumingReader(source)
}

// A class, since one is made for every download: closures would cost several times as much.
class ResumingReader implements BodyReader {
  readonly #source: ResumingBody
  #body: BodyReader
  #position: number
  #resumptions = 0
  #resumedAt: number
  #cancelled = false

  constructor(source: ResumingBody) {
    this.#source = source
    this.#body = source.response.body
    this.#position = source.start
    this.#resumedAt = source.start
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    try {
      const next = this.#body.read()
      return next !== undefined && 'then' in next
        ? next.then(
            (chunk) => this.#count(chunk),
            (error: unknown) => this.#resume(error),
          )
        : this.#count(next)
    } catch (error) {
      return this.#resume(error)
    }
  }

  cancel(reason?: unknown): Promise<void> {
    // While the rest is being asked for, there is another body to come, which nobody would let go.
    this.#cancelled = true
    return this.#body.cancel(reason)
  }

  #count(chunk: Uint8Array | undefined): Uint8Array | undefined {
    this.#position += chunk?.byteLength ?? 0
    return chunk
  }

  async #resume(error: unknown): Promise<Uint8Array | undefined> {
    const broken =
      isStorageError(error, 'Network') || (isStorageError(error, 'Timeout') && error.retryable)
    const etag = strongEtag(this.#source.response.headers['etag'])
    if (this.#position - this.#resumedAt >= progress) this.#resumptions = 0
    const isHopeless = this.#position >= this.#source.end || this.#resumptions === mostResumptions
    if (!broken || this.#cancelled || etag === undefined || isHopeless) throw error
    this.#resumptions += 1
    this.#resumedAt = this.#position
    const rest = await this.#continuation(error, etag)
    this.#body = rest.body
    const got = contentRangeOf(rest.headers['content-range'])
    if (this.#cancelled || rest.status !== 206 || got?.start !== this.#position) {
      await this.#body.cancel(error)
      throw error
    }
    return this.read()
  }

  async #continuation(error: StorageError, ifMatch: string): Promise<HttpResponse> {
    const { request, end, get } = this.#source
    try {
      return await get({ ...request, range: { start: this.#position, end }, ifMatch })
    } catch (refusal) {
      if (!isStorageError(refusal, 'PreconditionFailed', 'ObjectDoesNotExist')) throw refusal
      throw new StorageError(error.code, error.problem, {
        cause: refusal,
        hint: 'The object was changed meanwhile, so the rest of it is gone: read it again from the start',
      })
    }
  }
}

function strongEtag(header: string | undefined): string | undefined {
  return header === undefined || header.startsWith('W/') ? undefined : etagOf(header)
}
