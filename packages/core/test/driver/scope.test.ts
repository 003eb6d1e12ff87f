import { describe, expect, test } from '@jest/globals'
import { StorageError } from '../../src/errors/errors.ts'
import { capability, explain, plan, run, type Scope } from '../../src/driver/scope.ts'
import { RunningUploads } from '../../src/upload/running-uploads.ts'
import { CallerFailure } from '../../src/errors/caller-failure.ts'
import { setUp, type Setup } from '../support/recording-backend.ts'
import { thrownBy } from '../support/thrown-by.ts'

function scopeOf(setup: Setup = {}): Scope {
  const { driver, backend } = setUp(setup)
  const counters = { ...driver.stats() }
  return {
    driver,
    backend,
    provider: 'recording',
    transfer: {},
    counters,
    uploads: new RunningUploads(),
    closing: undefined,
  }
}

const target = { container: 'box', key: 'key' }

describe('run', () => {
  test('counts, passes the operation and the signal on, and gives the result', async () => {
    const scope = scopeOf()
    const { signal } = new AbortController()
    const result = await run(scope, 'getObject', target, { signal }, async (call) => {
      expect(scope.counters.active).toBe(1)
      return call
    })
    expect(result).toEqual({ operation: 'getObject', signal })
    expect(scope.counters).toMatchObject({ active: 0, succeeded: 1, failed: 0 })
  })

  test('a throw and a rejection are the same', async () => {
    const scope = scopeOf()
    const works: (() => Promise<never>)[] = [
      async () => {
        throw new StorageError('Network', 'broken')
      },
      () => {
        throw new StorageError('Network', 'broken')
      },
    ]
    for (const work of works) {
      await expect(run(scope, 'getObject', target, {}, work)).rejects.toMatchObject({
        code: 'Network',
        operation: 'getObject',
        key: 'key',
      })
    }
    expect(scope.counters).toMatchObject({ active: 0, failed: 2 })
  })

  test('does nothing on a closed driver or with an aborted signal', async () => {
    const scope = scopeOf()
    const never = async (): Promise<void> => {
      throw new Error('it ran')
    }
    const aborted = { signal: AbortSignal.abort('earlier') }
    await expect(run(scope, 'getObject', target, aborted, never)).rejects.toBe('earlier')
    scope.closing = Promise.resolve()
    await expect(run(scope, 'getObject', target, {}, never)).rejects.toThrow('closed')
    expect(thrownBy(() => plan(scope, 'getObject', target, {}, never))).toMatchObject({
      operation: 'getObject',
      message: expect.stringContaining('closed'),
    })
    expect(scope.counters).toMatchObject({ active: 0, failed: 3, succeeded: 0 })
  })
})

describe('explain', () => {
  const told = (error: unknown, signal?: AbortSignal): unknown =>
    explain(scopeOf(), 'getObject', target, { signal }, error)

  test('what the caller’s own code threw comes out, however deep it was wrapped', () => {
    const own = { not: 'an error' }
    let wrapped: unknown = new CallerFailure(own)
    for (let depth = 0; depth < 3; depth += 1) {
      expect(told(wrapped)).toBe(own)
      wrapped = new StorageError('Network', 'wrapped', { cause: wrapped })
    }
    expect(told(wrapped, AbortSignal.abort('stop'))).toBe(own)
  })

  test('then the reason of the signal, then the error with its context', () => {
    const error = new StorageError('Network', 'broken')
    expect(told(error, AbortSignal.abort('stop'))).toBe('stop')
    expect(told(error)).toMatchObject({ code: 'Network', provider: 'recording', container: 'box' })
  })

  test.each([new Error('raw'), 'text', undefined, null, 7, Object.create(null)])(
    '%p becomes a StorageError',
    (error) => {
      expect(told(error)).toMatchObject({ code: 'Unknown', operation: 'getObject', key: 'key' })
    },
  )

  test('causes that go round in a circle are no trap', () => {
    const first = new Error('first')
    first.cause = new Error('second', { cause: first })
    expect(told(first)).toMatchObject({ code: 'Unknown', cause: first })
  })
})

describe('capability', () => {
  test('is what the backend has, or UnsupportedOperation with its hint', () => {
    const scope = scopeOf()
    expect(capability(scope, 'presign', 'presigned URLs')).toBe(scope.backend.presign)
    const without = scopeOf({ backend: { presign: undefined, absent: { presign: 'Set urls' } } })
    expect(thrownBy(() => capability(without, 'presign', 'presigned URLs'))).toMatchObject({
      code: 'UnsupportedOperation',
      message: expect.stringContaining('this provider has no presigned URLs'),
      hint: 'Set urls',
    })
  })
})
