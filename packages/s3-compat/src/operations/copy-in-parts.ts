import {
  isStorageError,
  StorageError,
  type Call,
  type CopyObjectRequest,
  type MultipartGroup,
  type ObjectInfo,
  type ObjectRequest,
  type PartRef,
  type StorageBackend,
  type WriteConditions,
} from '@cloudstore/core'
import { customerKeyHeaders, readExtensions, requireEncrypted } from '../extensions.ts'
import { readTagging, type Tags } from '../xml/documents/tagging.ts'
import { describeCopy, pickStored, sourceHeaders } from './copied-object.ts'
import { readWrittenEtag, sendForXml, type S3Context } from './s3-context.ts'

const MiB = 1024 * 1024
const usualPart = 512 * MiB
const partsAtOnce = 4

export interface PartsCopyDependencies {
  readonly head: StorageBackend['headObject']
  readonly multipart: MultipartGroup
}

/** Copies an object that is too large for one request. `before` is what it was when the copy began. */
export function partsCopy(
  context: S3Context,
  depend: PartsCopyDependencies,
): (request: CopyObjectRequest, before: ObjectInfo, call: Call) => Promise<ObjectInfo> {
  const { client, profile } = context

  return copyInParts

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
      return describeCopy(request, before, done.etag)
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
