import { StorageError } from '@cloudstore/core'
import { describe, expect, test } from '@jest/globals'
import {
  ConformanceFailure,
  equal,
  rejects,
  rejectsWith,
  sameBytes,
  sameList,
  sameRecord,
  throws,
} from '../src/assert.ts'

const missing = new StorageError('ObjectDoesNotExist', 'there is no such object')

describe('equal', () => {
  test('says what was expected and what came', () => {
    expect(() => equal(1, 2, 'size')).toThrow('size: expected 2, got 1')
    expect(() => equal('a\n', 'a', 'text')).toThrow('text: expected "a", got "a\\n"')
    equal(Number.NaN, Number.NaN, 'no number')
  })

  test('gives runners both values', () => {
    let failure: unknown
    try {
      equal(1, 2, 'size')
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(ConformanceFailure)
    expect(failure).toMatchObject({ actual: 1, expected: 2 })
  })
})

describe('sameList', () => {
  test('says where the first difference is', () => {
    expect(() => sameList(['a', 'c'], ['a', 'b'], 'keys')).toThrow(
      'keys: expected 2 items, got 2; at index 1 expected "b", got "c"',
    )
    expect(() => sameList(['a'], ['a', 'b'], 'keys')).toThrow(
      'at index 1 expected "b", got the end',
    )
    expect(() => sameList(['a', 'b'], ['a'], 'keys')).toThrow(
      'at index 1 expected the end, got "b"',
    )
    expect(() => sameList([], [undefined], 'keys')).toThrow('expected 1 items, got 0')
    sameList([], [], 'nothing')
  })
})

describe('sameRecord', () => {
  test('compares names and values in any order', () => {
    sameRecord({ a: '1', b: '2' }, { b: '2', a: '1' }, 'metadata')
    sameRecord(undefined, {}, 'metadata')
    expect(() => sameRecord({ a: '1' }, { a: '2' }, 'metadata')).toThrow('metadata')
    expect(() => sameRecord({ a: '1', b: '2' }, { a: '1' }, 'metadata')).toThrow('metadata')
  })
})

describe('sameBytes', () => {
  test('says which byte differs, or that the lengths do', () => {
    const three = new Uint8Array([1, 2, 3])
    sameBytes(three, new Uint8Array([1, 2, 3]), 'body')
    expect(() => sameBytes(three, new Uint8Array([1, 9, 3]), 'body')).toThrow(
      'byte 1 of 3 is 2, not 9',
    )
    expect(() => sameBytes(three, three.subarray(0, 2), 'body')).toThrow('expected 2, got 3')
    expect(() => sameBytes(three.subarray(0, 2), three, 'body')).toThrow('expected 3, got 2')
  })
})

describe('rejects', () => {
  test('resolves to the error when the code is right', async () => {
    await expect(rejects(Promise.reject(missing), 'ObjectDoesNotExist', 'get')).resolves.toBe(
      missing,
    )
    const thrown = () => {
      throw missing
    }
    await expect(
      rejects(async () => thrown(), ['Network', 'ObjectDoesNotExist'], 'get'),
    ).resolves.toBe(missing)
  })

  test('fails for success, for another code and for an error of another kind', async () => {
    await expect(rejects(Promise.resolve(7), 'Network', 'get')).rejects.toThrow(
      'get: expected Network, but it succeeded with 7',
    )
    await expect(rejects(Promise.reject(missing), 'Network', 'get')).rejects.toThrow(
      'get: expected a StorageError Network, got StorageError (ObjectDoesNotExist: there is no such object)',
    )
    const foreign = Object.assign(new Error('x'), { code: 'Network' })
    await expect(rejects(Promise.reject(foreign), 'Network', 'get')).rejects.toMatchObject({
      cause: foreign,
    })
  })
})

describe('rejectsWith', () => {
  test('wants the very same value', async () => {
    const reason = new Error('mine')
    await rejectsWith(Promise.reject(reason), reason, 'put')
    await expect(rejectsWith(Promise.reject(new Error('mine')), reason, 'put')).rejects.toThrow(
      'unchanged',
    )
  })
})

describe('throws', () => {
  test('wants a synchronous StorageError', () => {
    throws(
      () => {
        throw missing
      },
      'ObjectDoesNotExist',
      'object()',
    )
    expect(() => throws(() => 7, 'ObjectDoesNotExist', 'object()')).toThrow('nothing was thrown')
  })
})
