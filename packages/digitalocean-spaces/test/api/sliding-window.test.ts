import { expect, test } from '@jest/globals'
import { slidingWindow } from '../../src/api/sliding-window.ts'

async function timesOf(takes: readonly Promise<number>[]): Promise<number[]> {
  return Promise.all(takes.map((take) => take.then(() => performance.now())))
}

test('lets as many through in any stretch of time, and no more', async () => {
  const window = slidingWindow({ count: 3, milliseconds: 120 })
  const times = await timesOf(Array.from({ length: 10 }, () => window.take(1)))
  for (let index = 3; index < times.length; index += 1) {
    // Timers of Node may be a millisecond early.
    expect((times[index] ?? 0) - (times[index - 3] ?? 0)).toBeGreaterThanOrEqual(118)
  }
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test('units count, and what is more than fits waits for an empty window', async () => {
  const window = slidingWindow({ count: 5, milliseconds: 100 })
  const begin = performance.now()
  const [first, second, third] = await timesOf([window.take(4), window.take(2), window.take(9)])
  expect((first ?? 0) - begin).toBeLessThan(50)
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(98)
  expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(98)
})

test('who gives up waiting lets the next one through in its turn', async () => {
  const window = slidingWindow({ count: 1, milliseconds: 100 })
  await window.take(1)
  const controller = new AbortController()
  const impatient = window.take(1, { signal: controller.signal })
  const patient = window.take(1)
  controller.abort(new Error('enough'))
  await expect(impatient).rejects.toThrow('enough')
  await patient
  expect(window.isQuiet()).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(window.isQuiet()).toBe(true)
})

test('a turn that would come too late is refused at once, and takes no place', async () => {
  const window = slidingWindow({ count: 2, milliseconds: 200 })
  const begin = performance.now()
  await window.take(2)
  const first = window.take(2, { until: begin + 300 })
  // Behind the first, so in 400 milliseconds.
  const second = window.take(1, { until: begin + 390 })
  await expect(second).rejects.toMatchObject({ code: 'Timeout', retryable: false })
  expect(performance.now() - begin).toBeLessThan(150)
  const third = window.take(1, { until: begin + 500 })
  expect(await first).toBeGreaterThan(150)
  expect(await third).toBeGreaterThan(350)
})
