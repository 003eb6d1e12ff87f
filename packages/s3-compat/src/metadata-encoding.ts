/**
 * User metadata on the wire. HTTP headers carry ASCII, so a value of other letters is written as an RFC 2047 encoded word, `=?UTF-8?B?…?=` (base64), as Amazon's own
 * servers and tools do. A value that looks like an encoded word is encoded too, so that what comes back is always what was stored.
 */
export function encodeMetadata(value: string): string {
  const plain = /^[\x20-\x7e]*$/.test(value) && !value.includes('=?') && value === value.trim()
  return plain ? value : `=?UTF-8?B?${toBase64(value)}?=`
}

/** Text as another program may have stored it: raw UTF-8 bytes, which headers are read as Latin-1. What is no UTF-8 is Latin-1. */
export function headerText(value: string): string {
  if (!/[\x80-\xff]/.test(value) || /[^\x00-\xff]/.test(value)) return value
  return decoded(Uint8Array.from(value, (character) => character.charCodeAt(0))) ?? value
}

// White space between two encoded words is no part of the value (RFC 2047, section 6.2).
const encodedWords = /=\?utf-8\?[bq]\?[^?\s]*\?=(?:\s*=\?utf-8\?[bq]\?[^?\s]*\?=)*/gi
const encodedWord = /=\?utf-8\?([bq])\?([^?\s]*)\?=/gi

/** The value behind encoded words, or the text itself where there is none that can be read. */
export function decodeMetadata(text: string): string {
  return text.includes('=?') ? text.replaceAll(encodedWords, (words) => wordsText(words)) : text
}

/** Decoded together: encoders that count bytes cut letters in two. */
function wordsText(words: string): string {
  try {
    const parts = [...words.matchAll(encodedWord)].map(([, encoding, data = '']) =>
      encoding?.toLowerCase() === 'b' ? fromBase64(data) : fromQuotedPrintable(data),
    )
    return decoded(Uint8Array.from(parts.flatMap((part) => [...part]))) ?? words
  } catch {
    // What is no base64 is no encoded word.
    return words
  }
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(data: string): Uint8Array {
  return Uint8Array.from(atob(data), (character) => character.charCodeAt(0))
}

function fromQuotedPrintable(data: string): Uint8Array {
  const characters = data
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Uint8Array.from(characters, (character) => character.charCodeAt(0))
}
