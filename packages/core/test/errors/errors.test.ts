import { describe, expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { storageErrorCodes } from '../../src/errors/error-codes.ts'
import {
  isStorageError,
  StorageError,
  withCleanupError,
  withContext,
  withHint,
} from '../../src/errors/errors.ts'

const full = {
  operation: 'getObject',
  provider: 'memory',
  container: 'box',
  key: 'a "quoted" key',
  status: 404,
  serverCode: 'NoSuchKey',
  requestId: 'r-1',
  attempts: 3,
  outcome: 'unknown',
  hint: 'Look elsewhere',
} as const

describe('the message', () => {
  test('says what was done, on what, what went wrong and what to do', () => {
    expect(new StorageError('ObjectDoesNotExist', 'it is not there', full).message).toBe(
      'getObject on object "a \\"quoted\\" key" in container "box" (memory): it is not there ' +
        '[status 404, NoSuchKey, request id r-1, 3 attempts]. ' +
        'The server may have done it all the same. Look elsewhere',
    )
  })

  test('leaves out what is not known', () => {
    expect(new StorageError('Unknown', 'odd').message).toBe('odd')
    expect(new StorageError('Unknown', 'odd', { container: 'box', attempts: 1 }).message).toBe(
      'on container "box": odd',
    )
    expect(new StorageError('Unknown', 'odd', { key: 'k' }).message).toBe('on object "k": odd')
  })

  test('tells of a clean-up that failed', () => {
    const error = new StorageError('Network', 'broken', { cleanupError: new Error('no way') })
    expect(error.message).toContain('something may be left behind: no way')
  })
})

describe('fields', () => {
  test('that are not known are absent, and nothing shows that does not help', () => {
    const error = new StorageError('Network', 'broken', { status: undefined, key: 'k' })
    expect(Object.keys(error).toSorted()).toEqual(['code', 'key', 'retryable'])
    expect(inspect(error)).not.toMatch(/undefined|Symbol/)
  })

  test('cause is where an error’s cause is, and absent without one', () => {
    const cause = new Error('deeper')
    expect(new StorageError('Unknown', 'x', { cause }).cause).toBe(cause)
    expect('cause' in new StorageError('Unknown', 'x')).toBe(false)
  })

  test.each(storageErrorCodes)('%s: whether trying again makes sense', (code) => {
    const passing = ['RateLimited', 'ServiceUnavailable', 'Network', 'Timeout']
    expect(new StorageError(code, 'x').retryable).toBe(passing.includes(code))
    expect(new StorageError(code, 'x', { retryable: true }).retryable).toBe(true)
  })

  test('as JSON they are all there, with name and message', () => {
    const data: unknown = JSON.parse(JSON.stringify(new StorageError('Unknown', 'odd', full)))
    expect(data).toMatchObject({ ...full, name: 'StorageError', code: 'Unknown', retryable: false })
  })
})

describe('what is printed', () => {
  test('has the hint once', () => {
    const text = inspect(new StorageError('Unknown', 'odd', full))
    expect(text.split(full.hint)).toHaveLength(2)
    expect(text).toContain("serverCode: 'NoSuchKey'")
    expect(text).toMatch(/^StorageError: getObject on .*\n {4}at /)
  })

  test('has the cause, and looks so within other things', () => {
    const error = new StorageError('Unknown', 'odd', { hint: 'Wait', cause: new Error('deeper') })
    const text = inspect({ errors: [new Error('outer', { cause: error })] }, { depth: 5 })
    expect(text.split('Wait')).toHaveLength(2)
    expect(text).toContain('deeper')
    expect({ ...error }).toHaveProperty('hint', 'Wait')
  })

  test('has a long key shortened; the field has all of it', () => {
    const key = `${'x'.repeat(127)}\u{1F600}${'y'.repeat(971)}`
    const error = new StorageError('InvalidObjectName', 'too long', { container: 'box', key })
    expect(error.message).toBe(
      `on object "${'x'.repeat(127)}"… (1100 characters) in container "box": too long`,
    )
    expect(error.key).toBe(key)
  })

  test.each([{ name: 'box' }, 7, null])('has %j as no name', (odd) => {
    const names = { container: odd as unknown as string, key: odd as unknown as string }
    const error = withContext(new StorageError('InvalidArgument', 'no name'), names)
    expect(error.message).toBe('no name')
    expect(error).not.toHaveProperty('container')
    expect(error).not.toHaveProperty('key')
  })
})

describe('isStorageError', () => {
  const error = new StorageError('Network', 'x')

  test('any, or one with a code', () => {
    expect(isStorageError(error)).toBe(true)
    expect(isStorageError(error, 'Timeout', 'Network')).toBe(true)
    expect(isStorageError(error, 'Timeout')).toBe(false)
  })

  test('other things are none, however much they look alike', () => {
    for (const other of [undefined, null, 'x', 7, {}, new Error('x'), { ...error }]) {
      expect(isStorageError(other)).toBe(false)
    }
  })

  test('a class that extends it, and one of another copy of the package', () => {
    class Special extends StorageError {}
    expect(isStorageError(new Special('Network', 'x'), 'Network')).toBe(true)
    const foreign = { [Symbol.for('cloudstore.error.v1')]: true, code: 'Network' }
    expect(isStorageError(foreign, 'Network')).toBe(true)
  })
})

describe('adding to an error', () => {
  const cause = new Error('deeper')
  const bare = new StorageError('Network', 'broken', { key: 'own', cause, retryable: false })

  test('what it says of itself wins', () => {
    const richer = withContext(bare, { operation: 'getObject', key: 'other', hint: 'Wait' })
    expect(richer).toMatchObject({
      code: 'Network',
      problem: 'broken',
      operation: 'getObject',
      key: 'own',
      hint: 'Wait',
      retryable: false,
      cause,
    })
    expect(richer.message).toBe('getObject on object "own": broken. Wait')
  })

  test('the stack still says where it was made', () => {
    const richer = withContext(bare, { operation: 'getObject' })
    const frames = (stack: string | undefined): string | undefined =>
      stack?.split('\n    at ', 2)[1]
    expect(frames(richer.stack)).toBe(frames(bare.stack))
    expect(richer.stack?.startsWith('StorageError: getObject on')).toBe(true)
  })

  test('a hint can be replaced, a clean-up that failed attached', () => {
    const hinted = withHint(withHint(bare, 'first'), 'second')
    expect(hinted).toMatchObject({ hint: 'second', problem: 'broken' })
    const left = new Error('left')
    expect(withCleanupError(bare, left)).toMatchObject({ cleanupError: left, code: 'Network' })
    expect(withCleanupError(cause, left)).toBe(cause)
  })
})
