import { expect, test } from '@jest/globals'
import { contentRangeOf, rangeHeader } from '../src/content-range.ts'

test('the end is exclusive here and inclusive there', () => {
  expect(rangeHeader({ start: 0, end: 1 })).toBe('bytes=0-0')
  expect(rangeHeader({ start: 5 })).toBe('bytes=5-')
  expect(contentRangeOf('bytes 0-0/10')).toEqual({ start: 0, end: 1, total: 10 })
})

test.each([
  undefined,
  '',
  'bytes */10',
  'bytes 0-0/*',
  'bytes -1-5/10',
  'items 0-1/2',
  'bytes 0-1/2, bytes 3-4/5',
])('%j says nothing', (header) => {
  expect(contentRangeOf(header)).toBeUndefined()
})
