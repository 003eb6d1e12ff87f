import { describe, expect, test } from '@jest/globals'
import type { ByteRange } from '../../src/contract/backend.ts'
import { boundsOfRange, checkRange } from '../../src/download/byte-range.ts'
import { thrownBy } from '../support/thrown-by.ts'

describe('before any request', () => {
  test('options in the place of the end', () => {
    const range = { start: 0, end: { overwriteExisting: true } } as unknown as ByteRange
    expect(thrownBy(() => checkRange(range))).toMatchObject({
      problem: 'the end of a range must be a whole number, not an object',
      hint: 'Options come after the end: pass undefined for the end of the object',
    })
  })

  test.each<ByteRange | undefined>([
    undefined,
    { start: 0 },
    { start: 0, end: undefined },
    { start: 0, end: 1 },
    { start: Number.MAX_SAFE_INTEGER - 1, end: Number.MAX_SAFE_INTEGER },
  ])('%p means something', (range) => {
    expect(checkRange(range)).toBeUndefined()
  })

  test.each([
    {},
    { end: 5 },
    { start: -1 },
    { start: 1.5 },
    { start: Number.NaN },
    { start: Infinity },
    { start: 2 ** 53 },
    { start: '0' },
    { start: 0n },
    { start: null },
    { start: 0, end: 0 },
    { start: 5, end: 5 },
    { start: 5, end: 4 },
    { start: 0, end: -1 },
    { start: 0, end: Number.NaN },
    { start: 0, end: Infinity },
    { start: 0, end: null },
    { start: 0, end: '5' },
    { start: 0, length: 5 },
    { start: 0, stop: 5 },
  ])('%p does not', (range) => {
    expect(thrownBy(() => checkRange(range as ByteRange))).toMatchObject({ code: 'InvalidRange' })
  })
})

describe('how many bytes a range covers', () => {
  test.each<[ByteRange | undefined, number, number, number]>([
    [undefined, 10, 0, 10],
    [undefined, 0, 0, 0],
    [{ start: 0 }, 10, 0, 10],
    [{ start: 9 }, 10, 9, 10],
    [{ start: 0, end: 1 }, 10, 0, 1],
    [{ start: 3, end: 7 }, 10, 3, 7],
    [{ start: 3, end: 10 }, 10, 3, 10],
    [{ start: 3, end: 11 }, 10, 3, 10],
    [{ start: 3, end: 2 ** 50 }, 10, 3, 10],
  ])('%p of %i bytes: from %i to %i', (range, size, start, end) => {
    expect(boundsOfRange(range, size)).toEqual({ start, end })
  })

  test.each([
    [{ start: 10 }, 10],
    [{ start: 11, end: 12 }, 10],
    [{ start: 0 }, 0],
  ])('%p starts behind %i bytes', (range, size) => {
    expect(thrownBy(() => boundsOfRange(range, size))).toMatchObject({
      code: 'InvalidRange',
      message: expect.stringContaining(`${size} bytes`),
    })
  })
})
