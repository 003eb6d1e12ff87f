import { expect, test } from '@jest/globals'
import { limitsOf } from '../../src/http/limits.ts'
import type { Transport } from '../../src/http/transport.ts'

const transport = (): Transport => ({
  send: () => Promise.reject(new Error('not used')),
})

test('belong to the transport, by origin and container', () => {
  const one = transport()
  expect(limitsOf(one)).toBe(limitsOf(one))
  expect(limitsOf(transport())).not.toBe(limitsOf(one))
  const { budget, rate } = limitsOf(one)
  expect(budget('https://a.test')).toBe(budget('https://a.test'))
  expect(budget('https://a.test')).not.toBe(budget('https://b.test'))
  expect(rate('https://a.test', 'x')).toBe(rate('https://a.test', 'x'))
  expect(rate('https://a.test', 'x')).not.toBe(rate('https://a.test', 'y'))
  expect(rate('https://a.test', 'x')).not.toBe(rate('https://a.test', undefined))
})

test('of containers that are used no more are forgotten', () => {
  const { rate } = limitsOf(transport())
  const busy = rate('https://a.test', 'busy')
  busy.fullAt = performance.now() + 60_000
  const quiet = rate('https://a.test', 'quiet')
  for (let index = 0; index < 5_000; index += 1) rate('https://a.test', `container-${index}`)
  expect(rate('https://a.test', 'busy')).toBe(busy)
  expect(rate('https://a.test', 'quiet')).not.toBe(quiet)
})
