import { expect, test } from '@jest/globals'
import { retryAfter } from '../../src/http/retry-after.ts'

const now = Date.parse('2026-05-01T12:00:00Z')

test.each([
  [{}, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '120' }, 120_000],
  [{ 'retry-after': ' 1.5 ' }, 1_500],
  [{ 'retry-after': 'Fri, 01 May 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 01 May 2026 11:00:00 GMT' }, 0],
  [
    // A server whose clock is an hour ahead of ours.
    {
      'retry-after': 'Fri, 01 May 2026 13:00:10 GMT',
      date: 'Fri, 01 May 2026 13:00:00 GMT',
    },
    10_000,
  ],
])('%j asks for %s ms', (headers, expected) => {
  expect(retryAfter(headers as Record<string, string>, now)).toBe(expected)
})
