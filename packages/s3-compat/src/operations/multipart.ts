import {
  createMd5,
  isStorageError,
  StorageError,
  type Call,
  type CompleteRequest,
  type MultipartGroup,
  type ObjectInfo,
  type PartRef,
  type StorageBackend,
} from '@cloudstore/core'
import {
  customerKeyHeaders,
  putExtensionHeaders,
  readExtensions,
  requireEncrypted,
  tagsOf,
} from '../extensions.ts'
import { conditionHeaders, isMd5, isMd5Etag, putHeaders } from '../object-headers.ts'
import type { S3Profile } from '../profiles/profile.ts'
import { etagOf } from '../xml/values.ts'
import { writeTagging } from '../xml/documents/tagging.ts'
import { readCreatedUpload, writeComplete } from '../xml/documents/multipart.ts'
import { asContainerError } from './buckets.ts'
import { asExisting, isConditional } from './objects.ts'
import { readWrittenEtag, sendForHeaders, sendForXml, type S3Context } from './s3-context.ts'
import { listParts, listUploads } from './upload-listings.ts'

/** Uploads in parts. */
export function multipartOperations(
  context: S3Context,
  head: StorageBackend['headObject'],
): MultipartGroup {
  const { client, profile } = context

  return {
    async create(request, call) {
      const { container, key } = request
      const extensions = putExtensionHeaders(request, profile)
      return sendForXml(
        client,
        {
          method: 'POST',
          container,
          key,
          query: [['uploads', '']],
          headers: { ...putHeaders(request), ...extensions },
          // One whose answer is lost stays behind, empty, whether another is begun or not.
          kind: 'idempotent',
        },
        call,
        readCreatedUpload,
      ).catch((error: unknown) => {
        throw asContainerError(error)
      })
    },

    async uploadPart(request, call) {
      const { container, key, upload, number, body } = request
      const response = await sendForHeaders(
        client,
        {
          method: 'PUT',
          container,
          key,
          query: [
            ['partNumber', String(number)],
            ['uploadId', upload],
          ],
          headers: customerKeyHeaders(readExtensions(request).sseCustomerKey),
          body,
          kind: 'idempotent',
        },
        call,
      )
      requireEncrypted(request, response.headers)
      const header = response.headers['etag']
      if (header === undefined)
        throw new StorageError(
          'MalformedResponse',
          `the server stored part ${number} without an ETag`,
        )
      const etag = etagOf(header)
      const sent = body.md5()
      if (
        sent !== undefined &&
        isMd5(etag) &&
        etag !== sent &&
        isMd5Etag(profile.etag, response.headers)
      ) {
        throw new StorageError(
          'ObjectHashMismatch',
          `the server stored other bytes of part ${number} than were sent`,
        )
      }
      return { number, size: body.size ?? 0, etag }
    },

    async complete(request, call) {
      const done = await completed(request, call)
      await addTags(request, call)
      return done
    },

    async abort({ container, key, upload }, call) {
      try {
        await sendForHeaders(
          client,
          { method: 'DELETE', container, key, query: [['uploadId', upload]], kind: 'idempotent' },
          call,
        )
      } catch (error) {
        if (!isStorageError(error, 'UploadDoesNotExist', 'ObjectDoesNotExist')) throw error
      }
    },

    listParts: listParts(context),
    listUploads: listUploads(context),
  }

  async function completed(request: CompleteRequest, call: Call): Promise<ObjectInfo> {
    const { container, key, upload, parts } = request
    try {
      const said = await sendForXml(
        client,
        {
          method: 'POST',
          container,
          key,
          query: [['uploadId', upload]],
          headers: conditionHeaders(request, profile.quotesIfMatch),
          xml: writeComplete(parts),
          // A server that has done it says so again, or that the upload is gone: then the object tells.
          kind: isConditional(request) ? 'conditional' : 'idempotent',
          slow: true,
        },
        call,
        (text) => readWrittenEtag(text, 'CompleteMultipartUploadResult'),
      )
      requireWhole(request, said, profile.etag)
      // Ceph leaves it empty here.
      const etag = said ?? (await whenStored(request, call))?.etag
      return { key, size: request.size, ...(etag !== undefined && { etag }) }
    } catch (error) {
      const done = await afterDoubt(request, call, error)
      if (done !== undefined) return done
      throw asExisting(error, request.ifNoneMatch)
    }
  }

  /** Some servers forget the tags that an upload was begun with. */
  async function addTags(request: CompleteRequest, call: Call): Promise<void> {
    const tags = tagsOf(request)
    if (tags === undefined || profile.multipart.keepsTags) return
    const { container, key } = request
    const query = [['tagging', '']] as const
    const xml = writeTagging(tags)
    try {
      await sendForHeaders(
        client,
        { method: 'PUT', container, key, query, xml, kind: 'idempotent' },
        call,
      )
    } catch (error) {
      if (!isStorageError(error)) throw error
      throw new StorageError(error.code, error.problem, {
        ...error,
        cause: error.cause,
        hint: 'The object is stored, without its tags: set them with s3.putObjectTags',
      })
    }
  }

  /** When nobody knows whether an upload was completed, the object tells: the expected size and ETag mean that it was. */
  async function afterDoubt(
    request: CompleteRequest,
    call: Call,
    error: unknown,
  ): Promise<ObjectInfo | undefined> {
    const doubtful =
      isStorageError(error) && (error.outcome === 'unknown' || error.code === 'UploadDoesNotExist')
    return doubtful ? whenStored(request, call) : undefined
  }

  /** The object, when it is what the parts make. */
  async function whenStored(
    { container, key, extensions, parts, size }: CompleteRequest,
    call: Call,
  ): Promise<ObjectInfo | undefined> {
    const expected = etagOfParts(parts)
    if (expected === undefined || profile.etag.multipart !== 'md5-n') return undefined
    try {
      const info = await head({ container, key, extensions }, call)
      return info.size === size && info.etag === expected ? info : undefined
    } catch {
      // The question is asked to know more than the completion said, and what that said stands.
      return undefined
    }
  }
}

function requireWhole(
  { parts }: CompleteRequest,
  etag: string | undefined,
  { multipart: kind, encrypted }: S3Profile['etag'],
): void {
  const expected = etagOfParts(parts)
  if (
    kind !== 'md5-n' ||
    // Where the server has hashed alone, it may have hashed what it made of the bytes by encrypting them.
    (encrypted !== 'md5' && parts.some(({ md5 }) => md5 === undefined)) ||
    etag === undefined ||
    expected === undefined ||
    !/^[0-9a-f]{32}-\d+$/.test(etag)
  )
    return
  if (etag === expected) return
  throw new StorageError(
    'ObjectHashMismatch',
    `the server put other parts together than were sent: ETag ${etag} instead of ${expected}`,
    {
      hint: 'The object is there, damaged: upload it again or delete it',
    },
  )
}

/**
 * The ETag that S3 gives an object of several parts: the MD5 of their MD5s, and their number. `undefined` where these are not known, since the server has
 * not hashed what it was sent (as with encryption by a key of its own).
 */
export function etagOfParts(parts: readonly PartRef[]): string | undefined {
  const md5 = createMd5()
  for (const part of parts) {
    if (!isMd5(part.etag) || (part.md5 ?? part.etag) !== part.etag) return undefined
    md5.update(Uint8Array.from(part.etag.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16)))
  }
  return `${md5.hex()}-${parts.length}`
}
