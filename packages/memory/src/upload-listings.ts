import {
  compareUtf8,
  type ListUploadsRequest,
  type PartPage,
  StorageError,
  type UploadPage,
} from '@cloudstore/core'
import type { StoredContainer, StoredUpload } from './store.ts'

const maxPage = 1000

/** The parts of an upload by number. The cursor is the last number of the page before. */
export function listParts(upload: StoredUpload, cursor = '0'): PartPage {
  if (!/^\d+$/.test(cursor)) throw foreignCursor()
  const rest = [...upload.parts]
    .filter(([number]) => number > Number(cursor))
    .sort(([a], [b]) => a - b)
    .map(([number, { bytes, md5 }]) => ({ number, size: bytes.size, etag: md5, md5 }))
  const { page, last } = firstOf(rest)
  return { parts: page, ...(last && { cursor: String(last.number) }) }
}

/** Uploads in progress by key, those of one key in the order in which they were begun. */
export function listUploads(
  container: StoredContainer,
  { prefix = '', delimiter = '', cursor }: ListUploadsRequest,
): UploadPage {
  const after = cursor === undefined ? undefined : placeOf(cursor)
  const rest = [...container.uploads]
    .map(([upload, { key, ordinal, createdAt }]) => ({ upload, key, ordinal, createdAt }))
    .filter(({ key }) => key.startsWith(prefix))
    .filter(({ key }) => delimiter === '' || !key.includes(delimiter, prefix.length))
    .filter((place) => after === undefined || comparePlaces(place, after) > 0)
    .sort(comparePlaces)
  const { page, last } = firstOf(rest)
  return {
    uploads: page.map(({ key, upload, createdAt }) => ({
      key,
      upload,
      createdAt: new Date(createdAt),
    })),
    ...(last && { cursor: `${last.ordinal}-${encodeURIComponent(last.key)}` }),
  }
}

type Place = Pick<StoredUpload, 'key' | 'ordinal'>

function comparePlaces(a: Place, b: Place): number {
  return compareUtf8(a.key, b.key) || a.ordinal - b.ordinal
}

function placeOf(cursor: string): Place {
  const [, ordinal, key = ''] = /^(\d+)-(.+)$/.exec(cursor) ?? []
  try {
    if (ordinal !== undefined) return { ordinal: Number(ordinal), key: decodeURIComponent(key) }
  } catch (cause) {
    throw foreignCursor(cause)
  }
  throw foreignCursor()
}

/** One page, and its last entry where more follow. */
function firstOf<T>(rest: readonly T[]): { page: readonly T[]; last: T | undefined } {
  return {
    page: rest.slice(0, maxPage),
    last: rest.length > maxPage ? rest[maxPage - 1] : undefined,
  }
}

function foreignCursor(cause?: unknown): StorageError {
  return new StorageError('InvalidArgument', 'the cursor is none of this provider', { cause })
}
