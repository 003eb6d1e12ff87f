import {
  isStorageError,
  StorageError,
  withHint,
  type ByteRange,
  type Call,
  type GetObjectRequest,
  type HttpResponse,
  type ObjectInfo,
  type ReadRequest,
  type StorageBackend,
} from '@cloudstore/core'
import { contentRangeOf, rangeHeader } from '../content-range.ts'
import {
  customerKeyHeaders,
  putExtensionHeaders,
  readExtensions,
  requireEncrypted,
} from '../extensions.ts'
import { conditionHeaders, infoOfHeaders, isMd5Etag, putHeaders } from '../object-headers.ts'
import { resumingBody } from '../resuming-body.ts'
import type { S3Request } from '../s3-client.ts'
import { asContainerError } from './buckets.ts'
import { sendForHeaders, type S3Context } from './s3-context.ts'
import type { SeenContainers } from './seen-containers.ts'

type ObjectOperations = Pick<
  StorageBackend,
  'headObject' | 'getObject' | 'putObject' | 'deleteObject'
>

/** Operations on single objects. */
export function objectOperations(
  context: S3Context,
  seen: SeenContainers,
  headContainer: (container: string, call: Call) => Promise<unknown>,
): ObjectOperations {
  const { client, profile } = context

  return {
    async headObject(request, call) {
      const response = await orMissingContainer(request.container, call, () =>
        sendForHeaders(client, { ...readRequest(request), method: 'HEAD' }, call),
      ).catch((error: unknown) => {
        throw unexplained(error) ? withHint(error, keyHint) : error
      })
      requireObject(response)
      return infoOf(request.key, sizeOf(response), response)
    },

    async getObject(request, call) {
      const { container, key, range } = request
      const get = (from: GetObjectRequest): Promise<HttpResponse> =>
        client.send(readRequest(from), call, asItIs)
      const response = await orMissingContainer(container, call, () => get(request))
      const size = await sizeOfAnswer(response, request)
      const info = infoOf(key, size, response)
      const start = range?.start ?? 0
      const end = Math.min(range?.end ?? size, size)
      return { info, body: resumingBody({ request, response, start, end, get }) }
    },

    async putObject(request, call) {
      const { container, key, body } = request
      const headers = Object.assign(
        putHeaders(request),
        putExtensionHeaders(request, profile),
        conditionHeaders(request, profile.quotesIfMatch),
      )
      const response = await sendForHeaders(
        client,
        {
          method: 'PUT',
          container,
          key,
          headers,
          body,
          kind: isConditional(request) ? 'conditional' : 'idempotent',
        },
        call,
      ).catch((error: unknown) => {
        // With a condition on the object it may well be the object that is missing.
        throw request.ifMatch === undefined
          ? asContainerError(asExisting(error, request.ifNoneMatch))
          : error
      })
      seen.add(container)
      requireEncrypted(request, response.headers)
      return pickWritten(infoOf(key, body.size ?? 0, response))
    },

    async deleteObject({ container, key, ifMatch }, call) {
      const headers = conditionHeaders({ ifMatch }, profile.quotesIfMatch)
      const kind = ifMatch === undefined ? 'idempotent' : 'conditional'
      try {
        await sendForHeaders(client, { method: 'DELETE', container, key, headers, kind }, call)
      } catch (error) {
        // Some servers answer 404 to it. A missing container has a code of its own in the body.
        if (!isStorageError(error, 'ObjectDoesNotExist')) throw error
      }
    },
  }

  function readRequest(request: ReadRequest & Pick<GetObjectRequest, 'range'>): S3Request {
    const { container, key, range } = request
    // The quotes that some servers want left out of a write are right on every read.
    const headers = conditionHeaders(request, true)
    if (range !== undefined) headers['range'] = rangeHeader(range)
    Object.assign(headers, customerKeyHeaders(readExtensions(request).sseCustomerKey))
    return { method: 'GET', container, key, kind: 'safe', headers }
  }

  function infoOf(key: string, size: number, response: HttpResponse): ObjectInfo {
    return infoOfHeaders(key, size, response.headers, isMd5Etag(profile.etag, response.headers))
  }

  /** An answer without a body, as to `HEAD`, says 404 of either: one question to the container tells which of the two is missing. */
  async function orMissingContainer<T>(
    container: string,
    call: Call,
    ask: () => Promise<T>,
  ): Promise<T> {
    try {
      const answer = await ask()
      seen.add(container)
      return answer
    } catch (error) {
      const isUnclear =
        isStorageError(error, 'ObjectDoesNotExist') && error.serverCode === undefined
      if (isUnclear && !seen.has(container)) await requireContainer(container, call)
      throw error
    }
  }

  async function requireContainer(container: string, call: Call): Promise<void> {
    try {
      await headContainer(container, call)
    } catch (error) {
      // Asking for a container takes a right of its own, which credentials that may read the object need not have.
      if (!isStorageError(error, 'AccessDenied', 'UnsupportedOperation')) throw error
    }
  }
}

