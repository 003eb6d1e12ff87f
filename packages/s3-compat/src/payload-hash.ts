import type { Body } from '@cloudstore/core'
import { crypto } from '#platform'

/** `'auto'`: what TLS protects is not hashed again. `'always'`: every body is, for servers that insist. */
export type PayloadSigning = 'auto' | 'always'

/** What version 4 signs in place of a hash. */
export const unsignedPayload = 'UNSIGNED-PAYLOAD'

const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Hex SHA-256 of a body. One that is not in memory is read once for it, before it is sent. */
export function payloadHash(body: Body | undefined): string | Promise<string> {
  if (body === undefined || body.size === 0) return hashOfNothing
  return body.bytes === undefined ? hashOfStream(body) : crypto.sha256Hex(body.bytes)
}

async function hashOfStream(body: Body): Promise<string> {
  const hash = new crypto.Sha256()
  const reader = body.open('look')
  for (;;) {
    const chunk = await reader.read()
    if (chunk === undefined) break
    hash.update(chunk)
  }
  const digest = await hash.digest()
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
