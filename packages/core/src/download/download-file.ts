import { loadFiles } from '#platform'
import type { BodyReader } from '../contract/body.ts'
import { isStorageError, StorageError, withCleanupError, withHint } from '../errors/errors.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type { FileOptions } from '../surface/options.ts'
import type { DestinationFile } from '../platform/platform.ts'

const fileChecks: OptionChecks<FileOptions> = {
  overwriteExisting: check.boolean,
  deleteOnFailure: check.boolean,
}

export interface FileDownload {
  readonly key: string
  /** The bytes; nothing is sent before the first read. */
  readonly reader: BodyReader
  /** A file, or a directory, which takes the key below it. */
  readonly path: string
  readonly options: FileOptions
}

/**
 * Writes an object to a file, whole or not at all. Everything that can be wrong with the destination is found before the first read, that is, before
 * anything is transferred.
 */
export async function downloadToFile({ key, reader, path, options }: FileDownload): Promise<void> {
  checkOptions(options, fileChecks)
  const problem = check.text(path)
  if (problem !== undefined)
    throw new StorageError('InvalidArgument', `the destination path ${problem}`)
  const { overwriteExisting = false, deleteOnFailure = true } = options
  const files = await loadFiles()
  const file = await files.openDestination({ path, key, overwriteExisting })
  try {
    await file.fill(reader)
    await file.publish()
  } catch (error) {
    throw await discarded(file, !deleteOnFailure, error)
  }
}

async function discarded(file: DestinationFile, keep: boolean, error: unknown): Promise<unknown> {
  try {
    const kept = await file.discard(keep)
    if (kept === undefined || !isStorageError(error)) return error
    const hints = [error.hint, `What came is in ${kept}`].filter((hint) => hint !== undefined)
    return withHint(error, hints.join('. '))
  } catch (cleanupError) {
    return withCleanupError(error, cleanupError)
  }
}
