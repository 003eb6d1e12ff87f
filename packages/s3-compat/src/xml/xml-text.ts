import type { StorageError } from '@cloudstore/core'
import { malformed } from './malformed.ts'

/** More than any answer of S3 holds: a page of a thousand keys, each of 1,024 bytes percent-encoded, is 4 MB. */
export const longestXml: number = 16 * 1024 * 1024

export function tooLong(): StorageError {
  return malformed(`is longer than ${longestXml} bytes`)
}

/**
 * An answer's bytes as text.
 *
 * @throws StorageError `MalformedResponse` when there are too many, or they are not UTF-8
 */
export function xmlText(bytes: Uint8Array): string {
  if (bytes.length > longestXml) throw tooLong()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw malformed('is not UTF-8', undefined, cause)
  }
}
