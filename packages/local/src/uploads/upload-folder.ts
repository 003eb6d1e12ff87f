import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StorageError, type PartRef, type UploadRequest } from '@cloudstore/core'
import type { ContainerFolder } from '../containers/container-folder.ts'
import { isMd5 } from '../objects/etag.ts'
import type { NewRecord } from '../objects/publish.ts'
import { isMissing, unlessMissing } from '../root/errno.ts'
import type { Store, StoreView } from '../root/store.ts'
import { draftedAt, writeAll } from '../objects/write-body.ts'
import { readText, removeFile } from '../root/calls.ts'

/** What is known of an upload in progress. */
export interface UploadRecord {
  readonly key: string
  readonly createdAt: string
  readonly record: NewRecord
}

const recordName = 'upload.json'

/**
 * Where uploads of a container are gathered: a folder each, named by the upload's id, with a file
 * for each part.
 */
function uploadsFolder(view: StoreView, container: ContainerFolder): string {
  return join(view.root.control.uploads, container.name)
}

export function uploadFolder(view: StoreView, container: ContainerFolder, upload: string): string {
  // An id comes from outside: it must not be a path.
  if (!/^[0-9a-f]{32}$/.test(upload)) throw noSuchUpload()
  return join(uploadsFolder(view, container), upload)
}

export function noSuchUpload(): StorageError {
  return new StorageError('UploadDoesNotExist', 'there is no such upload in progress')
}

/**
 * Makes the folder elsewhere and moves it into place, so that an upload is there with its record or
 * not at all.
 */
export async function beginUpload(
  store: Store,
  container: ContainerFolder,
  record: UploadRecord,
): Promise<string> {
  const upload = randomBytes(16).toString('hex')
  const folder = store.owner.temporaryPath()
  const bytes = Buffer.from(JSON.stringify(record))
  await store.owner.file()
  await store.inFolderOf(folder, () => mkdir(folder))
  try {
    await draftedAt(store, join(folder, recordName), async (handle) => {
      await writeAll(handle, bytes, 0)
      return bytes.byteLength
    })
    const place = uploadFolder(store, container, upload)
    await store.inFolderOf(place, () => rename(folder, place))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return upload
}

export async function readUpload(
  view: StoreView,
  container: ContainerFolder,
  { upload, key }: Pick<UploadRequest, 'upload' | 'key'>,
): Promise<UploadRecord> {
  const found = await findUpload(view, container, upload)
  if (found === undefined || found.key !== key) throw noSuchUpload()
  return found
}

async function findUpload(
  view: StoreView,
  container: ContainerFolder,
  upload: string,
): Promise<UploadRecord | undefined> {
  const path = join(uploadFolder(view, container, upload), recordName)
  const text = await readText(path)
  if (text === undefined) return undefined
  // Ours alone, and in place since it was written to its end.
  const record: UploadRecord = JSON.parse(text)
  return record
}

/** All uploads in progress, in no order. */
export async function allUploads(
  view: StoreView,
  container: ContainerFolder,
): Promise<(UploadRecord & { readonly upload: string })[]> {
  const ids = (await unlessMissing(readdir(uploadsFolder(view, container)))) ?? []
  const uploads = await Promise.all(
    ids.map(async (upload) => {
      const found = await findUpload(view, container, upload)
      return found && { ...found, upload }
    }),
  )
  return uploads.filter((found) => found !== undefined)
}

/** The file of a part says by its name which part it is and what its ETag is. */
export function partPath(folder: string, number: number, etag: string): string {
  return join(folder, `${String(number).padStart(5, '0')}.${etag}`)
}

/** Moves the bytes of a part to their place. */
export async function keepPart(draft: string, place: string): Promise<void> {
  try {
    await rename(draft, place)
  } catch (error) {
    await removeFile(draft)
    throw isMissing(error) ? noSuchUpload() : error
  }
}

/** The parts that have arrived, by number; of those sent again the latest. */
export async function partsIn(folder: string): Promise<PartRef[]> {
  const names = await unlessMissing(readdir(folder))
  if (names === undefined) throw noSuchUpload()
  const latest = new Map<number, PartRef & { readonly time: number }>()
  for (const name of names) {
    const [, digits, etag] = /^(\d{5})\.(.+)$/.exec(name) ?? []
    if (digits === undefined || etag === undefined) continue
    const facts = await unlessMissing(stat(join(folder, name)))
    if (facts === undefined) continue
    const number = Number(digits)
    const part = { number, size: facts.size, etag, time: facts.mtimeMs }
    if (part.time >= (latest.get(number)?.time ?? 0)) latest.set(number, part)
  }
  return [...latest.values()]
    .sort((a, b) => a.number - b.number)
    .map(({ number, size, etag }) => ({ number, size, etag, ...(isMd5(etag) && { md5: etag }) }))
}

/** Ends an upload: it is gone at once, its bytes right afterwards. */
export async function dropUpload(store: Store, folder: string): Promise<void> {
  const grave = store.owner.temporaryPath()
  await store.owner.file()
  if ((await unlessMissing(rename(folder, grave).then(() => true))) === true) {
    await rm(grave, { recursive: true, force: true })
  }
}
