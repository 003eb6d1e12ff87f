import { loadFiles } from '#platform'
import { untilAborted } from '../abort.ts'
import type { Call, ObjectInfo, ObjectRequest } from '../contract/backend.ts'
import { isStorageError, StorageError, withCleanupError, withHint } from '../errors/errors.ts'
import { check } from '../checks/option-checks.ts'
import type { UploadOptions } from '../surface/options.ts'
import type { LocalFiles, SourceFile } from '../platform/platform.ts'
import type { Scope } from '../driver/scope.ts'
import type { OpenedSource } from './opened-source.ts'
import { unmarked } from '../errors/caller-failure.ts'
import { upload } from './upload.ts'
import { describeAttributes, planUpload } from './upload-plan.ts'

/**
 * Checks the options, opens the source, uploads it and closes it, whatever happens. Resolves to what was sent and what the provider added.
 *
 * @param names - where a content type is guessed from
 */
export async function putObject(
  scope: Scope,
  target: ObjectRequest,
  open: (call: Call) => Promise<OpenedSource>,
  names: readonly string[],
  options: UploadOptions,
  call: Call,
): Promise<ObjectInfo> {
  const { backend, counters } = scope
  const plan = planUpload(options, backend.features, scope.transfer)
  const source = await untilAborted(open(call), call.signal, closeLate)
  try {
    const attributes = describeAttributes(plan.attributes, source, names, backend.features)
    const info = await upload({
      backend,
      target,
      source,
      attributes,
      plan,
      call,
      onProgress: options.onProgress,
      onSent: (bytes) => {
        counters.bytesSent += bytes
      },
      onStranded: () => {
        counters.strandedUploads += 1
      },
      running: scope.uploads,
    })
    await source.close()
    const { acl: _acl, headers: _headers, extensions: _extensions, ...stored } = attributes
    return { ...stored, ...info }
  } catch (error) {
    throw await closed(source, error)
  }
}

/** Closes the source of a failed upload and gives the error to throw. */
async function closed(source: OpenedSource, error: unknown): Promise<unknown> {
  try {
    await source.close(unmarked(error))
    return error
  } catch (closeError) {
    return withCleanupError(error, closeError)
  }
}

/** For a source that was opened after its upload had been cancelled: nobody is there to be told. */
function closeLate(source: OpenedSource): void {
  source.close().catch(() => undefined)
}

/**
 * Opens a file of the local file system as a source.
 *
 * @param key - what it is to be called, for the hint when the two were swapped
 */
export async function openFile(path: string, key: string): Promise<OpenedSource> {
  const problem = check.text(path)
  if (problem !== undefined)
    throw new StorageError('InvalidArgument', `the path of the file ${problem}`)
  const files = await loadFiles()
  const file: SourceFile = await files.openSource(path).catch(async (error: unknown) => {
    throw await withOrder(error, files, key)
  })
  return {
    size: file.size,
    replayable: true,
    open: () => file.read(0, file.size),
    slice: (start, end) => file.read(start, end),
    close: () => file.close(),
  }
}

/** The failure to open a file, with a hint when the key names one that is there. */
async function withOrder(error: unknown, files: LocalFiles, key: string): Promise<unknown> {
  if (!isStorageError(error, 'LocalFile') || error.serverCode !== 'ENOENT') return error
  try {
    const file = await files.openSource(key)
    await file.close()
  } catch {
    // The key is no file either, as it should be.
    return error
  }
  return withHint(
    error,
    `${JSON.stringify(key)}, given as the key, is a file. The order is putFile(key, path), and uploadObject(path, container, key)`,
  )
}
