import { expect, test } from '@jest/globals'
import { bytesReader, type Transport } from '@cloudstore/core'
import { withRetryAfter } from '../../src/api/reset-header.ts'

const now = Date.parse('2026-11-22T10:00:00Z')

async function retryAfter(
  status: number,
  headers: Record<string, string>,
): Promise<string | undefined> {
  const inner: Transport = {
    send: async () => ({ status, headers, body: bytesReader(new Uint8Array()) }),
  }
  const request = {
    method: 'GET',
    origin: { scheme: 'https', host: 'api.example' },
    path: '/',
    headers: {},
  } as const
  const response = await withRetryAfter(inner, () => now, 5000).send(request)
  return response.headers['retry-after']
}

test.each([
  [429, { 'retry-after': '7', 'ratelimit-reset': '1' }, '7'],
  [429, { 'ratelimit-reset': String(now / 1000 + 12) }, '12'],
  [429, { 'ratelimit-reset': String(now / 1000 - 12) }, '0'],
  [429, { 'ratelimit-reset': 'soon' }, '5'],
  [429, {}, '5'],
  // The server's clock, where it tells.
  [
    429,
    { 'ratelimit-reset': String(now / 1000 + 100), date: 'Sun, 22 Nov 2026 10:01:30 GMT' },
    '10',
  ],
  [503, { 'ratelimit-reset': String(now / 1000 + 12) }, undefined],
  [200, { 'ratelimit-reset': String(now / 1000 + 12) }, undefined],
])('%d with %j waits for %s seconds', async (status, headers, seconds) => {
  expect(await retryAfter(status, headers)).toBe(seconds)
})