async function asItIs(response: HttpResponse): Promise<HttpResponse> {
  return response
}

const keyHint =
  'An answer to HEAD has no words for what is wrong. An object that was encrypted with a key of the customer needs that key: option sseCustomerKey, or sourceSseCustomerKey where it is copied'

function unexplained(error: unknown): error is StorageError {
  return (
    isStorageError(error, 'InvalidArgument') &&
    error.serverCode === undefined &&
    error.hint === undefined
  )
}

export function isConditional({
  ifMatch,
  ifNoneMatch,
}: {
  ifMatch?: string | undefined
  ifNoneMatch?: '*' | undefined
}): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined
}

/** A failed "only if it is not there" means that it is there. */
export function asExisting(error: unknown, ifNoneMatch: '*' | undefined): unknown {
  if (ifNoneMatch === undefined || !isStorageError(error, 'PreconditionFailed')) return error
  return new StorageError('ObjectAlreadyExists', 'the object exists already', {
    status: error.status,
    serverCode: error.serverCode,
    requestId: error.requestId,
    attempts: error.attempts,
  })
}

/** The answer to a write describes the request, not the object: only these are facts about what was stored. */
function pickWritten({ key, size, etag, md5, versionId, storageClass }: ObjectInfo): ObjectInfo {
  return {
    key,
    size,
    ...(etag !== undefined && { etag }),
    ...(md5 !== undefined && { md5 }),
    ...(versionId !== undefined && { versionId }),
    ...(storageClass !== undefined && { storageClass }),
  }
}

/** Any web server answers 200 to something: S3 says something of the object, too. */
function requireObject({ status, headers }: HttpResponse): void {
  const isS3 = Object.keys(headers).some(
    (name) => name === 'etag' || name === 'last-modified' || name.startsWith('x-amz-'),
  )
  if (isS3) return
  throw new StorageError('MalformedResponse', 'the answer has no header of an S3 object', {
    status,
    hint: 'Something else has answered in the place of the storage: check option endpoint, and whether a proxy or the log-in page of a network is in between',
  })
}

function sizeOf({ status, headers }: HttpResponse): number {
  const text = headers['content-length']
  if (text !== undefined && /^\d+$/.test(text)) return Number(text)
  throw new StorageError('MalformedResponse', 'the server does not say how long the object is', {
    status,
    hint: 'A proxy that compresses answers may be in between',
  })
}

/** The size of the whole object, from an answer that brings all of it or a part. What does not fit the question is let go. */
async function sizeOfAnswer(response: HttpResponse, request: GetObjectRequest): Promise<number> {
  try {
    requireObject(response)
    return request.range === undefined ? wholeSize(response) : rangedSize(response, request.range)
  } catch (error) {
    await response.body.cancel(error)
    throw error
  }
}

/** Of an answer to a request for all of it: a part would be taken for the whole. */
function wholeSize(response: HttpResponse): number {
  if (response.status !== 206) return sizeOf(response)
  throw new StorageError('MalformedResponse', 'the server sends a part where all was asked for', {
    status: response.status,
  })
}

function rangedSize(response: HttpResponse, { start, end = Infinity }: ByteRange): number {
  if (response.status === 206) {
    const got = contentRangeOf(response.headers['content-range'])
    if (got?.start === start && got.end === Math.min(end, got.total)) return got.total
  } else if (start === 0) {
    // A server that ignores the range sends everything, which is right when everything was meant.
    const size = sizeOf(response)
    if (end >= size) return size
  }
  throw new StorageError(
    'MalformedResponse',
    'the server does not answer with the range that was asked for',
    {
      status: response.status,
    },
  )
}
