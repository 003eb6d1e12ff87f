import type { ListObjectsRequest, ObjectInfo, ObjectPage, StorageBackend } from '@cloudstore/core'
import { compareUtf8, StorageError } from '@cloudstore/core'
import { isMd5 } from '../object-headers.ts'
import type { Query } from '../signing/signer.ts'
import { readListPage, type ListedObject, type ListedPage } from '../xml/list-page.ts'
import { asContainerError } from './buckets.ts'
import { sendForXml, type S3Context } from './s3-context.ts'
import type { SeenContainers } from './seen-containers.ts'

/**
 * Listing of objects, by version 2 or 1. A cursor is what the server gave to go on with, marked with its kind: `t:` a token or marker of the server's own; for servers
 * that say "truncated" and give none, `k:` the last key or `p:` the last prefix.
 */
export function listObjectsOperation(
  { client, profile }: S3Context,
  seen: SeenContainers,
): StorageBackend['listObjects'] {
  const version = profile.list.version
  const etagsAreHashes = profile.etag.single === 'md5' && profile.etag.encrypted === 'md5'

  return async (request, call) => {
    const { container } = request
    const query = version === 2 ? queryV2(request) : queryV1(request)
    const page = await sendForXml(
      client,
      { method: 'GET', container, query, kind: 'safe' },
      call,
      readListPage,
    ).catch((error: unknown) => {
      throw asContainerError(error)
    })
    seen.add(container)
    return pageOf(page, request)
  }

  function pageOf(page: ListedPage, request: ListObjectsRequest): ObjectPage {
    const objects = page.objects.map(infoOf)
    const cursor = page.truncated ? nextCursor(page, request) : undefined
    return { objects, prefixes: page.prefixes, ...(cursor !== undefined && { cursor }) }
  }

  function infoOf(object: ListedObject): ObjectInfo {
    const { key, size, etag, lastModified, storageClass } = object
    const info: { -readonly [K in keyof ObjectInfo]: ObjectInfo[K] } = { key, size }
    if (etag !== undefined) {
      info.etag = etag
      if (etagsAreHashes && isMd5(etag)) info.md5 = etag
    }
    if (lastModified !== undefined) info.lastModified = lastModified
    if (storageClass !== undefined) info.storageClass = storageClass
    return info
  }

  function nextCursor(page: ListedPage, request: ListObjectsRequest): string {
    const given = version === 2 ? page.nextToken : page.nextMarker
    if (given !== undefined) return `t:${given}`
    const key = page.objects.at(-1)?.key
    const prefix = page.prefixes.at(-1)
    const isPrefix = prefix !== undefined && (key === undefined || compareUtf8(prefix, key) > 0)
    const last = isPrefix ? prefix : key
    if (last === undefined || profile.list.order !== 'utf8') {
      throw new StorageError(
        'MalformedResponse',
        'the listing is cut off, and the server does not say where it goes on',
        {
          hint: `Container ${request.container}: report it to the provider`,
        },
      )
    }
    return `${isPrefix ? 'p' : 'k'}:${last}`
  }

  function queryV2(request: ListObjectsRequest): Query {
    const { cursor, startAfter } = request
    const place = cursor === undefined ? undefined : placeOf(cursor)
    const from: Query =
      place?.kind === 't'
        ? [['continuation-token', place.name]]
        : after('start-after', place === undefined ? startAfter : place.name)
    return [['list-type', '2'], ...common(request), ...from]
  }

  function queryV1(request: ListObjectsRequest): Query {
    const { cursor, startAfter } = request
    return [
      ...common(request),
      ...after('marker', cursor === undefined ? startAfter : placeOf(cursor).name),
    ]
  }

  function common({ prefix, delimiter, limit }: ListObjectsRequest): Query {
    const pairs: [string, string | undefined][] = [
      ['prefix', prefix],
      ['delimiter', delimiter],
      ['max-keys', limit?.toString()],
      ['encoding-type', profile.list.encodingType ? 'url' : undefined],
    ]
    return pairs.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value] as const],
    )
  }
}

function after(name: string, place: string | undefined): Query {
  return place === undefined ? [] : [[name, place]]
}

interface Place {
  readonly kind: 't' | 'k' | 'p'
  /** What a page goes on behind. After a prefix that is behind everything below it, and not with its first key. */
  readonly name: string
}

/** Of anything else a part would be taken for a place, and what is before it be left out in silence. */
function placeOf(cursor: string): Place {
  const kind = (['t', 'k', 'p'] as const).find((mark) => cursor.startsWith(`${mark}:`))
  const name = cursor.slice(2)
  if (kind === undefined || name === '') {
    throw new StorageError('InvalidArgument', 'the cursor is none of this provider')
  }
  return { kind, name: kind === 'p' ? `${name}\u{10FFFF}` : name }
}
