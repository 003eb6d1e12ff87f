import { expect, test } from '@jest/globals'
import type { ReadCondition } from '../../src/contract/features.ts'
import { bareEtag, readConditions, writeConditions } from '../../src/checks/condition-options.ts'
import { thrownBy } from '../support/thrown-by.ts'

const all: readonly ReadCondition[] = [
  'ifMatch',
  'ifNoneMatch',
  'ifModifiedSince',
  'ifUnmodifiedSince',
]
const time = new Date(0)

test('ETags lose the quotes that they have on the wire; nothing else is picked', () => {
  const options = {
    ifMatch: '"a"',
    ifNoneMatch: 'b',
    ifModifiedSince: time,
    ifUnmodifiedSince: time,
    chunkSize: 5,
  }
  expect(readConditions(options, all)).toEqual({
    ifMatch: 'a',
    ifNoneMatch: 'b',
    ifModifiedSince: time,
    ifUnmodifiedSince: time,
  })
})

test('what is absent or undefined is no condition', () => {
  expect(readConditions({}, [])).toEqual({})
  expect(Object.keys(readConditions({ ifMatch: undefined }, []))).toEqual([])
})

test.each(all)('%s is refused where it is not promised', (name) => {
  const options = { [name]: name.endsWith('Match') ? 'x' : time }
  const others = all.filter((other) => other !== name)
  expect(thrownBy(() => readConditions(options, others))).toMatchObject({
    code: 'UnsupportedOperation',
    message: expect.stringContaining(name),
  })
})

test('those of a write lose the quotes of the wire, and are refused where they would be ignored', () => {
  expect(writeConditions({ ifMatch: '"e"' }, ['ifMatch'])).toEqual({ ifMatch: 'e' })
  expect(writeConditions({ ifNoneMatch: '*' }, ['ifNoneMatch'])).toEqual({ ifNoneMatch: '*' })
  expect(writeConditions({}, [])).toEqual({})
  for (const conditions of [{ ifMatch: 'e' }, { ifNoneMatch: '*' }] as const) {
    expect(thrownBy(() => writeConditions(conditions, []))).toMatchObject({
      code: 'UnsupportedOperation',
    })
  }
})

test.each([
  ['"a"', 'a'],
  ['a', 'a'],
  ['""', ''],
  ['"', '"'],
  ['"a', '"a'],
  ['W/"a"', 'W/"a"'],
])('bareEtag(%p) is %p', (given, bare) => {
  expect(bareEtag(given)).toBe(bare)
})
