import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { link, lstat, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { BodyReader } from '../contract/body.ts'
import { errorCode } from '../errors/error-shape.ts'
import { isStorageError, StorageError, withHint } from '../errors/errors.ts'
import { keySegments } from '../download/key-path.ts'
import { fileError } from './node-file-errors.ts'
import { newFolders, type NewFolders } from './node-new-folders.ts'
import type { DestinationFile, DestinationRequest } from './platform.ts'

const windows = process.platform === 'win32'
// One system call for about this many bytes: writing network-sized chunks one by one costs half as much again.
const gatherBytes = 1024 * 1024
const gatherChunks = 256
const mostAtOnce = 64 * gatherBytes
const mostTries = 100

/** Settles where a download goes and makes its temporary file, before anything is transferred. */
export async function openDestination(request: DestinationRequest): Promise<DestinationFile> {
  const folders = newFolders()
  for (let tries = 1; ; tries += 1) {
    try {
      return await openOnce(request, folders)
    } catch (error) {
      await folders.removeEmpty()
      // A folder that another download has made may go with it when that fails.
      if (!folders.used || !isMissing(error) || tries === mostTries) {
        throw fileError(error, 'write', request.path)
      }
    }
  }
}

async function openOnce(
  request: DestinationRequest,
  folders: NewFolders,
): Promise<DestinationFile> {
  const path = await finalPath(request, folders)
  try {
    const existing = await look(path)
    if (existing !== undefined && !request.overwriteExisting) throw destinationExists(path)
    refuseSpecial(existing, path)
    const part = join(dirname(path), `.${partName(path)}.${randomBytes(6).toString('hex')}.part`)
    // Exclusive creation follows no link that somebody else has put there.
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY
    const handle = await open(part, flags, 0o600)
    return destination(handle, part, path, request.overwriteExisting, folders)
  } catch (error) {
    if (folders.used && isMissing(error)) throw error
    throw fileError(error, 'write', path)
  }
}

/** A file is replaced, and a link to one; a device, a pipe or a socket (`/dev/null` for a trial) would be lost for everybody who uses it. */
function refuseSpecial(existing: Stats | undefined, path: string): void {
  if (existing === undefined || existing.isFile() || existing.isSymbolicLink()) return
  throw new StorageError(
    'LocalFile',
    `${path} is ${existing.isDirectory() ? 'a directory' : 'no regular file'}`,
    { hint: 'Name a file, or read the object as a stream and write that there' },
  )
}

// The name of a temporary file is longer than the final one: long names are cut, or they could not be downloaded.
function partName(path: string): string {
  const name = basename(path)
  return Buffer.byteLength(name) <= 200 ? name : name.slice(0, 40)
}

async function finalPath({ path, key }: DestinationRequest, folders: NewFolders): Promise<string> {
  if (path === '' || path.includes('\0')) {
    throw new StorageError(
      'InvalidArgument',
      `the destination path is ${path === '' ? 'empty' : 'not a path'}`,
    )
  }
  const endsInSeparator = path.endsWith('/') || path.endsWith(sep)
  let isDirectory = false
  try {
    isDirectory = (await stat(path)).isDirectory()
  } catch (error) {
    if (endsInSeparator || !isMissing(error)) throw fileError(error, 'write', path)
  }
  if (isDirectory) return folders.below(path, keySegments(key, windows))
  if (endsInSeparator) throw new StorageError('LocalFile', `${path} is no directory`)
  return resolve(path)
}

function destination(
  handle: FileHandle,
  part: string,
  path: string,
  overwrite: boolean,
  folders: NewFolders,
): DestinationFile {
  let open = true
  let written = 0
  const close = async (): Promise<void> => {
    if (!open) return
    open = false
    await handle.close()
  }
  return {
    path,
    async fill(reader) {
      await writeAll(handle, reader, path, (bytes) => {
        written += bytes
      })
    },
    async publish() {
      try {
        // The temporary file is private while it is written; the final one has the mode of any new file.
        if (!windows) await handle.chmod(0o666 & ~process.umask()).catch(ignoreModeless)
        await close()
        if (overwrite) await rename(part, path)
        else await renameExclusively(part, path)
      } catch (error) {
        throw fileError(error, 'write', path)
      }
    },
    async discard(keep) {
      try {
        await close()
      } finally {
        // Nothing came: an empty file would only replace what an earlier attempt has left.
        if (!keep || written === 0) await unlink(part).catch(ignoreMissing)
      }
      if (!keep || written === 0) {
        await folders.removeEmpty()
        return undefined
      }
      const kept = `${path}.partial`
      try {
        await rename(part, kept)
      } catch (error) {
        const failure = fileError(error, 'write', kept)
        throw isStorageError(failure) ? withHint(failure, `What came is in ${part}`) : failure
      }
      return kept
    },
  }
}

// File systems without modes (FAT, some network mounts) refuse to set one.
function ignoreModeless(error: unknown): void {
  const code = errorCode(error)
  if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
}

/** Renames without replacing what somebody put there meanwhile. */
async function renameExclusively(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw destinationExists(path)
    // File systems without hard links (FAT, some network mounts) leave a small window here.
    if ((await look(path)) !== undefined) throw destinationExists(path)
    await rename(part, path)
    return
  }
  await unlink(part)
}

async function writeAll(
  handle: FileHandle,
  reader: BodyReader,
  path: string,
  onWritten: (bytes: number) => void,
): Promise<void> {
  let gathered: Uint8Array[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    const chunks = gathered
    const wanted = bytes
    gathered = []
    bytes = 0
    try {
      const { bytesWritten } = await handle.writev(chunks)
      onWritten(bytesWritten)
      if (bytesWritten < wanted) {
        await writeRest(handle, chunks, bytesWritten)
        onWritten(wanted - bytesWritten)
      }
    } catch (error) {
      throw fileError(error, 'write', path)
    }
  }
  try {
    for (;;) {
      const next = reader.read()
      const chunk = next !== undefined && 'then' in next ? await next : next
      if (chunk === undefined) break
      for (const piece of piecesOf(chunk)) {
        gathered.push(piece)
        bytes += piece.byteLength
        if (bytes >= gatherBytes || gathered.length >= gatherChunks) await flush()
      }
    }
  } catch (error) {
    // What came may be kept. That it cannot be written, too, is not the news.
    if (bytes > 0) await flush().catch(() => undefined)
    throw error
  }
  if (bytes > 0) await flush()
}

/** Node counts what one call has written in 31 bits: a chunk of more than 2 GiB would be written in part twice. */
function piecesOf(chunk: Uint8Array): readonly Uint8Array[] {
  if (chunk.byteLength <= mostAtOnce) return [chunk]
  const pieces: Uint8Array[] = []
  for (let offset = 0; offset < chunk.byteLength; offset += mostAtOnce) {
    pieces.push(chunk.subarray(offset, offset + mostAtOnce))
  }
  return pieces
}

// A full disk or a signal can cut a write short without an error.
async function writeRest(
  handle: FileHandle,
  chunks: readonly Uint8Array[],
  written: number,
): Promise<void> {
  let skip = written
  for (const chunk of chunks) {
    if (skip >= chunk.byteLength) skip -= chunk.byteLength
    else {
      await handle.appendFile(chunk.subarray(skip))
      skip = 0
    }
  }
}

async function look(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT'
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}

function destinationExists(path: string): StorageError {
  return new StorageError('DestinationExists', `${path} exists already`, {
    hint: 'Choose another path, or pass overwriteExisting: true',
  })
}
