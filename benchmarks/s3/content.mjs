// What the benchmarks transfer. Everything is made of one piece, so that the stub knows the MD5 of any stretch of it without hashing what
// it gets, and clients that compare hashes do all of their work.
import { createHash } from 'node:crypto'

export const KiB = 1024
export const MiB = 1024 ** 2
export const GiB = 1024 ** 3

/** Streams come in such pieces. Every object begins at the begin of one. */
export const piece = Buffer.alloc(64 * KiB)
for (let at = 0; at < piece.length; at += 4) piece.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at)

export const small = piece.subarray(0, KiB)

export const keysListed = 20_000
export const partSize = 8 * MiB
export const concurrency = 4

const known = new Map()

/** Of the first `size` bytes. */
export function md5Of(size) {
  let md5 = known.get(size)
  if (md5 === undefined) {
    const hash = createHash('md5')
    for (let left = size; left > 0; left -= piece.length) {
      hash.update(left < piece.length ? piece.subarray(0, left) : piece)
    }
    md5 = hash.digest('hex')
    known.set(size, md5)
  }
  return md5
}

/** `size` bytes, without saying how many: a multiple of a piece. */
export function* pieces(size) {
  for (let left = size; left > 0; left -= piece.length) yield piece
}
