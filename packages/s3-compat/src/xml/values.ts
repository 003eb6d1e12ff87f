import { malformed } from './malformed.ts'

/** An ETag without its quotes; some servers leave them out. */
export function etagOf(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}

/** @throws StorageError `MalformedResponse` */
export function numberOf(name: string, text: string | undefined): number {
  const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw malformed(`has ${name} that is no whole number`, text)
}

/** @throws StorageError `MalformedResponse` */
export function booleanOf(name: string, text: string | undefined): boolean {
  const value = text?.toLowerCase()
  if (value === 'true' || value === 'false') return value === 'true'
  throw malformed(`has ${name} that is neither true nor false`, text)
}

/** A date that is told along with something else: one that nobody can read is not known, and no reason to refuse the rest. */
export function dateIfKnown(text: string | undefined): Date | undefined {
  // `new Date('0')` is the year 2000.
  if (text === undefined || !/^[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(text)) return undefined
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** @throws StorageError `MalformedResponse` */
export function dateOf(name: string, text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw malformed(`has ${name} that is no date`, text)
  return date
}

/**
 * How names in an answer are decoded, by the `EncodingType` that it declares.
 *
 * @throws StorageError `MalformedResponse` for an encoding that is not known
 */
export function decoderFor(encoding: string | undefined): (text: string) => string {
  if (encoding === undefined || encoding === '') return asIs
  if (encoding.toLowerCase() === 'url') return urlDecoded
  throw malformed('declares an unknown EncodingType', encoding)
}

function asIs(text: string): string {
  return text
}

/** As forms are encoded: `+` is a blank. */
function urlDecoded(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw malformed('holds a name that is not percent-encoded UTF-8', text, cause)
  }
}
