import {
  isStorageError,
  StorageError,
  type AclGroup,
  type Call,
  type CopyObjectRequest,
  type ObjectInfo,
  type StorageBackend,
} from '@cloudstore/core'
import { copyExtensionHeaders, requireEncrypted } from '../extensions.ts'
import { conditionHeaders, storedHeaders } from '../object-headers.ts'
import { describeCopy, sourceHeaders } from './copied-object.ts'
import { partsCopy, type PartsCopyDependencies } from './copy-in-parts.ts'
import { asExisting } from './objects.ts'
import { readWrittenEtag, sendForXml, type S3Context } from './s3-context.ts'

export interface CopyDependencies extends PartsCopyDependencies {
  readonly acl: AclGroup | undefined
}

/** Copies on the server's side; objects that are too large for one request in parts. */
export function copyOperation(
  context: S3Context,
  depend: CopyDependencies,
): NonNullable<StorageBackend['copyObject']> {
  const { client, profile } = context
  const copyInParts = partsCopy(context, depend)

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
      ...copyExtensionHeaders(request, profile),
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
    return describeCopy(request, before, etag)
  }
}

function isConditional({ ifMatch, ifNoneMatch, source }: CopyObjectRequest): boolean {
  return ifMatch !== undefined || ifNoneMatch !== undefined || source.ifMatch !== undefined
}
