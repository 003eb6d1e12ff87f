import { createMd5 } from '../../src/bytes/md5.ts'
import type { ObjectInfo } from '../../src/contract/backend.ts'

/** Bytes that differ from place to place, so that a mixed-up order shows. */
export function sample(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size)
  let state = seed
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

export function md5Of(bytes: Uint8Array): string {
  const md5 = createMd5()
  md5.update(bytes)
  return md5.hex()
}

export function join(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks))
}

export interface StoredBytes {
  readonly info: ObjectInfo
  readonly bytes: Uint8Array
}
