import { expect, test } from '@jest/globals'
import { contentTypeOf } from '../../src/upload/mime-types.ts'

test.each([
  ['notes.txt', 'text/plain'],
  ['index.HTML', 'text/html'],
  ['a/b.c/photo.jpeg', 'image/jpeg'],
  ['app.mjs', 'text/javascript'],
  ['backup.tar.gz', 'application/gzip'],
  ['backup.gz', 'application/gzip'],
  ['backup.tar', 'application/x-tar'],
  ['data.json', 'application/json'],
  ['a/.b.png', 'image/png'],
])('%s is %s', (name, type) => {
  expect(contentTypeOf(name)).toBe(type)
})

test.each([
  'README',
  'a.txt/b',
  '.gitignore',
  '.txt',
  'a.',
  'a.unknown',
  '',
  'a.constructor',
  'a.__proto__',
])('nothing is known of %j', (name) => {
  expect(contentTypeOf(name)).toBeUndefined()
})
