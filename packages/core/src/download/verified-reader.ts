import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import { createMd5, type Md5 } from '../bytes/md5.ts'
import type { ProgressTrack, TransferProgress } from '../bytes/progress.ts'

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
  return new VerifiedReader(reader, expected)
}

// A class, since one is made for every download: closures would cost several times as much.
class VerifiedReader implements BodyReader {
  readonly #reader: BodyReader
  readonly #expected: Expectation
  readonly #md5: Md5 | undefined
  readonly #track: ProgressTrack
  #count = 0
  #ended = false

  constructor(reader: BodyReader, expected: Expectation) {
    this.#reader = reader
    this.#expected = expected
    this.#md5 = expected.md5 === undefined ? undefined : createMd5()
    this.#track = expected.progress.track()
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const next = this.#reader.read()
    return next !== undefined && 'then' in next
      ? next.then((chunk) => this.#pass(chunk))
      : this.#pass(next)
  }

  cancel(reason?: unknown): Promise<void> {
    return this.#reader.cancel(reason)
  }

  #pass(chunk: Uint8Array | undefined): Uint8Array | undefined {
    const { size, received, progress } = this.#expected
    if (chunk === undefined) {
      if (!this.#ended) {
        this.#checkEnd()
        progress.finished()
      }
      this.#ended = true
      return undefined
    }
    this.#count += chunk.byteLength
    if (this.#count > size) throw wrongLength(this.#count, size)
    this.#md5?.update(chunk)
    received(chunk.byteLength)
    this.#track.reached(this.#count)
    return chunk
  }

  #checkEnd(): void {
    const { size, md5 } = this.#expected
    if (this.#count !== size) throw wrongLength(this.#count, size)
    const got = this.#md5?.hex()
    if (got === md5) return
    throw new StorageError(
      'ObjectHashMismatch',
      `the bytes that arrived are not those that were stored: MD5 ${got} instead of ${md5}`,
      {
        hint: 'Download again. If it stays so, the stored object is damaged; verifyHash: false reads it all the same',
      },
    )
  }
}

function wrongLength(got: number, size: number): StorageError {
  return new StorageError(
    'Network',
    got < size
      ? `the transfer broke off after ${got} of ${size} bytes`
      : `more than the announced ${size} bytes arrived`,
  )
}
