import { expect, test } from '@jest/globals'
import { resolveRetries, StorageError } from '@cloudstore/core'
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
