import { abortable } from '../bytes/abortable-reader.ts'
import { requireLength } from './announced-length.ts'
import type { Body, BodyReader } from '../contract/body.ts'
import { bytesReader } from '../bytes/chunks.ts'
import { createMd5, type Md5 } from '../bytes/md5.ts'
import { answeredEarly } from '../errors/answered-early.ts'
import type { ProgressTrack } from '../bytes/progress.ts'
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
   * To be called when the body was taken: counts bytes that were used as they are, without being read. Fails when the last reading has not come to the
   * end: whoever reports success then has not stored all of it.
   */
  settle(): void
}

/** A body as backends get it: bytes that are counted, hashed, held to their announced length and cancelled with the call. */
export function sentBody(request: SentBodyRequest): SentBody {
  const { size, replayable, bytes, hash, signal } = request
  let last: { ended: boolean } | undefined
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
      const reading = { ended: false }
      last = reading
      if (bytes !== undefined) {
        return counted(bytesReader(bytes), request, () => {
          reading.ended = true
        })
      }
      digest = undefined
      const md5 = hash ? createMd5() : undefined
      return counted(
        abortable(request.open(), signal),
        request,
        () => {
          reading.ended = true
          digest = md5?.hex()
        },
        md5,
      )
    },
    md5: md5OfBytes,
    settle() {
      if (last?.ended === false) throw answeredEarly('the provider')
      if (last === undefined && bytes !== undefined) request.onSent(bytes.byteLength)
    },
  }
}

/**
 * Counts, hashes and measures. A server acts as soon as it has the announced number of bytes, so the last of them are handed out only when the source has
 * ended with them: one that goes on, or fails at its very end, must not leave an object behind.
 */
function counted(
  reader: BodyReader,
  { size, track, onSent }: Pick<SentBodyRequest, 'size' | 'track' | 'onSent'>,
  atEnd: () => void,
  md5?: Md5,
): BodyReader {
  let taken = 0
  let ended = false
  const end = (): undefined => {
    requireLength(taken, size, true)
    atEnd()
    ended = true
  }
  const handOut = (chunk: Uint8Array): Uint8Array => {
    onSent(chunk.byteLength)
    track.reached(taken)
    return chunk
  }
  const endWith = (last: Uint8Array, more: Uint8Array | undefined): Uint8Array => {
    requireLength(taken + (more?.byteLength ?? 0), size, true)
    end()
    return handOut(last)
  }
  const take = (
    chunk: Uint8Array | undefined,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    if (chunk === undefined) return end()
    taken += chunk.byteLength
    requireLength(taken, size, false)
    md5?.update(chunk)
    if (taken !== size) return handOut(chunk)
    const more = reader.read()
    return more !== undefined && 'then' in more
      ? more.then((rest) => endWith(chunk, rest))
      : endWith(chunk, more)
  }
  return {
    read() {
      if (ended) return undefined
      const next = reader.read()
      return next !== undefined && 'then' in next ? next.then(take) : take(next)
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
