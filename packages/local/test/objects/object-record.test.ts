import type { BigIntStats } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import {
  drawTime,
  infoOfFile,
  recordOfFile,
  type ObjectRecord,
} from '../../src/objects/object-record.ts'

const second = 1_700_000_001n * 1_000_000_000n

function file(mtimeNs: bigint, size = 5n, ino = 7n): BigIntStats {
  return { mtimeNs, size, ino, ctimeNs: mtimeNs } as BigIntStats
}

function record(mtime: bigint, more: Partial<ObjectRecord> = {}): ObjectRecord {
  return { size: 5, mtime: String(mtime), inode: '7', ...more }
}

describe('a record speaks of a file', () => {
  const one = record(second + 123_456_789n, { etag: 'one' })

  test.each([
    ['the same time', second + 123_456_789n],
    ['a time in steps of 100 ns', second + 123_456_700n],
    ['a time in microseconds', second + 123_456_000n],
    ['a time in steps of 10 ms', second + 120_000_000n],
    ['a time in whole seconds', second],
    ['a time in even seconds', second - 1_000_000_000n],
  ])('with %s', (_, mtime) => {
    expect(recordOfFile([one], file(mtime))).toBe(one)
  })

  test.each([
    ['another time', file(second + 123_455_789n)],
    ['another second', file(second + 1_000_000_000n)],
    ['another size', file(second + 123_456_789n, 6n)],
    ['an earlier fraction', file(second + 110_000_000n)],
  ])('not with %s', (_, other) => {
    expect(recordOfFile([one], other)).toBeUndefined()
  })

  test('of two the one with the inode, where times are too coarse', () => {
    const newer = record(second + 1n, { inode: '8', etag: 'newer' })
    const older = record(second + 2n, { inode: '7', etag: 'older' })
    expect(recordOfFile([newer, older], file(second))).toBe(older)
    expect(recordOfFile([newer, older], file(second, 5n, 8n))).toBe(newer)
    expect(recordOfFile([newer, older], file(second, 5n, 9n))).toBe(newer)
  })
})

test('times drawn are in the second of the clock and finer than any coarse file system', () => {
  for (let round = 0; round < 1000; round += 1) {
    const micros = Math.round(drawTime(1_700_000_000_999) * 1_000_000)
    expect(Math.floor(micros / 1_000_000)).toBe(1_700_000_000)
    expect(micros % 10).not.toBe(0)
  }
})

test('what is not known of a file of another program is absent', () => {
  expect(infoOfFile('key', file(second + 5n), undefined)).toEqual({
    key: 'key',
    size: 5,
    etag: expect.any(String),
    lastModified: new Date(1_700_000_001_000),
  })
})
