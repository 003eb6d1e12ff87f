import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import { createMd5 } from '../bytes/md5.ts'
import type { TransferProgress } from '../bytes/progress.ts'

export interface Expectation {
  /** Bytes that must come. */
  readonly size: number
  /** Their MD5 in hex, where known. */
  readonly md5: string | undefined
  readonly progress: TransferProgress
  readonly received: (bytes: number) => void
}

/** A body that fails instead of ending when it is not what was announced: no silent truncation. */
export function verified(reader: BodyReader, expected: Expectation): BodyReader {
  const md5 = expected.md5 === undefined ? undefined : createMd5()
  const track = expected.progress.track()
  let count = 0
  let ended = false
  const pass = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk === undefined) {
      if (!ended) {
        checkEnd()
        expected.progress.finished()
      }
      ended = true
      return undefined
    }
    count += chunk.byteLength
    if (count > expected.size) throw wrongLength(count)
    md5?.update(chunk)
    expected.received(chunk.byteLength)
    track.reached(count)
    return chunk
  }
  const checkEnd = (): void => {
    if (count !== expected.size) throw wrongLength(count)
    const got = md5?.hex()
    if (got === expected.md5) return
    throw new StorageError(
      'ObjectHashMismatch',
      `the bytes that arrived are not those that were stored: MD5 ${got} instead of ${expected.md5}`,
      {
        hint: 'Download again. If it stays so, the stored object is damaged; verifyHash: false reads it all the same',
      },
    )
  }
  const wrongLength = (got: number): StorageError =>
    new StorageError(
      'Network',
      got < expected.size
        ? `the transfer broke off after ${got} of ${expected.size} bytes`
        : `more than the announced ${expected.size} bytes arrived`,
    )
  return {
    read() {
      const next = reader.read()
      return next !== undefined && 'then' in next ? next.then(pass) : pass(next)
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
