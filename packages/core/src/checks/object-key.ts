import { StorageError } from '../errors/errors.ts'

/** The longest key that S3 takes, in bytes of UTF-8. */
const maxKeyBytes = 1024

/** Refuses what no provider takes as a key. Anything else is a key: keys are bytes, not paths. */
export function checkObjectKey(key: unknown): asserts key is string {
  const problem = problemWith(key)
  if (problem !== undefined) throw new StorageError('InvalidObjectName', problem)
}

function problemWith(key: unknown): string | undefined {
  if (typeof key !== 'string') {
    return `the key of an object must be a string, not ${key === null ? 'null' : typeof key}`
  }
  if (key === '') return 'the key of an object must not be empty'
  if (hasLoneSurrogate(key)) {
    return 'the key of an object must be well-formed text; this one holds half of a surrogate pair'
  }
  const bytes = utf8Length(key)
  return bytes > maxKeyBytes
    ? `the key of an object must have at most ${maxKeyBytes} bytes of UTF-8; this one has ${bytes}`
    : undefined
}

/**
 * Whether text holds a surrogate without its partner: then it can't be encoded, and two such texts
 * may turn into one.
 */
export function hasLoneSurrogate(text: string): boolean {
  return /[\uD800-\uDFFF]/u.test(text)
}

/** How many bytes well-formed text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    // A pair of surrogates is four bytes, so each of the two adds one.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}
