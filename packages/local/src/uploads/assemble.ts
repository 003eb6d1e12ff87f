import { open, stat } from 'node:fs/promises'
import {
  checkPartList,
  createMd5,
  StorageError,
  type AbortSignalLike,
  type CompleteRequest,
  type Features,
} from '@cloudstore/core'
import { copyRange } from '../objects/copy-object.ts'
import { draftedAt, type Draft } from '../objects/write-body.ts'
import { isMissing, unlessMissing } from '../root/errno.ts'
import type { Store } from '../root/store.ts'
import { noSuchUpload, partPath } from './upload-folder.ts'

/** Puts parts together to one file, and hashes it on the way. */
export async function assemble(
  store: Store,
  folder: string,
  request: CompleteRequest,
  limits: NonNullable<Features['multipart']>,
  signal: AbortSignalLike | undefined,
): Promise<Draft & { readonly md5: string }> {
  const parts = await findParts(folder, request)
  checkPartList(parts, limits)
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  if (size !== request.size) {
    throw new StorageError(
      'InvalidArgument',
      `the parts have ${size} bytes in all, but ${request.size} were announced`,
    )
  }
  const md5 = createMd5()
  const draft = await draftedAt(store, store.owner.temporaryPath(), async (handle) => {
    let position = 0
    for (const part of parts) {
      const from = await openPart(part.path)
      try {
        const hash = (piece: Uint8Array): void => md5.update(piece)
        position += await copyRange(from, part.size, handle, position, signal, hash)
      } finally {
        await from.close()
      }
    }
    return position
  })
  return { ...draft, md5: md5.hex() }
}

interface FoundPart {
  readonly number: number
  readonly size: number
  readonly path: string
}

async function findParts(folder: string, { parts }: CompleteRequest): Promise<FoundPart[]> {
  if ((await unlessMissing(stat(folder))) === undefined) throw noSuchUpload()
  return Promise.all(
    parts.map(async ({ number, etag }) => {
      // From outside: no path may be made of it.
      const path = /^[\w-]+$/.test(etag) ? partPath(folder, number, etag) : undefined
      const facts = path === undefined ? undefined : await unlessMissing(stat(path))
      if (path !== undefined && facts !== undefined) return { number, size: facts.size, path }
      throw new StorageError(
        'InvalidArgument',
        `part ${number} was not uploaded, or has another ETag`,
      )
    }),
  )
}

async function openPart(path: string): ReturnType<typeof open> {
  try {
    return await open(path, 'r')
  } catch (error) {
    // Aborted while we were at it.
    throw isMissing(error) ? noSuchUpload() : error
  }
}
