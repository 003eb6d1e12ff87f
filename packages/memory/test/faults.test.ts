import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createFaults } from '../src/faults.ts'

afterEach(() => {
  jest.useRealTimers()
})

describe('fail', () => {
  test('fails once by default of the driver, as often as asked, in the order planned', async () => {
    const faults = createFaults()
    const own = new TypeError('own')
    faults.fail('putObject', 'ServiceUnavailable', 2)
    faults.fail('putObject', own, 1)
    await faults.before('getObject', undefined)
    for (let round = 0; round < 2; round += 1) {
      await expect(faults.before('putObject', undefined)).rejects.toMatchObject({
        code: 'ServiceUnavailable',
        retryable: true,
        message: expect.stringContaining("driver.fail('putObject', …)"),
      })
    }
    await expect(faults.before('putObject', undefined)).rejects.toBe(own)
    await faults.before('putObject', undefined)
  })

  test('for ever, until it is taken back', async () => {
    const faults = createFaults()
    faults.fail('listObjects', 'Network', Infinity)
    for (let round = 0; round < 20; round += 1) {
      await expect(faults.before('listObjects', undefined)).rejects.toMatchObject({
        code: 'Network',
      })
    }
    faults.fail('listObjects', 'Network', 0)
    await faults.before('listObjects', undefined)
  })

  test('after so many bytes: the operation begins, and learns where to break off', async () => {
    const faults = createFaults()
    const own = new TypeError('cable cut')
    faults.fail('getObject', 'Network', { after: 10, times: 2 })
    faults.fail('getObject', own, { after: 0 })
    faults.fail('getObject', 'Timeout', { times: 1 })
    for (let round = 0; round < 2; round += 1) {
      expect(await faults.before('getObject', undefined)).toEqual({
        after: 10,
        error: expect.objectContaining({
          code: 'Network',
          message: expect.stringContaining('after 10 bytes'),
        }),
      })
    }
    expect(await faults.before('getObject', undefined)).toEqual({ after: 0, error: own })
    await expect(faults.before('getObject', undefined)).rejects.toMatchObject({ code: 'Timeout' })
    expect(await faults.before('getObject', undefined)).toBeUndefined()
  })

  test.each([
    ['putThing', 'Network', 1],
    ['putObject', 'Netwrok', 1],
    ['putObject', 5, 1],
    ['putObject', null, 1],
    ['putObject', 'Network', -1],
    ['putObject', 'Network', 1.5],
    ['putObject', 'Network', '2'],
    ['putObject', 'Network', null],
    ['putObject', 'Network', { times: -1 }],
    ['putObject', 'Network', { after: -1 }],
    ['putObject', 'Network', { after: 1.5 }],
    ['putObject', 'Network', { after: '1' }],
    ['putObject', 'Network', { afterBytes: 1 }],
    ['headObject', 'Network', { after: 1 }],
  ])('refuses (%p, %p, %p)', (...args) => {
    const { fail } = createFaults()
    expect(() => Reflect.apply(fail, undefined, args)).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    )
  })
})

describe('delay', () => {
  test('holds operations back, its own before the common one', async () => {
    jest.useFakeTimers()
    const faults = createFaults()
    faults.delay(100)
    faults.delay(1000, 'getObject')
    const ended: string[] = []
    const run = async (operation: 'getObject' | 'putObject') => {
      await faults.before(operation, undefined)
      ended.push(operation)
    }
    const both = [run('getObject'), run('putObject')]
    await jest.advanceTimersByTimeAsync(99)
    expect(ended).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(ended).toEqual(['putObject'])
    await jest.advanceTimersByTimeAsync(900)
    await Promise.all(both)
    expect(ended).toEqual(['putObject', 'getObject'])
  })

  test('takes no timer when there is none, or an operation is free of it', async () => {
    jest.useFakeTimers()
    const faults = createFaults()
    await faults.before('getObject', undefined)
    faults.delay(100)
    faults.delay(0, 'getObject')
    await faults.before('getObject', undefined)
    faults.delay(0)
    await faults.before('putObject', undefined)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('ends with the reason of the signal, and leaves no timer', async () => {
    jest.useFakeTimers()
    const faults = createFaults()
    faults.delay(10_000)
    const controller = new AbortController()
    const waiting = faults.before('getObject', controller.signal)
    const reason = new Error('user went away')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(jest.getTimerCount()).toBe(0)
    await expect(faults.before('getObject', controller.signal)).rejects.toBe(reason)
  })

  test('a cancelled call does not use up a failure', async () => {
    const faults = createFaults()
    faults.fail('getObject', 'Network', 1)
    await expect(faults.before('getObject', AbortSignal.abort('off'))).rejects.toBe('off')
    await expect(faults.before('getObject', undefined)).rejects.toMatchObject({ code: 'Network' })
  })

  test.each([-1, Number.NaN, Infinity, 2 ** 31, '5', undefined])('refuses %p', (milliseconds) => {
    const { delay } = createFaults()
    expect(() => Reflect.apply(delay, undefined, [milliseconds])).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    )
  })
})
