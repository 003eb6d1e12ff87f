import { describe, expect, test } from '@jest/globals'
import { decodeMetadata, encodeMetadata, headerText } from '../src/metadata-encoding.ts'

const values = [
  '',
  'plain',
  'two  spaces, "quotes" and ~',
  ' blanks at both ends ',
  'Grüße',
  '日本語',
  'emoji 😀',
  'line\nend',
  'tab\there',
  '=?UTF-8?B?R3LDvMOfZQ==?=',
  '=?',
  'a =?x?= b',
  '\ufeffmark',
  'x'.repeat(1500),
  'ü'.repeat(500),
]

describe('what is written', () => {
  test.each(values)('%j comes back', (value) => {
    expect(decodeMetadata(encodeMetadata(value))).toBe(value)
  })

  test.each(values)('%j can stand in a header', (value) => {
    const header = encodeMetadata(value)
    expect(header).toMatch(/^[\x20-\x7e]*$/)
    expect(header).toBe(header.trim())
  })

  test('plain text stays as it is', () => {
    expect(encodeMetadata('a value, plain')).toBe('a value, plain')
  })
})

describe('what others write', () => {
  test.each([
    ['=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?utf-8?b?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?UTF-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=', 'Grüße an alle'],
    ['=?utf-8?q?Gr=c3=bc=c3=9fe?=', 'Grüße'],
    ['an =?UTF-8?B?w7Y=?= end', 'an ö end'],
    // Two words: the blank between them is none of the value (RFC 2047, 6.2).
    ['=?UTF-8?B?w6Q=?= =?UTF-8?B?w7Y=?=', 'äö'],
    ['=?UTF-8?B?w6Q=?=\t=?UTF-8?Q?=C3=B6?=', 'äö'],
    // Cut in the middle of a letter, by encoders that count bytes.
    ['=?UTF-8?B?w6TD?= =?UTF-8?B?tg==?=', 'äö'],
    ['=?UTF-8?B??=', ''],
  ])('%s', (text, expected) => {
    expect(decodeMetadata(text)).toBe(expected)
  })

  test.each([
    '=?UTF-8?B?not base64!?=',
    '=?UTF-8?B?//8=?=',
    '=?KOI8-R?B?8NLJ18XU?=',
    '=?UTF-8?X?abc?=',
    '=?UTF-8?B?unclosed',
    'price =? maybe',
  ])('%s is left as it came', (text) => {
    expect(decodeMetadata(text)).toBe(text)
  })

  test('text made to be slow is not', () => {
    const before = performance.now()
    decodeMetadata('=?UTF-8?B?'.repeat(5000))
    decodeMetadata(`=?UTF-8?B??=${' '.repeat(50_000)}x`)
    decodeMetadata('=?UTF-8?B??= '.repeat(5000))
    expect(performance.now() - before).toBeLessThan(500)
  })
})

describe('headerText', () => {
  test('raw UTF-8, which headers bring as Latin-1, is text', () => {
    expect(headerText(Buffer.from('Grüße 😀').toString('latin1'))).toBe('Grüße 😀')
  })

  test('what is no UTF-8 is Latin-1', () => {
    expect(headerText('Gr\xfc\xdfe')).toBe('Grüße')
    expect(headerText('plain')).toBe('plain')
    expect(headerText('already text 日本')).toBe('already text 日本')
  })
})
