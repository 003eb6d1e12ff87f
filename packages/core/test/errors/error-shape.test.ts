import { expect, test } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import { errorCode, isError, messageOf } from '../../src/errors/error-shape.ts'

test('errors of any realm are errors', () => {
  expect(isError(new TypeError('x'))).toBe(true)
  expect(isError(runInNewContext('new Error("x")'))).toBe(true)
  expect(isError(new DOMException('x'))).toBe(true)
  expect(isError(AbortSignal.abort().reason)).toBe(true)
})

test.each([undefined, null, 'Error: x', 7, {}, { message: 'x' }, { name: 'x', message: 7 }])(
  '%p is none',
  (value) => {
    expect(isError(value)).toBe(false)
    expect(errorCode(value)).toBeUndefined()
  },
)

test('the code of a system error', () => {
  expect(errorCode(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe('ENOENT')
  expect(errorCode(Object.assign(new Error('x'), { code: 7 }))).toBeUndefined()
})

test('anything can be told', () => {
  expect(messageOf(new Error('own words'))).toBe('own words')
  expect([messageOf('text'), messageOf(undefined), messageOf(7)]).toEqual([
    'text',
    'undefined',
    '7',
  ])
  expect(messageOf(Object.create(null))).toBe('[object Object]')
  expect(messageOf(null)).toBe('null')
})
