import { describe, expect, test } from '@jest/globals'
import { StorageError } from '../../src/errors/errors.ts'
import { noteFailure, type FailureNotes } from '../../src/http/failure-notes.ts'
import {
  defaultRetries,
  isRepeatable,
  mayHaveActed,
  resolveRetries,
  retryDelay,
  type FailedAttempt,
} from '../../src/http/retry.ts'

function failed(overrides: Partial<FailedAttempt> = {}, notes?: FailureNotes): FailedAttempt {
  const error = new StorageError('Network', 'it broke')
  if (notes !== undefined) noteFailure(error, notes)
  return { error, attempt: 1, status: undefined, kind: 'safe', replayable: true, ...overrides }
}

const can = (attempt: FailedAttempt): boolean => isRepeatable(attempt, defaultRetries)

describe('isRepeatable', () => {
  test('a failure that may pass, until the attempts are used up', () => {
    expect(can(failed())).toBe(true)
    expect(can(failed({ attempt: 3 }))).toBe(true)
    expect(can(failed({ attempt: 4 }))).toBe(false)
  })

  test('not what is final, and not what is not ours', () => {
    expect(can(failed({ error: new StorageError('AccessDenied', 'no') }))).toBe(false)
    expect(can(failed({ error: new Error('of the source') }))).toBe(false)
    const final = new StorageError('Network', 'bad certificate', { retryable: false })
    expect(can(failed({ error: final }))).toBe(false)
  })

  test.each([
    ['queue', false],
    ['connect', true],
    ['headers', true],
    ['idle', true],
    ['unread', false],
    ['long', false],
    ['total', false],
  ] as const)('a timeout: %s %s', (timeout, expected) => {
    const error = new StorageError('Timeout', 'too long')
    noteFailure(error, { timeout })
    expect(can(failed({ error }))).toBe(expected)
  })

  test('a body that can be read once only while nobody has read it', () => {
    expect(can(failed({ replayable: false }))).toBe(false)
    expect(can(failed({ replayable: false }, { sent: 'nothing' }))).toBe(true)
    expect(can(failed({ replayable: false }, { sent: 'part' }))).toBe(false)
  })

  test('a conditional operation only when the server cannot have acted', () => {
    const conditional = { kind: 'conditional' } as const
    expect(can(failed(conditional))).toBe(false)
    expect(can(failed(conditional, { sent: 'nothing' }))).toBe(true)
    expect(can(failed(conditional, { sent: 'part' }))).toBe(true)
    expect(can(failed({ ...conditional, status: 503 }))).toBe(true)
    expect(can(failed({ ...conditional, status: 429 }))).toBe(true)
    expect(can(failed({ ...conditional, status: 500 }))).toBe(false)
    expect(can(failed({ ...conditional, status: 200 }))).toBe(false)
  })
})

test.each([
  [undefined, true],
  [200, true],
  [400, false],
  [403, false],
  [408, false],
  [412, false],
  [429, false],
  [500, true],
  [502, true],
  [503, false],
  [504, true],
])('after status %s a server may have acted: %s', (status, acted) => {
  expect(mayHaveActed(new StorageError('Unknown', 'x'), status)).toBe(acted)
})

describe('retryDelay', () => {
  const half = (): number => 0.5

  test('doubles its bound up to the longest', () => {
    const delays = [1, 2, 3, 8, 9, 50].map((attempt) =>
      retryDelay(attempt, defaultRetries, undefined, half),
    )
    expect(delays).toEqual([50, 100, 200, 6_400, 10_000, 10_000])
  })

  test('takes anything from nothing to the bound', () => {
    expect(retryDelay(3, defaultRetries, undefined, () => 0)).toBe(0)
    expect(retryDelay(3, defaultRetries, undefined, () => 0.999)).toBeCloseTo(399.6)
  })

  test('is never shorter than the server asks', () => {
    expect(retryDelay(1, defaultRetries, 3_000, half)).toBe(3_050)
    expect(retryDelay(1, defaultRetries, 0, () => 0)).toBe(0)
  })
})

test('resolveRetries', () => {
  expect(resolveRetries()).toEqual({ attempts: 4, baseDelay: 100, maxDelay: 20_000, budget: 0.2 })
  expect(resolveRetries({ attempts: 2, budget: undefined })).toEqual({
    ...defaultRetries,
    attempts: 2,
  })
  expect(resolveRetries(false).attempts).toBe(1)
})
