import { describe, expect, test } from '@jest/globals'
import { checkContainerName } from '../../src/checks/container-name.ts'
import { isStorageError } from '../../src/errors/errors.ts'

const refusal = (
  name: unknown,
  rules: 'dns' | 'any',
  purpose?: 'use' | 'create',
): string | undefined => {
  try {
    checkContainerName(name, rules, purpose)
    return undefined
  } catch (error) {
    if (isStorageError(error, 'InvalidContainerName')) return error.message
    throw error
  }
}

describe('checkContainerName by the rules of S3', () => {
  test.each([
    'abc',
    'my-bucket',
    'a.b.c',
    '123',
    'a'.repeat(63),
    'logs-2026',
    '1.2.3',
    '1.2.3.4.5',
    'a--b',
  ])('takes %s', (name) => {
    expect(refusal(name, 'dns', 'create')).toBeUndefined()
  })

  test.each([
    ['', '3 to 63'],
    ['ab', '3 to 63'],
    ['a'.repeat(64), '3 to 63'],
    ['Photos', 'lower case'],
    ['my_bucket', 'lower case'],
    ['my bucket', 'lower case'],
    ['büro', 'lower case'],
    ['a/b', 'lower case'],
    ['abc\n', 'lower case'],
    ['-abc', 'begin and end'],
    ['abc-', 'begin and end'],
    ['.abc', 'begin and end'],
    ['abc.', 'begin and end'],
    ['a..b', 'two dots'],
    ['192.168.5.4', 'IP address'],
    ['xn--abc', 'xn--'],
  ])('refuses %j and names the rule', (name, rule) => {
    expect(refusal(name, 'dns')).toContain(rule)
  })

  test.each([
    'sthree-abc',
    'amzn-s3-demo-bucket',
    'abc-s3alias',
    'abc--ol-s3',
    'abc.mrap',
    'abc--x-s3',
    'abc--table-s3',
  ])('refuses to create %s, which may be used where it exists', (name) => {
    expect(refusal(name, 'dns', 'create')).toContain('reserves')
    expect(refusal(name, 'dns', 'use')).toBeUndefined()
  })
})

describe('checkContainerName where any name goes', () => {
  test.each(['a', 'My Photos', 'büro', '192.168.5.4', '...', 'xn--abc', '😀', 'a'.repeat(255)])(
    'takes %s',
    (name) => {
      expect(refusal(name, 'any', 'create')).toBeUndefined()
    },
  )

  test.each([
    ['', 'empty'],
    ['.', '. or ..'],
    ['..', '. or ..'],
    ['a/b', 'slash'],
    ['a\\b', 'backslash'],
    ['a\0b', 'NUL'],
    ['\ud800', 'well-formed'],
    ['ü'.repeat(128), '255 bytes'],
  ])('refuses %j and names the rule', (name, rule) => {
    expect(refusal(name, 'any')).toContain(rule)
  })
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [7, 'number'],
  [['abc'], 'object'],
])('refuses %p, which is no string', (name, type) => {
  expect(refusal(name, 'dns')).toContain(`a string, not ${type}`)
})

test('does not fill the log with a name that is far too long', () => {
  expect(refusal('x'.repeat(100_000), 'dns')!.length).toBeLessThan(300)
})
