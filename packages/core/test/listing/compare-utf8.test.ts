import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { compareUtf8 } from '../../src/listing/compare-utf8.ts'

/** Well-formed text in which code points around the surrogates are as likely as ASCII. */
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '\0',
    'é',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '😀',
    '\u{10ffff}',
  ),
  maxLength: 6,
})

describe('compareUtf8', () => {
  test('agrees with comparing encoded bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
      { numRuns: 5000 },
    )
  })

  test('puts an emoji behind U+FFFF, where `<` puts it before', () => {
    const names = ['😀', '\uffff']
    expect(names.toSorted()).toEqual(['😀', '\uffff'])
    expect(names.toSorted(compareUtf8)).toEqual(['\uffff', '😀'])
  })

  test('sorts by difference in the low surrogate too', () => {
    expect(['😂', '😀', '😁'].sort(compareUtf8)).toEqual(['😀', '😁', '😂'])
  })
})
