import { expect, test } from '@jest/globals'
import { limitsOfToken } from '../../src/api/api-limits.ts'

test('belong to a token at an API, whoever uses it', () => {
  const limits = limitsOfToken('https://api.example', 'token-1')
  expect(limitsOfToken('https://api.example', 'token-1')).toBe(limits)
  expect(limitsOfToken('https://api.example', 'token-2')).not.toBe(limits)
  expect(limitsOfToken('https://other.example', 'token-1')).not.toBe(limits)
})

test('five requests to the CDN go out at once, the sixth waits', async () => {
  const { cdn } = limitsOfToken('https://api.example', 'token-3')
  for (let request = 0; request < 5; request += 1) await cdn.take(1)
  const controller = new AbortController()
  const sixth = cdn.take(1, controller.signal)
  setTimeout(() => controller.abort(new Error('still waiting')), 100)
  await expect(sixth).rejects.toThrow('still waiting')
})
