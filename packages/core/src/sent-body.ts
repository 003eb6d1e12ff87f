import { abortable } from './abort.ts'
import { requireLength } from './announced-length.ts'
import type { Body, BodyReader } from './body.ts'
import { bytesReader } from './chunks.ts'
import { createMd5, type Md5 } from './md5.ts'
import type { ProgressTrack } from './progress.ts'
import type { AbortSignalLike } from './structural.ts'

export interface SentBodyRequest {
  readonly size: number | undefined
  readonly replayable: boolean
  readonly bytes?: Uint8Array | undefined
  readonly open: () => BodyReader
  /** Whether `md5()` shall know. */
  readonly hash: boolean
  readonly track: ProgressTrack
  readonly signal: AbortSignalLike | undefined
}

/** A body as backends get it: bytes that are counted, hashed, held to their announced length and cancelled with the call. */
export function sentBody(request: SentBodyRequest): Body {
  const { size, replayable, bytes, hash, track, signal } = request
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
    open() {
      if (bytes !== undefined) return counted(bytesReader(bytes), size, track)
      digest = undefined
      const md5 = hash ? createMd5() : undefined
      return counted(abortable(request.open(), signal), size, track, md5, (hex) => {
        digest = hex
      })
    },
    md5: md5OfBytes,
  }
}

function counted(
  reader: BodyReader,
  size: number | undefined,
  track: ProgressTrack,
  md5?: Md5,
  hashed?: (hex: string) => void,
): BodyReader {
  let sent = 0
  let ended = false
  const pass = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk === undefined) {
      requireLength(sent, size, true)
      if (!ended && md5 !== undefined) hashed?.(md5.hex())
      ended = true
      return undefined
    }
    sent += chunk.byteLength
    requireLength(sent, size, false)
    md5?.update(chunk)
    track.reached(sent)
    return chunk
  }
  return {
    read() {
      const next = reader.read()
      return next !== undefined && 'then' in next ? next.then(pass) : pass(next)
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
