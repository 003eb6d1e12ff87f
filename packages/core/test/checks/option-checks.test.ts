import { describe, expect, test } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import {
  check,
  checkOptions,
  oneOf,
  type Check,
  type OptionChecks,
} from '../../src/checks/option-checks.ts'
import { listenedSignal } from '../support/listened-signal.ts'
import { thrownBy } from '../support/thrown-by.ts'

interface Options {
  text?: string | undefined
  bytes?: number | undefined
}
const checks: OptionChecks<Options> = { text: check.text, bytes: check.bytes }

describe('a table of options', () => {
  test('what is known and right passes, and undefined counts as absent', () => {
    expect(checkOptions({ text: 'x', bytes: 0 }, checks)).toBeUndefined()
    expect(checkOptions({ text: undefined }, checks)).toBeUndefined()
    expect(checkOptions({ unknown: undefined } as Options, checks)).toBeUndefined()
  })

  test('the options of the provider’s own come back; undefined ones are absent', () => {
    const given = { text: 'x', exOwn: 1, exOther: undefined } as Options
    expect(checkOptions(given, checks, ['exOwn', 'exOther'])).toEqual({ exOwn: 1 })
  })

  test('an unknown one is refused, with the name that was meant', () => {
    expect(thrownBy(() => checkOptions({ txet: 'x' } as Options, checks))).toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(/option txet is not known here.*Did you mean text\?/),
    })
    expect(
      thrownBy(() => checkOptions({ qqqqqqqqq: 1 } as Options, checks, ['exOwn'])),
    ).toMatchObject({
      hint: 'Known options: text, bytes, exOwn',
    })
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is no known option',
    (name) => {
      const options = JSON.parse(`{ ${JSON.stringify(name)}: "x" }`) as Options
      expect(thrownBy(() => checkOptions(options, checks))).toMatchObject({
        code: 'InvalidArgument',
      })
    },
  )

  const others = [new Date(), new Map([['text', 'x']]), new AbortController().signal]
  test.each([null, 'text', 7, [], ['text'], () => 1, ...others])(
    '%p is no table of options',
    (options) => {
      expect(thrownBy(() => checkOptions(options as Options, checks))).toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining('the options must be an object'),
      })
    },
  )

  test('values are not told, their types are', () => {
    const error = thrownBy(() => checkOptions({ text: { token: 's3cr3t' } } as never, checks))
    expect(String(error)).toContain('option text must be a string, not an object')
    expect(String(error)).not.toContain('s3cr3t')
  })
})

const signal = listenedSignal()
class Plain {
  a = 1
}

describe.each<[string, Check, readonly unknown[], readonly unknown[]]>([
  ['text', check.text, ['', 'x'], [1, null, {}, ['x'], Symbol('x')]],
  [
    'etag',
    check.etag,
    ['a', '"a"', 'W/"a"', '*', 'ä'],
    ['', ' ', 'a b', 'a\r\nb', 'a\u007f', 7, null],
  ],
  ['boolean', check.boolean, [true, false], [0, 1, 'true', null]],
  ['callback', check.callback, [() => 1, async () => 1], ['x', {}, null]],
  [
    'record',
    check.record,
    [{}, { a: 1 }, Object.create(null), new Plain(), runInNewContext('({})')],
    [null, [], 'x', new Map([['a', 'b']]), new Headers(), new Date(), new URLSearchParams()],
  ],
  [
    'date',
    check.date,
    [new Date(), new Date(0), runInNewContext('new Date(0)')],
    [new Date(Number.NaN), '2026-01-01', 0, null, {}],
  ],
  [
    'signal',
    check.signal,
    [new AbortController().signal, AbortSignal.abort(), signal.signal],
    [
      {},
      null,
      'stop',
      { aborted: false },
      new AbortController(),
      { aborted: false, addEventListener: 1 },
    ],
  ],
  [
    'number',
    check.number,
    [0, 1, 2 ** 53 - 1],
    [-1, 1.5, Number.NaN, Infinity, 2 ** 53, '1', 1n, null],
  ],
  ['bytes', check.bytes, [0, 1], [-1, 0.5, Number.NaN, '1']],
  ['count', check.count, [1, 2], [0, -1, 1.5, Number.NaN, Infinity, '1', null]],
  ['seconds', check.seconds, [1, 900], [0, -1, 0.5, Number.NaN, '900']],
  ['one of some words', oneOf('fail', 'return'), ['fail', 'return'], ['', 'Fail', 'x', null, true]],
])('%s', (_name, problemWith, right, wrong) => {
  test.each(right.map((value) => [value]))('%p is right', (value) => {
    expect(problemWith(value)).toBeUndefined()
  })

  test.each(wrong.map((value) => [value]))('%p is wrong', (value) => {
    expect(problemWith(value)).toMatch(/^must be /)
  })
})

test('an option that others of the kind have is not offered, rather than unknown', () => {
  const absent = { tags: 'leave it out' }
  const call = (options: object) => () => checkOptions(options, {}, ['own'], absent)
  expect(call({ tags: {} })).toThrow(
    expect.objectContaining({ code: 'UnsupportedOperation', hint: 'leave it out' }),
  )
  expect(call({ tagz: {} })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  expect(call({ constructor: {} })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  expect(call({ own: 1, tags: undefined })()).toEqual({ own: 1 })
})
