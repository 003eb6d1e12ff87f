import { expect, test } from '@jest/globals'
import { readXml } from '../src/xml/read-xml.ts'
import { fitsXml, writeXml } from '../src/xml/write-xml.ts'
import * as fc from 'fast-check'

const start =
  '<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'

test('elements in order, several of a name, none for undefined', () => {
  const content = { B: 'b', C: [{ D: 1, E: true }, { D: 2 }], F: undefined, G: ['x', 'y'], H: {} }
  expect(writeXml('A', content)).toBe(
    `${start}<B>b</B><C><D>1</D><E>true</E></C><C><D>2</D></C><G>x</G><G>y</G><H></H></A>`,
  )
})

test('whatever XML can hold comes back as it was', async () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => fitsXml(value))
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const { element } = await readXml(writeXml('A', { B: value }), 'A')
      expect(element.textOf('B')).toBe(value)
    }),
  )
})

test.each([['\u0000'], ['a\u0008'], ['\u001f'], ['\ufffe'], ['\uffff'], ['\ud800']])(
  'XML cannot hold %j',
  (value) => {
    expect(fitsXml(value)).toBe(false)
    expect(() => writeXml('A', { B: value })).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    )
  },
)

test.each([['a\tb\nc\rd'], ['é😀'], ['\u007f\u0085\u2028'], ['']])('XML can hold %j', (value) => {
  expect(fitsXml(value)).toBe(true)
})
