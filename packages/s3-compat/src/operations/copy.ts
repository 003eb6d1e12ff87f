import {
  isStorageError,
  percentEncodePath,
  StorageError,
  type AclGroup,
  type Call,
  type CopyObjectRequest,
  type MultipartGroup,
  type ObjectInfo,
  type ObjectRequest,
  type PartRef,
  type StorageBackend,
  type WriteConditions,
} from '@cloudstore/core'
import {
  copyExtensionHeaders,
  customerKeyHeaders,
  readExtensions,
  requireEncrypted,
  sourceKeyHeaders,
} from '../extensions.ts'
import { conditionHeaders, storedHeaders } from '../object-headers.ts'
import { readTagging, type Tags } from '../xml/documents/tagging.ts'
import { asExisting } from './objects.ts'
import { readWrittenEtag, sendForXml, type S3Context } from './s3-context.ts'

const MiB = 1024 * 1024
const usualPart = 512 * MiB
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
    requireKeysTaken(request)
    const before = await depend.head(source, call)
    const acl = request.acl ?? (await sourceAcl(request, call))
    const whole = { ...request, acl }
    return before.size > profile.maxCopyBytes
      ? copyInParts(whole, before, call)
      : copyWhole(whole, before, call)
  }

  /** A server that does not know the headers of keys ignores them: the copy would be there in the clear. */
  function requireKeysTaken({ source, extensions }: CopyObjectRequest): void {
    const { sseCustomerKey } = readExtensions({ extensions })
    if (profile.copyCustomerKeys) return
    if (sseCustomerKey === undefined && readExtensions(source).sseCustomerKey === undefined) return
    throw new StorageError(
      'UnsupportedOperation',
      'this provider is not known to take a key of the customer on copies',
      {
        hint: 'Send the bytes through here: target.put(key, source.get(key, { sseCustomerKey }), { sseCustomerKey })',
      },
    )
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
      (text, response) => {
        requireEncrypted(request, response.headers)
        return readWrittenEtag(text, 'CopyObjectResult')
      },
    ).catch((error: unknown) => {
      throw request.source.ifMatch === undefined ? asExisting(error, request.ifNoneMatch) : error
    })
    return described(request, before, etag)
  }

  async function copyInParts(
    request: CopyObjectRequest,
    before: ObjectInfo,
    call: Call,
  ): Promise<ObjectInfo> {
    const { container, key, replace, acl, extensions } = request
    const { multipart } = depend
    requireParts(request.source.key)
    const target = { container, key }
    const conditions = conditionsOf(request)
    const tags = await sourceTags(request.source, call)
    const attributes = {
      ...(replace ?? pickStored(before)),
      ...(acl !== undefined && { acl }),
      extensions: { ...extensions, ...(Object.keys(tags).length > 0 && { tags }) },
    }
    const upload = await multipart.create({ ...target, ...attributes }, call)
    try {
      const parts = await copyParts(request, before, upload, call)
      requireUnchanged(before, await depend.head(request.source, call))
      const done = await multipart.complete(
        { ...target, ...attributes, ...conditions, upload, parts, size: before.size },
        call,
      )
      return described(request, before, done.etag)
    } catch (error) {
      try {
        // Not under the call's signal: it may be what has ended the copy.
        await multipart.abort({ ...target, upload }, { operation: call.operation })
      } catch (cleanupError) {
        throw strandedBy(error, cleanupError)
      }
      throw error
    }
  }

  /** One request copies tags by itself. */
  async function sourceTags({ container, key }: ObjectRequest, call: Call): Promise<Tags> {
    if (!profile.administration.objectTagging) return {}
    const query = [['tagging', '']] as const
    try {
      const request = { method: 'GET', container, key, query, kind: 'safe' } as const
      return await sendForXml(client, request, call, readTagging)
    } catch (error) {
      // A server may have none, or the right to read them be missing: it needs one of its own.
      const hasNone = isStorageError(error) && error.serverCode === 'NoSuchTagSet'
      if (hasNone || isStorageError(error, 'AccessDenied', 'UnsupportedOperation')) return {}
      throw error
    }
  }

  function requireParts(key: string): void {
    const problem = !profile.copyParts
      ? 'an object of this size is copied in parts, and this provider copies none'
      : profile.copyPartSource === 'withoutPercent' && key.includes('%')
        ? 'an object of this size is copied in parts, and this provider may mistake one with a percent sign in its key for another'
        : undefined
    if (problem === undefined) return
    throw new StorageError('UnsupportedOperation', problem, {
      hint: 'Send the bytes through here: target.put(key, source.get(key))',
    })
  }

  /** What holds for one request holds for a copy in parts only if the request that completes it takes conditions too. */
  function conditionsOf({ ifMatch, ifNoneMatch }: CopyObjectRequest): WriteConditions {
    const given = { ifMatch, ifNoneMatch }
    for (const name of ['ifMatch', 'ifNoneMatch'] as const) {
      if (given[name] === undefined || profile.conditions.complete.includes(name)) continue
      throw new StorageError(
        'UnsupportedOperation',
        `an object of this size is copied in parts, and this provider does not hold ${name} there`,
      )
    }
    return given
  }

  async function copyParts(
    request: CopyObjectRequest,
    before: ObjectInfo,
    upload: string,
    call: Call,
  ): Promise<PartRef[]> {
    const { container, key } = request
    const { maxPartBytes, maxParts } = profile.multipart
    const size = Math.max(
      Math.min(usualPart, maxPartBytes, profile.maxCopyBytes),
      Math.ceil(before.size / maxParts),
    )
    const count = Math.ceil(before.size / size)
    const parts: PartRef[] = []
    let next = 1
    let failure: { readonly error: unknown } | undefined
    const copyPart = async (number: number): Promise<PartRef> => {
      const start = (number - 1) * size
      const end = Math.min(before.size, start + size)
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
            ...customerKeyHeaders(readExtensions(request).sseCustomerKey),
            'x-amz-copy-source-range': `bytes=${start}-${end - 1}`,
          },
          kind: 'idempotent',
          slow: true,
        },
        call,
        (text, response) => {
          requireEncrypted(request, response.headers)
          return readWrittenEtag(text, 'CopyPartResult')
        },
      )
      if (etag !== undefined) return { number, size: end - start, etag }
      throw new StorageError(
        'MalformedResponse',
        `the server copied part ${number} without an ETag`,
      )
    }
    const worker = async (): Promise<void> => {
      while (next <= count && failure === undefined) {
        const number = next
        next += 1
        try {
          parts.push(await copyPart(number))
        } catch (error) {
          failure ??= { error }
        }
      }
    }
    // All of them have ended when one has failed: a part that arrives after the upload was aborted stays.
    await Promise.all(Array.from({ length: Math.min(partsAtOnce, count) }, worker))
    if (failure !== undefined) throw failure.error
    return parts.toSorted((a, b) => a.number - b.number)
  }
}

/** Core counts these, also where the application gets the reason of its own signal instead. */
function strandedBy(error: unknown, cleanupError: unknown): StorageError {
  if (!isStorageError(error)) {
    return new StorageError('Unknown', 'the copy was ended', { cause: error, cleanupError })
  }
  return new StorageError(error.code, error.problem, { ...error, cause: error.cause, cleanupError })
}

/** Some servers (Hetzner, Spaces) ignore the condition on the source when a part is copied: the parts could be of two versions. */
function requireUnchanged(before: ObjectInfo, after: ObjectInfo): void {
  if (after.etag === before.etag && after.size === before.size) return
  throw new StorageError('PreconditionFailed', 'the source was changed while it was copied', {
    hint: 'Nothing was written: copy it again',
  })
}

function sourceHeaders({ source }: CopyObjectRequest, etag?: string): Record<string, string> {
  const ifMatch = source.ifMatch ?? etag
  return {
    'x-amz-copy-source': `/${source.container}/${percentEncodePath(source.key)}`,
    ...sourceKeyHeaders(source),
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
