import { afterEach, expect, jest, test } from '@jest/globals'
import { resolveRetries, StorageError } from '@cloudstore/core'
import { limitsOfToken } from '../../src/api/api-limits.ts'
import { slidingWindow } from '../../src/api/sliding-window.ts'
import { purgeInBatches } from '../../src/cdn/purge.ts'

const paths = Array.from({ length: 130 }, (_, index) => `path-${index}`)

test('batches keep to the limit in any stretch of time', async () => {
  const times: number[] = []
  await purgeInBatches(paths, {
    purge: async () => {
      times.push(performance.now())
    },
    window: slidingWindow({ count: 50, milliseconds: 120 }),
    retries: resolveRetries(),
    signal: undefined,
  })
  expect(times).toHaveLength(3)
  const [first = 0, second = 0, third = 0] = times
  expect(second - first).toBeGreaterThanOrEqual(118)
  expect(third - second).toBeGreaterThanOrEqual(118)
})

afterEach(() => {
  jest.useRealTimers()
})

test.each([
  [51, [50, 1]],
  [120, [50, 50, 20]],
])("%d paths keep to DigitalOcean's 50 in 20 seconds", async (count, sizes) => {
  jest.useFakeTimers()
  const sent: { at: number; size: number }[] = []
  const begin = performance.now()
  const purging = purgeInBatches(paths.slice(0, count), {
    purge: async ({ length }) => {
      sent.push({ at: performance.now() - begin, size: length })
    },
    window: limitsOfToken('https://api.example', `token of ${count} paths`).purge,
    retries: resolveRetries(),
    signal: undefined,
  })
  await jest.advanceTimersByTimeAsync(60_000)
  await purging
  expect(sent.map(({ size }) => size)).toEqual(sizes)
  for (const [index, { at }] of sent.entries()) {
    expect(at).toBeGreaterThanOrEqual(20_000 * index)
    expect(at).toBeLessThan(21_000 * index + 1)
  }
})

test('a purge that stays in progress is reported in the end', async () => {
  let attempts = 0
  const purging = purgeInBatches(['a'], {
    purge: async () => {
      attempts += 1
      throw new StorageError('Conflict', 'a purge is in progress', { status: 409 })
    },
    window: slidingWindow({ count: 50, milliseconds: 10 }),
    retries: resolveRetries({ attempts: 3, baseDelay: 1 }),
    signal: undefined,
  })
  await expect(purging).rejects.toMatchObject({ code: 'Conflict' })
  expect(attempts).toBe(3)
})

test('waiting for the next batch can be cancelled', async () => {
  const controller = new AbortController()
  const sent: number[] = []
  const purging = purgeInBatches(paths, {
    purge: async (files) => {
      sent.push(files.length)
      setTimeout(() => controller.abort(new Error('enough')), 20)
    },
    window: slidingWindow({ count: 50, milliseconds: 10_000 }),
    retries: resolveRetries(),
    signal: controller.signal,
  })
  await expect(purging).rejects.toThrow('enough')
  expect(sent).toEqual([50])
})
