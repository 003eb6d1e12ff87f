import { afterEach, expect, jest, test } from '@jest/globals'
import { limitsOfToken } from '../../src/api/api-limits.ts'

test('belong to a token at an API, whoever uses it', () => {
  const limits = limitsOfToken('https://api.example', 'token-1')
  expect(limitsOfToken('https://api.example', 'token-1')).toBe(limits)
  expect(limitsOfToken('https://api.example', 'token-2')).not.toBe(limits)
  expect(limitsOfToken('https://other.example', 'token-1')).not.toBe(limits)
})

afterEach(() => {
  jest.useRealTimers()
})

test.each([
  ['cdn', 5, 10_000],
  ['requests', 250, 60_000],
  ['purge', 50, 20_000],
] as const)('%s: %d in any %d milliseconds', async (name, count, milliseconds) => {
  jest.useFakeTimers()
  const window = limitsOfToken('https://api.example', `token of ${name}`)[name]
  const times: number[] = []
  for (let request = 0; request < 3 * count; request += 1) {
    void window.take(1).then(() => times.push(performance.now()))
  }
  await jest.advanceTimersByTimeAsync(4 * milliseconds)
  expect(times).toHaveLength(3 * count)
  for (let index = count; index < times.length; index += 1) {
    const apart = (times[index] ?? 0) - (times[index - count] ?? 0)
    expect(apart).toBeGreaterThanOrEqual(milliseconds)
    expect(apart).toBeLessThan(1.1 * milliseconds)
  }
})

test('five requests to the CDN go out at once, the sixth waits', async () => {
  const { cdn } = limitsOfToken('https://api.example', 'token-3')
  for (let request = 0; request < 5; request += 1) await cdn.take(1)
  const controller = new AbortController()
  const sixth = cdn.take(1, { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('still waiting')), 100)
  await expect(sixth).rejects.toThrow('still waiting')
})
