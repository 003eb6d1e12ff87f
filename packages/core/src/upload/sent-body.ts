import { abortable } from '../bytes/abortable-reader.ts'
import { requireLength } from './announced-length.ts'
import type { Body, BodyReader } from '../contract/body.ts'
import { bytesReader } from '../bytes/chunks.ts'
import { createMd5, type Md5 } from '../bytes/md5.ts'
import { StorageError } from '../errors/errors.ts'
import type { ProgressTrack } from './progress.ts'
import type { AbortSignalLike } from '../surface/structural.ts'

export interface SentBodyRequest {
  readonly size: number | undefined
  readonly replayable: boolean
  readonly bytes?: Uint8Array | undefined
  readonly open: () => BodyReader
  /** Whether `md5()` shall know. */
  readonly hash: boolean
  readonly track: ProgressTrack
  /** Called with the length of every chunk that is handed out. */
  readonly onSent: (bytes: number) => void
  readonly signal: AbortSignalLike | undefined
}

export interface SentBody extends Body {
  /**
   * To be called when the body was taken: counts bytes that were used as they are, without being read.
   *
   * @throws StorageError `MalformedResponse` when it was not read to its end
   */
  settle(): void
}

/** A body as backends get it: bytes that are counted, hashed, held to their announced length and cancelled with the call. */
export function sentBody(request: SentBodyRequest): SentBody {
  const { size, replayable, bytes, hash, signal } = request
  let reader: CountedReader | undefined
  let digest: string | undefined
  const md5OfBytes = (): string | undefined => {
    if (hash && digest === undefined && bytes !== undefined) {
      const md5 = createMd5()
      md5.update(bytes)
      digest = md5.hex()
    }
    return digest
  }
  return {
    size,
    replayable,
    bytes,
    open(purpose) {
      if (purpose === 'look') {
        return bytes === undefined ? abortable(request.open(), signal) : bytesReader(bytes)
      }
      if (bytes !== undefined) {
        reader = counted(bytesReader(bytes), request)
        return reader
      }
      digest = undefined
      const md5 = hash ? createMd5() : undefined
      reader = counted(abortable(request.open(), signal), request, md5, (hex) => {
        digest = hex
      })
      return reader
    },
    md5: md5OfBytes,
    settle() {
      if (reader === undefined && bytes !== undefined) request.onSent(bytes.byteLength)
      if (reader !== undefined) requireAll(reader.taken(), size)
    },
  }
}

/** A server that answers before it has everything has not stored everything, whatever it says. */
function requireAll(taken: number, size: number | undefined): void {
  if (size === undefined || taken >= size) return
  throw new StorageError(
    'MalformedResponse',
    `the provider answered after at most ${taken} of ${size} bytes, as if it had them all`,
    { outcome: 'unknown', hint: 'What is stored now may be cut off: upload it again' },
  )
}

interface CountedReader extends BodyReader {
  /** How many bytes were handed out. */
  taken(): number
}

function counted(
  reader: BodyReader,
  { size, track, onSent }: Pick<SentBodyRequest, 'size' | 'track' | 'onSent'>,
  md5?: Md5,
  hashed?: (hex: string) => void,
): CountedReader {
  let sent = 0
  let hashing = md5
  const finish = (): void => {
    if (hashing !== undefined) hashed?.(hashing.hex())
    hashing = undefined
  }
  const pass = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk === undefined) {
      requireLength(sent, size, true)
      finish()
      return undefined
    }
    sent += chunk.byteLength
    onSent(chunk.byteLength)
    requireLength(sent, size, false)
    hashing?.update(chunk)
    // The answer may be there before the source says that this was all.
    if (sent === size) finish()
    track.reached(sent)
    return chunk
  }
  return {
    taken: () => sent,
    read() {
      const next = reader.read()
      return next !== undefined && 'then' in next ? next.then(pass) : pass(next)
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
