import { describe, expect, test } from '@jest/globals'
import { keySegments } from '../../src/download/key-path.ts'
import { thrownBy } from '../support/thrown-by.ts'

const refused = { code: 'InvalidArgument', hint: expect.stringContaining('whole path') }

describe('everywhere', () => {
  test.each([
    ['a', ['a']],
    ['a/b/c.txt', ['a', 'b', 'c.txt']],
    ['.hidden/..twice/...', ['.hidden', '..twice', '...']],
    ['%2e%2e/+ &', ['%2e%2e', '+ &']],
    ['grüße/😀', ['grüße', '😀']],
    [' leading and trailing ', [' leading and trailing ']],
  ])('%p is a path', (key, segments) => {
    expect(keySegments(key, false)).toEqual(segments)
  })

  test.each([
    '..',
    '.',
    '../x',
    'a/../b',
    'a/./b',
    'a/..',
    '/etc/passwd',
    '//x',
    'a//b',
    'a/',
    '/',
    'a\0b',
  ])('%p leads out or names no file', (key) => {
    for (const windows of [false, true]) {
      expect(thrownBy(() => keySegments(key, windows))).toMatchObject(refused)
    }
  })
})

describe('on Windows', () => {
  test.each([
    '..\\x',
    'a\\b',
    'C:\\x',
    'C:x',
    'a<b',
    'a>b',
    'a"b',
    'a|b',
    'a?b',
    'a*b',
    'tab\there',
    'con',
    'CON',
    'aux.txt',
    'nul.tar.gz',
    'folder/COM1',
    'com¹',
    'LPT9.log',
    'CONIN$',
    'ends in a dot.',
    'ends in a space ',
    'folder./x',
  ])('%p is refused there and fine elsewhere', (key) => {
    expect(thrownBy(() => keySegments(key, true))).toMatchObject(refused)
    expect(keySegments(key, false).join('/')).toBe(key)
  })

  test.each(['console', 'com', 'com10', 'nullable.txt', 'a.con', 'ünï'])(
    '%p is fine there',
    (key) => {
      expect(keySegments(key, true)).toEqual([key])
    },
  )
})
