import { randomBytes } from 'node:crypto'
import { createMd5 } from '@cloudstore/core'

/**
 * The ETag of an object written in one piece: its MD5, as on S3, or without one something that no
 * other object has.
 */
export function etagOf(md5: string | undefined): string {
  return md5 ?? `unhashed-${randomBytes(12).toString('hex')}`
}

/**
 * The ETag that S3 gives an object made of parts: the MD5 of their MD5s as bytes, and how many
 * there were.
 */
export function multipartEtag(parts: readonly string[]): string {
  if (!parts.every(isMd5)) return `${etagOf(undefined)}-${parts.length}`
  const md5 = createMd5()
  for (const part of parts) md5.update(Buffer.from(part, 'hex'))
  return `${md5.hex()}-${parts.length}`
}

export function isMd5(etag: string): boolean {
  return /^[0-9a-f]{32}$/.test(etag)
}
