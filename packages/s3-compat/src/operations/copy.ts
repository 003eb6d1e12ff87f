import {
  isStorageError,
  percentEncodePath,
  StorageError,
  type AclGroup,
  type Call,
  type CopyObjectRequest,
  type MultipartGroup,
  type ObjectInfo,
  type PartRef,
  type StorageBackend,
} from '@cloudstore/core'
import { copyExtensionHeaders } from '../extensions.ts'
import { conditionHeaders, storedHeaders } from '../object-headers.ts'
import { readWrittenEtag, sendForXml, type S3Context } from './s3-context.ts'

const MiB = 1024 * 1024
const partSize = 512 * MiB
const partsAtOnce = 4

export interface CopyDependencies {
  readonly head: StorageBackend['headObject']
  readonly acl: AclGroup | undefined
  readonly multipart: MultipartGroup
}

/** Copies on the server's side; objects that are too large for one request in parts. */
export function copyOperation(
  context: S3Context,
  depend: CopyDependencies,
): NonNullable<StorageBackend['copyObject']> {
  const { client, profile } = context

  return async (request, call) => {
    const { source } = request
    const before = await depend.head(source, call)
    const acl = request.acl ?? (await sourceAcl(request, call))
    const whole = { ...request, acl }
    return before.size > profile.maxCopyBytes
      ? copyInParts(whole, before, call)
      : copyWhole(whole, before, call)
  }

  /** A copy is private on most servers, whatever its source is: what it shall be has to be said. */
  async function sourceAcl({ source }: CopyObjectRequest, call: Call): Promise<string | undefined> {
    const get = depend.acl?.getObjectAcl
    if (get === undefined) return undefined
    try {
      const acl = await get(source, call)
      if (acl !== 'custom') return acl === 'private' ? undefined : acl
    } catch (error) {
      // Reading an ACL takes a right of its own, which credentials that may read the object need not have.
      if (!isStorageError(error, 'AccessDenied', 'UnsupportedOperation')) throw error
      return undefined
    }
    throw new StorageError(
      'UnsupportedOperation',
      'the source has an ACL that no canned one describes, so the copy cannot have the same',
      {
        hint: 'Pass option acl to say what the copy shall have',
      },
    )
  }

  async function copyWhole(
    request: CopyObjectRequest,
    before: ObjectInfo,
    call: Call,
  ): Promise<ObjectInfo> {
    const { container, key, replace, acl } = request
    const headers = {
      ...sourceHeaders(request),
      ...conditionHeaders(request, profile.quotesIfMatch),
      ...copyExtensionHeaders(request),
      'x-amz-metadata-directive': replace === undefined ? 'COPY' : 'REPLACE',
      ...(replace !== undefined && storedHeaders(replace)),
      ...(acl !== undefined && { 'x-amz-acl': acl }),
    }
    const etag = await sendForXml(
      client,
      {
        method: 'PUT',
        container,
        key,
        headers,
        kind: isConditional(request) ? 'conditional' : 'idempotent',
        slow: true,
      },
      call,
      (text) => readWrittenEtag(text, 'CopyObjectResult'),
    )
    return described(request, before, etag)
  }

  async function copyInParts(
    request: CopyObjectRequest,
    before: ObjectInfo,
    call: Call,
  ): Promise<ObjectInfo> {
    const { container, key, replace, acl, extensions } = request
    const { multipart } = depend
    const target = { container, key }
    const attributes = {
      ...(replace ?? pickStored(before)),
      ...(acl !== undefined && { acl }),
      ...(extensions !== undefined && { extensions }),
    }
    const upload = await multipart.create({ ...target, ...attributes }, call)
    try {
      const parts = await copyParts(request, before, upload, call)
      const done = await multipart.complete(
        { ...target, ...attributes, upload, parts, size: before.size },
        call,
      )
      return described(request, before, done.etag)
    } catch (error) {
      try {
        await multipart.abort({ ...target, upload }, { operation: call.operation })
      } catch (cleanupError) {
        if (isStorageError(error))
          throw new StorageError(error.code, error.problem, {
            ...error,
            cause: error.cause,
            cleanupError,
          })
      }
      throw error
    }
  }

  async function copyParts(
    request: CopyObjectRequest,
    before: ObjectInfo,
    upload: string,
    call: Call,
  ): Promise<PartRef[]> {
    const { container, key } = request
    const count = Math.ceil(before.size / partSize)
    const parts: PartRef[] = []
    let next = 1
    const worker = async (): Promise<void> => {
      while (next <= count) {
        const number = next
        next += 1
        const start = (number - 1) * partSize
        const end = Math.min(before.size, start + partSize)
        const etag = await sendForXml(
          client,
          {
            method: 'PUT',
            container,
            key,
            query: [
              ['partNumber', String(number)],
              ['uploadId', upload],
            ],
            headers: {
              ...sourceHeaders(request, before.etag),
              'x-amz-copy-source-range': `bytes=${start}-${end - 1}`,
            },
            kind: 'idempotent',
            slow: true,
          },
          call,
          (text) => readWrittenEtag(text, 'CopyPartResult'),
        )
        if (etag === undefined)
          throw new StorageError(
            'MalformedResponse',
            `the server copied part ${number} without an ETag`,
          )
        parts.push({ number, size: end - start, etag })
      }
    }
    await Promise.all(Array.from({ length: Math.min(partsAtOnce, count) }, worker))
    return parts.toSorted((a, b) => a.number - b.number)
  }
}

function sourceHeaders({ source }: CopyObjectRequest, etag?: string): Record<string, string> {
  const ifMatch = source.ifMatch ?? etag
  return {
    'x-amz-copy-source': `/${source.container}/${percentEncodePath(source.key)}`,
    ...(ifMatch !== undefined && { 'x-amz-copy-source-if-match': `"${ifMatch}"` }),
  }
}

function described(
  { key, replace }: CopyObjectRequest,
  before: ObjectInfo,
  etag: string | undefined,
): ObjectInfo {
  return {
    ...(replace ?? pickStored(before)),
    key,
    size: before.size,
    ...(etag !== undefined && { etag }),
  }
}

function pickStored(info: ObjectInfo): NonNullable<CopyObjectRequest['replace']> {
  const {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires,
    metadata,
  } = info
  return {
    ...(contentType !== undefined && { contentType }),
    ...(cacheControl !== undefined && { cacheControl }),
    ...(contentDisposition !== undefined && { contentDisposition }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(contentLanguage !== undefined && { contentLanguage }),
    ...(expires !== undefined && { expires }),
    ...(metadata !== undefined && { metadata }),
  }
}

function isConditional({ ifMatch, ifNoneMatch, source }: CopyObjectRequest): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined || source.ifMatch !== undefined
}
