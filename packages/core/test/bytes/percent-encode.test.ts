import { expect, test } from '@jest/globals'
import { percentEncode, percentEncodePath } from '@cloudstore/core'
import * as fc from 'fast-check'

/** By the RFC's words alone: each byte of the UTF-8, one by one. */
function encodeBytes(text: string, alsoPlain = ''): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      const plain = /[A-Za-z0-9\-._~]/.test(character) || alsoPlain.includes(character)
      return plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

const text = fc.string({ unit: 'binary' }).filter((value) => !/\p{Surrogate}/u.test(value))

test('every byte but the unreserved is encoded', () => {
  fc.assert(fc.property(text, (value) => expect(percentEncode(value)).toBe(encodeBytes(value))))
})

test('in a path the slash stays, and nothing is normalized', () => {
  fc.assert(
    fc.property(text, (value) => expect(percentEncodePath(value)).toBe(encodeBytes(value, '/'))),
  )
  expect(percentEncodePath('a//b/../c/./%2F+ é!')).toBe('a//b/../c/./%252F%2B%20%C3%A9%21')
})

test('half of a surrogate pair has no encoding', () => {
  expect(() => percentEncode('a\uD800')).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  )
})
