import { expect, test } from '@jest/globals'
import { RetryBudget } from '../../src/http/retry-budget.ts'

function taken(budget: RetryBudget, tries: number, now: number): number {
  return Array.from({ length: tries }, () => budget.take(now)).filter(Boolean).length
}

test('ten retries a second are always there', () => {
  const budget = new RetryBudget(0)
  expect(taken(budget, 100, 0)).toBe(10)
  expect(taken(budget, 100, 500)).toBe(5)
  expect(taken(budget, 100, 60_000)).toBe(10)
})

test('requests earn a share more, which is saved up to a bound', () => {
  const budget = new RetryBudget(0)
  for (let request = 0; request < 51; request += 1) budget.countRequest(0.2)
  expect(taken(budget, 100, 0)).toBe(20)
  for (let request = 0; request < 10_000; request += 1) budget.countRequest(0.2)
  expect(taken(budget, 1_000, 0)).toBe(100)
})

test('in an outage the load stays near one and a fifth', () => {
  const budget = new RetryBudget(0)
  let retries = 0
  for (let second = 1; second <= 10; second += 1) {
    for (let request = 0; request < 1_000; request += 1) {
      budget.countRequest(0.2)
      for (let again = 0; again < 3; again += 1) {
        if (budget.take(second * 1000)) retries += 1
      }
    }
  }
  expect(retries / 10_000).toBeGreaterThan(0.19)
  expect(retries / 10_000).toBeLessThan(0.23)
})

test('a clock that goes back gives nothing', () => {
  const budget = new RetryBudget(1_000)
  taken(budget, 10, 1_000)
  expect(budget.take(0)).toBe(false)
})
