import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { PhaseTimer } from '../../src/http/phase-timer.ts'

let expired: [string, number, number][] = []
let begun = 0
let timer: PhaseTimer<'headers' | 'idle' | 'unread'>

beforeEach(() => {
  jest.useFakeTimers()
  expired = []
  begun = performance.now()
  timer = new PhaseTimer((phase, milliseconds) => {
    expired.push([phase, milliseconds, performance.now() - begun])
  })
})

afterEach(() => {
  jest.useRealTimers()
})

describe('PhaseTimer', () => {
  test('fires once, when a phase is over', () => {
    timer.start('headers', 100)
    jest.advanceTimersByTime(1_000)
    expect(expired).toEqual([['headers', 100, 100]])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('a phase that makes progress is not over', () => {
    for (let step = 0; step < 10; step += 1) {
      timer.start('idle', 100)
      jest.advanceTimersByTime(90)
    }
    expect(expired).toEqual([])
    jest.advanceTimersByTime(10)
    expect(expired).toEqual([['idle', 100, 910]])
  })

  test('a shorter phase after a longer one, and the other way round', () => {
    timer.start('unread', 1_000)
    timer.start('idle', 100)
    timer.start('unread', 500)
    jest.advanceTimersByTime(499)
    expect(expired).toEqual([])
    jest.advanceTimersByTime(1)
    expect(expired).toEqual([['unread', 500, 500]])
  })

  test('a pause has no end, and a new phase ends it', () => {
    timer.start('idle', 100)
    timer.pause()
    jest.advanceTimersByTime(10_000)
    expect(expired).toEqual([])
    timer.start('headers', 50)
    jest.advanceTimersByTime(50)
    expect(expired).toEqual([['headers', 50, 10_050]])
  })

  test('a process that was too busy to look is excused once', () => {
    timer.start('idle', 100)
    // The clock goes on, and nothing else happens.
    jest.setSystemTime(Date.now() + 5_000)
    const real = performance.now.bind(performance)
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => real() + 5_000)
    jest.advanceTimersByTime(100)
    expect(expired).toEqual([])
    timer.start('idle', 100)
    jest.advanceTimersByTime(50)
    expect(expired).toEqual([])
    clock.mockImplementation(() => real() + 10_000)
    jest.advanceTimersByTime(60)
    expect(expired.map(([phase]) => phase)).toEqual(['idle'])
    clock.mockRestore()
  })

  test('stopped, it keeps no timer', () => {
    timer.start('idle', 100)
    timer.stop()
    expect(jest.getTimerCount()).toBe(0)
    jest.advanceTimersByTime(1_000)
    expect(expired).toEqual([])
  })

  test('many steps cost few timers', () => {
    const set = jest.spyOn(globalThis, 'setTimeout')
    for (let step = 0; step < 10_000; step += 1) {
      timer.start('idle', 60_000)
      timer.start('unread', 300_000)
    }
    expect(set).toHaveBeenCalledTimes(1)
  })

  test.each([Infinity, 2 ** 40])('%d ms: neither at once nor soon', (milliseconds) => {
    timer.start('idle', milliseconds)
    jest.advanceTimersByTime(2 ** 32)
    expect(expired).toEqual([])
    timer.stop()
  })
})
