import { expect, test } from '@jest/globals'
import { canonicalResource } from '../src/signing/canonical-resource.ts'

test.each([
  ['acl'],
  ['cors'],
  ['delete'],
  ['lifecycle'],
  ['location'],
  ['policy'],
  ['tagging'],
  ['uploads'],
  ['versioning'],
])('?%s names another thing than the object', (name) => {
  expect(canonicalResource('/b/k', undefined, [[name, '']])).toBe(`/b/k?${name}`)
})

test.each([
  ['partNumber', '1'],
  ['uploadId', '2~a'],
  ['versionId', 'null'],
  ['response-content-type', 'text/plain; charset=utf-8'],
])('%s is signed with its value', (name, value) => {
  expect(canonicalResource('/b/k', undefined, [[name, value]])).toBe(`/b/k?${name}=${value}`)
})

test('parameters that only choose what a listing holds are not signed', () => {
  const query = [
    ['list-type', '2'],
    ['prefix', 'a'],
    ['max-keys', '10'],
    ['encoding-type', 'url'],
  ] as const
  expect(canonicalResource('/b', undefined, query)).toBe('/b')
})

test('sorted by name', () => {
  const query = [
    ['uploadId', 'u'],
    ['select-type', '2'],
    ['partNumber', '7'],
    ['select', ''],
  ] as const
  expect(canonicalResource('/k', 'b', query)).toBe(
    '/b/k?partNumber=7&select&select-type=2&uploadId=u',
  )
})
