import { expect, test } from '@jest/globals'
import { describeType } from '../../src/errors/describe-type.ts'

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [[], 'an array'],
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [new Map(), 'a Map'],
  [1n, 'a bigint'],
  [() => 1, 'a function'],
])('%p', (value, expected) => {
  expect(describeType(value)).toBe(expected)
})
