import {
  runOperation,
  StorageError,
  type BaseStorageDriver,
  type CallOptions,
  type Container,
  type MultipartGroup,
  type UploadInfo,
} from '@cloudstore/core'

/** An upload in parts that was begun and neither completed nor aborted. */
export interface S3MultipartUpload {
  readonly key: string
  readonly id: string
  readonly createdAt?: Date | undefined
  readonly initiator?: string | undefined
  readonly owner?: string | undefined
}

export interface UploadFilter extends CallOptions {
  /** Only uploads to keys that begin so. */
  prefix?: string | undefined
  delimiter?: string | undefined
  /** Only uploads that were begun before. */
  olderThan?: Date | undefined
}

/** The uploads in progress, page by page. */
export async function* iterateUploads(
  driver: BaseStorageDriver,
  container: Container,
  { prefix, delimiter, signal }: UploadFilter,
): AsyncGenerator<S3MultipartUpload, void, void> {
  for await (const { upload, ...info } of pages(driver, container, { prefix, delimiter, signal })) {
    yield { ...info, id: upload }
  }
}

/** Aborts the uploads that fit, and counts them. */
export async function cleanUpUploads(
  driver: BaseStorageDriver,
  container: Container,
  { prefix, olderThan, signal }: UploadFilter,
): Promise<number> {
  let aborted = 0
  requireDate(olderThan)
  for await (const { key, upload, createdAt } of pages(driver, container, { prefix, signal })) {
    // One whose age is not known may be in progress: it is left alone when age matters.
    if (olderThan !== undefined && (createdAt === undefined || createdAt >= olderThan)) continue
    const target = { container: container.name, key }
    await runOperation(driver, 'exCleanupAllMultipartUploads', target, { signal }, (call) =>
      group(driver).abort({ ...target, upload }, call),
    )
    aborted += 1
  }
  return aborted
}

async function* pages(
  driver: BaseStorageDriver,
  container: Container,
  { prefix, delimiter, signal }: UploadFilter,
): AsyncGenerator<UploadInfo, void, void> {
  let cursor: string | undefined
  for (;;) {
    const request = { container: container.name, prefix, delimiter, cursor }
    const page = await runOperation(
      driver,
      'exIterateMultipartUploads',
      { container: container.name },
      { signal },
      (call) => {
        if (container.driver !== (driver as unknown)) {
          throw new StorageError('InvalidArgument', 'the container belongs to another driver')
        }
        return group(driver).listUploads(request, call)
      },
    )
    yield* page.uploads
    if (page.cursor === undefined) return
    if (page.cursor === cursor) {
      throw new StorageError('MalformedResponse', 'the listing of uploads does not get on')
    }
    cursor = page.cursor
  }
}

/** Of anything else every comparison is false, and uploads in progress would be aborted. */
function requireDate(olderThan: unknown): void {
  if (olderThan === undefined) return
  // By its tag: a Date of another realm is one, too.
  const isDate = Object.prototype.toString.call(olderThan) === '[object Date]'
  if (isDate && !Number.isNaN((olderThan as Date).getTime())) return
  throw new StorageError('InvalidArgument', 'option olderThan must be a valid Date')
}

type ListingGroup = MultipartGroup & {
  readonly listUploads: NonNullable<MultipartGroup['listUploads']>
}

function group(driver: BaseStorageDriver): ListingGroup {
  const { multipart } = driver.backend
  if (multipart?.listUploads === undefined) {
    throw new StorageError('UnsupportedOperation', 'this provider does not list uploads')
  }
  return { ...multipart, listUploads: multipart.listUploads }
}
