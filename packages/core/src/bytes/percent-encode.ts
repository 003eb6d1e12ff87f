import { StorageError } from '../errors/errors.ts'

/**
 * Percent-encodes text for one part of a URL, by RFC 3986: everything but letters, digits and `-._~`, as UTF-8 bytes in upper case.
 *
 * @throws StorageError `InvalidArgument` when the text holds half of a surrogate pair, which has no UTF-8
 */
export function percentEncode(text: string): string {
  if (!/[^A-Za-z0-9\-._~]/.test(text)) return text
  if (/\p{Surrogate}/u.test(text)) {
    throw new StorageError('InvalidArgument', 'the text holds half of a surrogate pair')
  }
  // encodeURIComponent leaves five more characters alone than the RFC does.
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, encodeCharacter)
}

/**
 * Percent-encodes a key for the path of a URL: as `percentEncode`, but `/` stays. Nothing is normalized.
 *
 * @throws StorageError `InvalidArgument` as `percentEncode`
 */
export function percentEncodePath(key: string): string {
  return percentEncode(key).replaceAll('%2F', '/')
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
