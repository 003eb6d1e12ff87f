import { expect, test } from '@jest/globals'
import type { ReadCondition } from '../../src/contract/features.ts'
import { readConditions } from '../../src/download/read-conditions.ts'
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
