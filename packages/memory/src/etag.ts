import { createMd5 } from '@cloudstore/core'
import type { StoredBytes } from './stored-bytes.ts'

/**
 * Hex MD5 of stored bytes, for what core has not hashed: copies, and uploads with `verifyHash:
 * false`.
 */
export function md5OfStored({ pieces }: StoredBytes): string {
  const md5 = createMd5()
  for (const piece of pieces) md5.update(piece)
  return md5.hex()
}

/**
 * The ETag that S3 gives an object made of parts: the MD5 of their MD5s as bytes, and how many
 * there were.
 */
export function multipartETag(partMd5s: readonly string[]): string {
  const md5 = createMd5()
  for (const hex of partMd5s) md5.update(bytesOfHex(hex))
  return `${md5.hex()}-${partMd5s.length}`
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
