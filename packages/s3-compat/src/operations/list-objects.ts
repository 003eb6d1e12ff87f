import type { ListObjectsRequest, ObjectInfo, ObjectPage, StorageBackend } from '@cloudstore/core'
import { compareUtf8, StorageError } from '@cloudstore/core'
import { isMd5 } from '../object-headers.ts'
import type { Query } from '../signing/signer.ts'
import { readListPage, type ListedObject, type ListedPage } from '../xml/list-page.ts'
import { sendForXml, type S3Context } from './s3-context.ts'
import type { SeenContainers } from './seen-containers.ts'

/**
 * Listing of objects, by version 2 or 1. A cursor is what the server gave to go on with, marked with its kind: `t` a token, `k` the last key or prefix, for servers
 * that say "truncated" and give no token.
 */
export function listObjectsOperation(
  { client, profile }: S3Context,
  seen: SeenContainers,
): StorageBackend['listObjects'] {
  const version = profile.list.version

  return async (request, call) => {
    const { container } = request
    const query = version === 2 ? queryV2(request) : queryV1(request)
    const page = await sendForXml(
      client,
      { method: 'GET', container, query, kind: 'safe' },
      call,
      readListPage,
    )
    seen.add(container)
    return pageOf(page, request)
  }

  function pageOf(page: ListedPage, request: ListObjectsRequest): ObjectPage {
    const objects = page.objects.map(infoOf)
    const cursor = page.truncated ? nextCursor(page, request) : undefined
    return { objects, prefixes: page.prefixes, ...(cursor !== undefined && { cursor }) }
  }

  function infoOf({ key, size, etag, lastModified, storageClass }: ListedObject): ObjectInfo {
    return {
      key,
      size,
      ...(etag !== undefined && { etag }),
      ...(etag !== undefined && profile.etag.single === 'md5' && isMd5(etag) && { md5: etag }),
      ...(lastModified !== undefined && { lastModified }),
      ...(storageClass !== undefined && { storageClass }),
    }
  }

  function nextCursor(page: ListedPage, request: ListObjectsRequest): string {
    if (version === 2 && page.nextToken !== undefined) return `t${page.nextToken}`
    if (version === 1 && page.nextMarker !== undefined) return `k${page.nextMarker}`
    const last = [page.objects.at(-1)?.key, page.prefixes.at(-1)]
      .filter((item) => item !== undefined)
      .toSorted(compareUtf8)
      .at(-1)
    if (last === undefined || profile.list.order !== 'utf8') {
      throw new StorageError(
        'MalformedResponse',
        'the listing is cut off, and the server does not say where it goes on',
        {
          hint: `Container ${request.container}: report it to the provider`,
        },
      )
    }
    return `k${last}`
  }

  function queryV2(request: ListObjectsRequest): Query {
    const { cursor, startAfter } = request
    const from: Query =
      cursor === undefined
        ? startAfter === undefined
          ? []
          : [['start-after', startAfter]]
        : cursor.startsWith('t')
          ? [['continuation-token', cursor.slice(1)]]
          : [['start-after', pastPrefix(cursor.slice(1), request)]]
    return [['list-type', '2'], ...common(request), ...from]
  }

  function queryV1(request: ListObjectsRequest): Query {
    const { cursor, startAfter } = request
    const marker = cursor === undefined ? startAfter : pastPrefix(cursor.slice(1), request)
    return [...common(request), ...(marker === undefined ? [] : [['marker', marker] as const])]
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

// After a common prefix the listing must go on behind everything below it, and not with its first key.
function pastPrefix(last: string, { delimiter }: ListObjectsRequest): string {
  return delimiter !== undefined && last.endsWith(delimiter) ? `${last}\u{10FFFF}` : last
}
