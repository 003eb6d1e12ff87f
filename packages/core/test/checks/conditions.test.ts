import { describe, expect, test } from '@jest/globals'
import {
  checkReadConditions,
  checkWriteConditions,
  type ReadConditions,
} from '../../src/checks/conditions.ts'
import { isStorageError } from '../../src/errors/errors.ts'

const lastModified = new Date('2026-03-01T12:00:00.700Z')
const current = { etag: 'abc', lastModified }
const before = new Date('2026-03-01T11:59:59Z')
const sameSecond = new Date('2026-03-01T12:00:00Z')
const after = new Date('2026-03-01T12:00:01Z')

function outcome(check: () => void): string {
  try {
    check()
    return 'ok'
  } catch (error) {
    if (isStorageError(error)) return error.code
    throw error
  }
}

describe('checkReadConditions', () => {
  const rows: [ReadConditions, string][] = [
    [{}, 'ok'],
    [{ ifMatch: 'abc' }, 'ok'],
    [{ ifMatch: '*' }, 'ok'],
    [{ ifMatch: 'xyz' }, 'PreconditionFailed'],
    [{ ifNoneMatch: 'xyz' }, 'ok'],
    [{ ifNoneMatch: 'abc' }, 'NotModified'],
    [{ ifNoneMatch: '*' }, 'NotModified'],
    [{ ifUnmodifiedSince: after }, 'ok'],
    [{ ifUnmodifiedSince: sameSecond }, 'ok'],
    [{ ifUnmodifiedSince: before }, 'PreconditionFailed'],
    [{ ifModifiedSince: before }, 'ok'],
    [{ ifModifiedSince: sameSecond }, 'NotModified'],
    [{ ifModifiedSince: after }, 'NotModified'],
    // The ETag decides; the time beside it is not looked at.
    [{ ifMatch: 'abc', ifUnmodifiedSince: before }, 'ok'],
    [{ ifMatch: 'xyz', ifUnmodifiedSince: after }, 'PreconditionFailed'],
    [{ ifNoneMatch: 'xyz', ifModifiedSince: after }, 'ok'],
    [{ ifNoneMatch: 'abc', ifModifiedSince: before }, 'NotModified'],
    // A failed precondition comes before "not modified".
    [{ ifMatch: 'xyz', ifNoneMatch: 'abc' }, 'PreconditionFailed'],
    [{ ifUnmodifiedSince: before, ifNoneMatch: 'abc' }, 'PreconditionFailed'],
    [{ ifMatch: 'abc', ifNoneMatch: 'abc' }, 'NotModified'],
  ]
  test.each(rows)('%j: %s', (conditions, expected) => {
    expect(outcome(() => checkReadConditions(conditions, current))).toBe(expected)
  })

  test('times say nothing about an object whose time nobody knows', () => {
    const unknown = { etag: 'abc' }
    expect(outcome(() => checkReadConditions({ ifModifiedSince: after }, unknown))).toBe('ok')
    expect(outcome(() => checkReadConditions({ ifUnmodifiedSince: before }, unknown))).toBe('ok')
  })

  test('an object without an ETag matches none', () => {
    expect(outcome(() => checkReadConditions({ ifMatch: 'abc' }, {}))).toBe('PreconditionFailed')
  })
})

describe('checkWriteConditions', () => {
  test.each([
    [{}, current, 'ok'],
    [{}, undefined, 'ok'],
    [{ ifMatch: 'abc' }, current, 'ok'],
    [{ ifMatch: 'xyz' }, current, 'PreconditionFailed'],
    [{ ifMatch: 'abc' }, undefined, 'PreconditionFailed'],
    [{ ifNoneMatch: '*' }, undefined, 'ok'],
    [{ ifNoneMatch: '*' }, current, 'ObjectAlreadyExists'],
  ] as const)('%j onto %j: %s', (conditions, there, expected) => {
    expect(outcome(() => checkWriteConditions(conditions, there))).toBe(expected)
  })
})
