import { open, type FileHandle } from 'node:fs/promises'
import { type AbortSignalLike, type Body, type BodyReader, throwIfAborted } from '@cloudstore/core'
import type { Store } from '../root/store.ts'
import { removeFile } from '../root/calls.ts'

const pieceSize = 1024 * 1024

/** Bytes in a file of the control folder, about to become an object or a part of one. */
export interface Draft {
  readonly path: string
  readonly size: number
}

/** Writes a body to a file of its own. */
export async function writeDraft(
  store: Store,
  body: Body,
  signal: AbortSignalLike | undefined,
): Promise<Draft> {
  const path = store.owner.temporaryPath()
  return draftedAt(store, path, (handle) => writeBody(handle, body, signal))
}

/** Makes a file in the control folder and fills it; it does not outlive a failure. */
export async function draftedAt(
  store: Store,
  path: string,
  fill: (handle: FileHandle) => Promise<number>,
): Promise<Draft> {
  await store.owner.file()
  const handle = await store.inFolderOf(path, () => open(path, 'wx'))
  try {
    try {
      const size = await fill(handle)
      if (store.fsync) await handle.sync()
      return { path, size }
    } finally {
      await handle.close()
    }
  } catch (error) {
    await removeFile(path)
    throw error
  }
}

async function writeBody(
  handle: FileHandle,
  body: Body,
  signal: AbortSignalLike | undefined,
): Promise<number> {
  if (body.bytes !== undefined) {
    throwIfAborted(signal)
    await writeAll(handle, body.bytes, 0)
    return body.bytes.byteLength
  }
  const reader = body.open()
  try {
    return await writeStream(handle, reader, signal)
  } catch (error) {
    await reader.cancel(error)
    throw error
  }
}

/** Writes small chunks together and large ones as they are. */
async function writeStream(
  handle: FileHandle,
  reader: BodyReader,
  signal: AbortSignalLike | undefined,
): Promise<number> {
  let position = 0
  let filled = 0
  let buffer: Uint8Array | undefined
  const flush = async (): Promise<void> => {
    if (buffer === undefined || filled === 0) return
    await writeAll(handle, buffer.subarray(0, filled), position)
    position += filled
    filled = 0
  }
  for (;;) {
    throwIfAborted(signal)
    const chunk = await reader.read()
    if (chunk === undefined) break
    if (filled + chunk.byteLength > pieceSize) await flush()
    if (chunk.byteLength >= pieceSize / 2 && filled === 0) {
      await writeAll(handle, chunk, position)
      position += chunk.byteLength
    } else {
      buffer ??= Buffer.allocUnsafeSlow(pieceSize)
      buffer.set(chunk, filled)
      filled += chunk.byteLength
    }
  }
  await flush()
  return position
}

/** Writes may stop short, so they go on until everything is there. */
export async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0
  while (done < bytes.byteLength) {
    const length = Math.min(pieceSize * 4, bytes.byteLength - done)
    const { bytesWritten } = await handle.write(bytes, done, length, position + done)
    done += bytesWritten
  }
}
