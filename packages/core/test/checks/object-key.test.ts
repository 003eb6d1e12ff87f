import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkObjectKey, hasLoneSurrogate, utf8Length } from '../../src/checks/object-key.ts'

describe('checkObjectKey', () => {
  test.each([
    'a',
    '/',
    '//',
    '.',
    '..',
    'a/../b',
    '/x',
    'x/',
    ' ',
    '\0',
    '\n',
    '😀',
    'a'.repeat(1024),
    '😀'.repeat(256),
  ])('takes %j', (key) => {
    expect(() => checkObjectKey(key)).not.toThrow()
  })

  test.each([
    ['', 'empty'],
    ['a'.repeat(1025), '1025'],
    ['ü'.repeat(513), '1026'],
    ['\ud800', 'surrogate'],
    ['a\udc00b', 'surrogate'],
    [undefined, 'not undefined'],
    [null, 'not null'],
    [5, 'not number'],
  ])('refuses %j', (key, says) => {
    const check = () => checkObjectKey(key)
    expect(check).toThrow(expect.objectContaining({ code: 'InvalidObjectName' }))
    expect(check).toThrow(says)
  })
})

test('utf8Length agrees with encoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length)
    }),
  )
})

test('hasLoneSurrogate agrees with encoding and decoding', () => {
  const units = fc.array(fc.constantFrom('a', '\ud83d', '\ude00', '\uffff'), { maxLength: 5 })
  fc.assert(
    fc.property(units, (parts) => {
      const text = parts.join('')
      const survives = new TextDecoder().decode(new TextEncoder().encode(text)) === text
      expect(hasLoneSurrogate(text)).toBe(!survives)
    }),
  )
})
