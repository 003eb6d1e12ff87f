import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { takeTurn, type RateState } from '../../src/http/rate-limit.ts'
import { failureOf } from './support/send.ts'

const limit = { requestsPerSecond: 10, burst: 3 }
const wait = { origin: 'https://storage.test' }
let state: RateState

beforeEach(() => {
  jest.useFakeTimers()
  state = { fullAt: 0 }
})

afterEach(() => {
  jest.useRealTimers()
})

test('a burst at once, then one by one', async () => {
  const passed: number[] = []
  const begun = performance.now()
  const all = Array.from({ length: 6 }, async () => {
    await takeTurn(state, limit, wait)
    passed.push(performance.now() - begun)
  })
  await jest.advanceTimersByTimeAsync(1_000)
  await Promise.all(all)
  expect(passed).toEqual([0, 0, 0, 100, 200, 300])
})

test('what is at once costs no promise', () => {
  expect(takeTurn(state, limit, wait)).toBe(0)
})

test('a pause saves up a burst and not more', async () => {
  for (let round = 0; round < 3; round += 1) await takeTurn(state, limit, wait)
  jest.advanceTimersByTime(60_000)
  const turns = Array.from({ length: 4 }, () => takeTurn(state, limit, wait))
  expect(turns.map((turn) => typeof turn)).toEqual(['number', 'number', 'number', 'object'])
  await jest.advanceTimersByTimeAsync(100)
  expect(await turns[3]).toBe(100)
})

test('who stops waiting gives the turn back', async () => {
  for (let round = 0; round < 3; round += 1) await takeTurn(state, limit, wait)
  const controller = new AbortController()
  const cancelled = Promise.resolve(takeTurn(state, limit, { ...wait, signal: controller.signal }))
  const seen = failureOf(cancelled)
  controller.abort('enough')
  expect(await seen).toBe('enough')
  expect(jest.getTimerCount()).toBe(0)
  const next = takeTurn(state, limit, wait)
  await jest.advanceTimersByTimeAsync(100)
  expect(await next).toBe(100)
})

test('a turn that would come after the deadline is refused at once, and not used', async () => {
  for (let round = 0; round < 3; round += 1) await takeTurn(state, limit, wait)
  const before = { ...state }
  const deadline = { at: performance.now() + 50, total: 50 }
  const error = await failureOf(Promise.resolve(takeTurn(state, limit, { ...wait, deadline })))
  expect(String(error)).toContain('(timeouts.total)')
  expect(state).toEqual(before)
})
