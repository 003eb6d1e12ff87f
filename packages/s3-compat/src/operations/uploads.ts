import {
  check,
  checkOptions,
  requireOwn,
  runOperation,
  StorageError,
  type BaseStorageDriver,
  type CallOptions,
  type Container,
  type MultipartGroup,
  type OptionChecks,
  type UploadInfo,
} from '@cloudstore/core'
import { nameOf } from './container-name-of.ts'

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

type IterateFilter = Pick<UploadFilter, 'prefix' | 'delimiter' | 'signal'>
type CleanUpFilter = Pick<UploadFilter, 'prefix' | 'olderThan' | 'signal'>

const iterateChecks: OptionChecks<IterateFilter> = {
  prefix: check.text,
  delimiter: check.text,
  signal: check.signal,
}

const cleanUpChecks: OptionChecks<CleanUpFilter> = {
  prefix: check.text,
  olderThan: check.date,
  signal: check.signal,
}

/** One walk over the uploads of a container, under the name of the method that was called. */
interface Walk<F extends IterateFilter> {
  readonly operation: string
  readonly container: Container
  readonly filter: F
  readonly checks: OptionChecks<F>
}

/** The uploads in progress, page by page. */
export async function* iterateUploads(
  driver: BaseStorageDriver,
  container: Container,
  filter: IterateFilter,
): AsyncGenerator<S3MultipartUpload, void, void> {
  const operation = 'exIterateMultipartUploads'
  const found = pages(driver, { operation, container, filter, checks: iterateChecks })
  for await (const { upload, ...info } of found) yield { ...info, id: upload }
}

/** Aborts the uploads that fit, and counts them. */
export async function cleanUpUploads(
  driver: BaseStorageDriver,
  container: Container,
  filter: CleanUpFilter,
): Promise<number> {
  const operation = 'exCleanupAllMultipartUploads'
  let aborted = 0
  const found = pages(driver, { operation, container, filter, checks: cleanUpChecks })
  for await (const { key, upload, createdAt } of found) {
    const { olderThan, signal } = filter
    // One whose age is not known may be in progress: it is left alone when age matters.
    if (olderThan !== undefined && (createdAt === undefined || createdAt >= olderThan)) continue
    const target = { container: container.name, key }
    await runOperation(driver, operation, target, { signal }, (call) =>
      group(driver).abort({ ...target, upload }, call),
    )
    aborted += 1
  }
  return aborted
}

async function* pages<F extends IterateFilter>(
  driver: BaseStorageDriver,
  { operation, container, filter, checks }: Walk<F>,
): AsyncGenerator<UploadInfo, void, void> {
  const name = nameOf(container)
  await runOperation(driver, operation, { container: name }, {}, async () => {
    requireOwn({ driver }, container)
    requireFilter(filter, checks)
  })
  const { prefix, delimiter, signal } = filter
  let cursor: string | undefined
  for (;;) {
    const request = { container: container.name, prefix, delimiter, cursor }
    const page = await runOperation(driver, operation, { container: name }, { signal }, (call) =>
      group(driver).listUploads(request, call),
    )
    yield* page.uploads
    if (page.cursor === undefined) return
    if (page.cursor === cursor) {
      throw new StorageError('MalformedResponse', 'the listing of uploads does not get on')
    }
    cursor = page.cursor
  }
}

/** A filter that is not understood selects every upload, and those in progress would be aborted. */
function requireFilter<F extends IterateFilter>(filter: F, checks: OptionChecks<F>): void {
  // A Date has no properties of its own, and would be a filter that asks for nothing.
  const problem = check.record(filter)
  if (problem !== undefined) {
    throw new StorageError('InvalidArgument', `the options ${problem}`, {
      hint: `Known options: ${Object.keys(checks).join(', ')}`,
    })
  }
  checkOptions(filter, checks)
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
