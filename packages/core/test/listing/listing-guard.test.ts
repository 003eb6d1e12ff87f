import { describe, expect, test } from '@jest/globals'
import type { ObjectPage } from '../../src/contract/backend.ts'
import { cursorGuard, objectPageGuard, requireWithin } from '../../src/listing/listing-guard.ts'

const page = (keys: string[], cursor?: string, prefixes: string[] = []): ObjectPage => ({
  objects: keys.map((key) => ({ key, size: 0 })),
  prefixes,
  cursor,
})

describe('cursors', () => {
  test.each([1, 2, 3, 7, 64, 1000])('a cycle of %i is noticed before long', (length) => {
    const guard = cursorGuard(undefined)
    let count = 0
    expect(() => {
      for (count = 0; count < 10 * length + 10; count += 1) guard(`c${count % length}`)
    }).toThrow('repeats a page')
    expect(count).toBeLessThanOrEqual(4 * length)
  })

  test('one that leads back to where the listing began', () => {
    expect(() => cursorGuard('start')('start')).toThrow('repeats a page')
  })

  test('any number of different ones is fine, and so is the end', () => {
    const guard = cursorGuard('start')
    for (let count = 0; count < 10_000; count += 1) guard(`c${count}`)
    expect(guard(undefined)).toBeUndefined()
  })
})

describe('a page of keys below a prefix', () => {
  const request = { container: 'box', prefix: 'tmp/' }

  test.each([
    ['a key', page(['tmp/a', 'b'])],
    ['a key beside it', page(['tmp'])],
    ['a common prefix', page(['tmp/a'], undefined, ['tmp/c/', 'other/'])],
  ])('%s that is not below it is refused', (_name, found) => {
    expect(() => requireWithin(request, found)).toThrow(
      expect.objectContaining({
        code: 'MalformedResponse',
        message: expect.stringContaining('"tmp/"'),
      }),
    )
  })

  test('what is below it passes, also where the provider normalizes keys, and everything without one', () => {
    const found = page(['tmp/', 'tmp/a'], 'c', ['tmp/b/'])
    expect(requireWithin(request, found)).toBe(found)
    const normalized = page(['\u00e9/a'])
    expect(requireWithin({ container: 'box', prefix: 'e\u0301/' }, normalized)).toBe(normalized)
    expect(requireWithin({ container: 'box' }, page(['a']))).toEqual(page(['a']))
  })
})

describe('pages', () => {
  test('must get on where the order is promised', () => {
    for (const second of [page(['b']), page(['a']), page([], undefined, ['a/']), page(['B'])]) {
      const guard = objectPageGuard('utf8', undefined)
      guard(page(['a', 'b'], '1'))
      expect(() => guard(second)).toThrow('ends no later')
      const unordered = objectPageGuard('none', undefined)
      unordered(page(['a', 'b'], '1'))
      expect(unordered(second)).toBeUndefined()
    }
  })

  test('get on by keys or by prefixes, in the order of UTF-8', () => {
    const guard = objectPageGuard('utf8', undefined)
    guard(page(['a'], '1', ['b/']))
    guard(page(['c'], '2', ['bb/']))
    guard(page([], '3'))
    guard(page(['\uffff'], '4'))
    expect(guard(page(['😀']))).toBeUndefined()
  })

  test('empty ones are borne, but not for ever', () => {
    const guard = objectPageGuard('none', undefined)
    for (let count = 0; count < 999; count += 1) guard(page([], `c${count}`))
    guard(page(['a'], 'd'))
    for (let count = 0; count < 999; count += 1) guard(page([], `e${count}`))
    expect(() => guard(page([], 'f'))).toThrow('1000 pages in a row are empty')
  })
})
