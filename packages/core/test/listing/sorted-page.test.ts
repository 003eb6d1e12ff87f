import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { compareUtf8 } from '../../src/listing/compare-utf8.ts'
import {
  pageOfSorted,
  type SortedEntries,
  type SortedPageRequest,
} from '../../src/listing/sorted-page.ts'

/** Sorted keys in an array, and how often and how far they were looked at. */
function arraySource(keys: Iterable<string>, asynchronous = false) {
  const sorted = [...new Set(keys)].sort(compareUtf8)
  const counts = { seeks: 0, visited: 0 }
  function* from(after: string | undefined, inclusive: boolean): Generator<string> {
    counts.seeks += 1
    for (const key of sorted) {
      const order = after === undefined ? 1 : compareUtf8(key, after)
      if (order < 0 || (order === 0 && !inclusive)) continue
      counts.visited += 1
      yield key
    }
  }
  async function* fromLater(after: string | undefined, inclusive: boolean): AsyncGenerator<string> {
    yield* from(after, inclusive)
  }
  const source: SortedEntries<string> = { seek: asynchronous ? fromLater : from }
  return { source, counts, sorted }
}

const identity = (key: string) => key

/** Keys and prefixes in the order in which a listing names them. */
async function allPages(source: SortedEntries<string>, request: SortedPageRequest) {
  const names: string[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await pageOfSorted(source, { ...request, cursor }, identity)
    const merged = [...page.entries, ...page.prefixes].sort(compareUtf8)
    const limit = request.limit ?? 1000
    const least = page.cursor === undefined ? 0 : limit
    expect(merged.length).toBeGreaterThanOrEqual(least)
    expect(merged.length).toBeLessThanOrEqual(limit)
    names.push(...merged)
    cursor = page.cursor
    pages += 1
  } while (cursor !== undefined)
  return { names, pages }
}

/** What S3 lists, computed the slow way. */
function model(
  sorted: readonly string[],
  { prefix = '', delimiter = '', startAfter }: SortedPageRequest,
) {
  const names = sorted
    .filter((key) => key.startsWith(prefix))
    .filter((key) => startAfter === undefined || compareUtf8(key, startAfter) > 0)
    .map((key) => {
      const rest = key.slice(prefix.length)
      const cut = delimiter === '' ? -1 : rest.indexOf(delimiter)
      return cut === -1 ? key : prefix + rest.slice(0, cut + delimiter.length)
    })
  return [...new Set(names)]
}

const unit = fc.constantFrom('a', 'b', '/', '-', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}')
const key = fc.string({ unit, minLength: 1, maxLength: 5 })

describe('pageOfSorted', () => {
  test('lists what a naive model lists, in pages of any size, from either kind of source', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 30 }),
        fc.record({
          prefix: fc.option(fc.string({ unit, maxLength: 3 }), { nil: undefined }),
          delimiter: fc.constantFrom(undefined, '', '/', 'a', '//', '\u{10ffff}', 'ab'),
          startAfter: fc.option(fc.string({ unit, maxLength: 4 }), { nil: undefined }),
          limit: fc.integer({ min: 1, max: 8 }),
        }),
        fc.boolean(),
        async (keys, request, asynchronous) => {
          const { source, sorted } = arraySource(keys, asynchronous)
          const { names } = await allPages(source, request)
          expect(names).toEqual(model(sorted, request))
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('skips what lies below a common prefix by seeking', async () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `${'abc'[index % 3]}/${index}`)
    const { source, counts } = arraySource(keys)
    const page = await pageOfSorted(source, { delimiter: '/' }, identity)
    expect(page).toEqual({ entries: [], prefixes: ['a/', 'b/', 'c/'] })
    expect(counts.visited).toBeLessThanOrEqual(4)
  })

  test('begins at the prefix', async () => {
    const { source, counts } = arraySource(['a', 'b', 'c/1', 'c/2', 'd'])
    const page = await pageOfSorted(source, { prefix: 'c/' }, identity)
    expect(page.entries).toEqual(['c/1', 'c/2'])
    expect(counts).toEqual({ seeks: 1, visited: 3 })
  })

  test('lists a common prefix when startAfter lies inside it and keys follow', async () => {
    const { source } = arraySource(['a/1', 'a/2', 'b'])
    const after = (startAfter: string) =>
      pageOfSorted(source, { delimiter: '/', startAfter }, identity)
    expect((await after('a/1')).prefixes).toEqual(['a/'])
    expect((await after('a/2')).prefixes).toEqual([])
    expect((await after('a/')).prefixes).toEqual(['a/'])
  })

  test('has no cursor when the last page is exactly full', async () => {
    const { source } = arraySource(['a', 'b/1', 'b/2'])
    const page = await pageOfSorted(source, { delimiter: '/', limit: 2 }, identity)
    expect(page).toEqual({ entries: ['a'], prefixes: ['b/'] })
  })

  test('a cursor wins over startAfter and survives that its key is deleted', async () => {
    const { cursor } = await pageOfSorted(
      arraySource(['a', 'b', 'c']).source,
      { limit: 2 },
      identity,
    )
    const rest = await pageOfSorted(
      arraySource(['a', 'c', 'd']).source,
      { cursor, startAfter: 'zzz' },
      identity,
    )
    expect(rest.entries).toEqual(['c', 'd'])
  })

  test('a cursor behind a common prefix never lists it again', async () => {
    const { cursor } = await pageOfSorted(
      arraySource(['a/1', 'b']).source,
      { delimiter: '/', limit: 1 },
      identity,
    )
    const rest = await pageOfSorted(
      arraySource(['a/1', 'a/2', 'b']).source,
      { delimiter: '/', cursor },
      identity,
    )
    expect(rest).toEqual({ entries: ['b'], prefixes: [] })
  })

  test('cursors are plain in URLs', async () => {
    const { source } = arraySource(['ÿ>?~ü', 'ÿ>?~ý', 'ÿ>?~þ'])
    const { cursor } = await pageOfSorted(source, { limit: 1 }, identity)
    expect(cursor).toMatch(/^[\w-]+$/)
  })

  test.each(['', 'nonsense', '!!!', 'a', 'eA'])('refuses the foreign cursor %p', async (cursor) => {
    const { source } = arraySource(['a'])
    const page = pageOfSorted(source, { cursor }, identity)
    await expect(page).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  test('lists nothing for a limit of zero', async () => {
    const { source } = arraySource(['a'])
    expect(await pageOfSorted(source, { limit: 0 }, identity)).toEqual({
      entries: [],
      prefixes: [],
    })
  })

  test('ends the iteration of its source when the page is full', async () => {
    let ended = false
    const source: SortedEntries<string> = {
      async *seek() {
        try {
          yield 'a'
          yield 'b'
          yield 'c'
        } finally {
          ended = true
        }
      },
    }
    expect((await pageOfSorted(source, { limit: 1 }, identity)).entries).toEqual(['a'])
    expect(ended).toBe(true)
  })
})
