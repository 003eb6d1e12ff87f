import { expect, test } from '@jest/globals'
import { noLimits } from '../../src/api/api-limits.ts'
import type { ApiClient } from '../../src/api/api-client.ts'
import { allPages, type ApiPage } from '../../src/api/pages.ts'
import { UnexpectedShape } from '../../src/api/read-shape.ts'
import { resolveRetries } from '@cloudstore/core'

const reader = {
  read: (json: unknown): ApiPage<string> => json as ApiPage<string>,
  idOf: (item: string): string => item,
}

/** All items of a listing whose pages are what a function says. */
async function listed(
  answer: (page: number, request: number) => ApiPage<string>,
): Promise<{ items: string[]; pages: number[] }> {
  const pages: number[] = []
  const client: ApiClient = {
    limits: noLimits,
    retries: resolveRetries(),
    async send({ path }, _call, read) {
      const page = Number(new URL(path, 'https://api.example').searchParams.get('page'))
      pages.push(page)
      return read(answer(page, pages.length))
    },
    close: async () => undefined,
  }
  const items: string[] = []
  const request = { path: '/v2/things?name=x', scope: 'cdn:read' } as const
  for await (const item of allPages(client, request, { operation: 'test' }, reader)) {
    items.push(item)
  }
  return { items, pages }
}

/** A page of two. */
function cut(all: string, page: number): ApiPage<string> {
  return { items: [...all].slice(2 * page - 2, 2 * page), total: all.length }
}

test('ends at meta.total, and asks for no page after it', async () => {
  expect(await listed((page) => cut('abcde', page))).toEqual({
    items: [...'abcde'],
    pages: [1, 2, 3],
  })
  expect(await listed((page) => cut('abcd', page))).toEqual({ items: [...'abcd'], pages: [1, 2] })
  expect(await listed(() => ({ items: [], total: 0 }))).toEqual({ items: [], pages: [1] })
})

test('a page with more than was said is taken as it is', async () => {
  expect((await listed(() => ({ items: [...'abc'], total: 1 }))).items).toEqual([...'abc'])
})

test('what is added meanwhile comes, and what moves on comes once', async () => {
  const states = ['abcd', 'abcdef', 'abcdef']
  expect((await listed((page, time) => cut(states[time - 1] ?? '', page))).items).toEqual([
    ...'abcdef',
  ])
  // At the beginning, so that page 2 is the old page 1.
  const moved = await listed((page, time) => cut(time === 1 ? 'abcd' : 'xyabcd', page))
  expect(moved).toEqual({ items: [...'abcd'], pages: [1, 2, 3] })
})

test('what moves back when something is removed is not missed', async () => {
  const answer = (page: number, time: number): ApiPage<string> =>
    cut(time === 1 ? 'abcdef' : 'bcdef', page)
  const { items, pages } = await listed(answer)
  expect([...items].sort()).toEqual([...'abcdef'])
  expect(items).toHaveLength(6)
  expect(pages).toEqual([1, 2, 1, 2, 3])
})

test.each([
  ['the same page again and again', (): ApiPage<string> => cut('abcdef', 1)],
  [
    'an empty page before the end',
    (page: number): ApiPage<string> => (page === 1 ? cut('abc', 1) : { items: [], total: 3 }),
  ],
  ['no page at all', (): ApiPage<string> => ({ items: [], total: 3 })],
])('%s is an error, and no endless loop', async (_what, answer) => {
  await expect(listed(answer)).rejects.toThrow(UnexpectedShape)
  await expect(listed(answer)).rejects.toThrow(/page \d has nothing new, although meta.total/)
})

test('totals that go up and down end all the same', async () => {
  const { pages } = await listed((page, time) => ({
    items: [`${page}-a`, `${page}-b`],
    total: time % 2 === 0 ? 9 : 10,
  }))
  expect(pages.length).toBeLessThan(12)
})
