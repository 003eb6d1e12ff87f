import type { MultipartGroup } from '@cloudstore/core'
import { StorageError } from '@cloudstore/core'
import type { Query } from '../signing/signer.ts'
import { readParts, readUploads } from '../xml/documents/multipart.ts'
import { asContainerError, asMissing } from './buckets.ts'
import { sendForXml, type S3Context } from './s3-context.ts'

/** The parts that a server holds of an upload. */
export function listParts({ client }: S3Context): NonNullable<MultipartGroup['listParts']> {
  return async ({ container, key, upload, cursor }, call) => {
    const query: Query = [
      ['uploadId', upload],
      ...(cursor === undefined ? [] : [['part-number-marker', cursor] as const]),
    ]
    const request = { method: 'GET', container, key, query, kind: 'safe' } as const
    const { parts, nextMarker } = await sendForXml(client, request, call, readParts).catch(
      (error: unknown) => {
        // Ceph says NoSuchKey of an upload that is gone.
        throw asMissing(error, 'UploadDoesNotExist', 'there is no such upload in progress')
      },
    )
    return { parts, ...(nextMarker !== undefined && { cursor: String(nextMarker) }) }
  }
}

/** The uploads of a container that were neither completed nor aborted. The cursor holds the two markers of S3. */
export function listUploads({ client }: S3Context): NonNullable<MultipartGroup['listUploads']> {
  return async ({ container, prefix, delimiter, cursor }, call) => {
    const query: Query = [
      ['uploads', ''],
      ...(prefix === undefined || prefix === '' ? [] : [['prefix', prefix] as const]),
      ...(delimiter === undefined ? [] : [['delimiter', delimiter] as const]),
      ...(cursor === undefined ? [] : markersOf(cursor)),
    ]
    const request = { method: 'GET', container, query, kind: 'safe' } as const
    const { uploads, next } = await sendForXml(client, request, call, readUploads).catch(
      (error: unknown) => {
        throw asContainerError(error)
      },
    )
    return {
      uploads: uploads.map(({ id, ...upload }) => ({ ...upload, upload: id })),
      ...(next !== undefined && { cursor: JSON.stringify([next.keyMarker, next.uploadIdMarker]) }),
    }
  }
}

function markersOf(cursor: string): Query {
  const [key, id]: unknown[] = parsed(cursor)
  if (typeof key !== 'string')
    throw new StorageError('InvalidArgument', 'the cursor is none of this listing')
  return [
    ['key-marker', key],
    ...(typeof id === 'string' ? [['upload-id-marker', id] as const] : []),
  ]
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(cursor)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
