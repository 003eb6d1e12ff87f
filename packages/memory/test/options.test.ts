import { describe, expect, test } from '@jest/globals'
import { isStorageError } from '@cloudstore/core'
import { parseOptions } from '../src/options.ts'

function problemsOf(options: unknown): string {
  try {
    parseOptions(options)
  } catch (error) {
    if (isStorageError(error, 'InvalidConfig')) return error.message
    throw error
  }
  return 'none'
}

describe('parseOptions', () => {
  test('needs nothing', () => {
    const { clock, transfer } = parseOptions({})
    expect(transfer).toEqual({})
    expect(Math.abs(clock() - Date.now())).toBeLessThan(1000)
  })

  test('passes on what it is given', () => {
    const clock = () => 5
    const transfer = {
      partSize: 5 * 1024 ** 2,
      concurrency: 2,
      multipartThreshold: 0,
      verifyHash: false,
    }
    expect(parseOptions({ clock, ...transfer })).toEqual({ clock, transfer })
  })

  test('takes undefined for absent', () => {
    expect(problemsOf({ clock: undefined, partSize: undefined, verifyHash: undefined })).toBe(
      'none',
    )
  })

  test('tells all problems at once, naming options and not values', () => {
    const message = problemsOf({
      clock: 'hush',
      partSize: 1024,
      concurrency: 'hush',
      multipartThreshold: -1,
      verifyHash: 'hush',
      partsize: 5,
      secret: 'hush',
    })
    for (const part of [
      '7 invalid options',
      'clock: expected a function',
      'partSize: Too small',
      'concurrency: expected number, received string',
      'multipartThreshold: Too small',
      'verifyHash: expected boolean',
      'partsize: there is no such option, did you mean partSize?',
      'secret: there is no such option',
    ]) {
      expect(message).toContain(part)
    }
    expect(message).not.toContain('hush')
  })

  test.each(['text', null, 5, [1]])('refuses %p in place of options', (options) => {
    expect(problemsOf(options)).toContain('expected object')
  })
})
