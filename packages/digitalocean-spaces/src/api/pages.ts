import type { Call } from '@cloudstore/core'
import * as z from 'zod/mini'
import type { ApiClient, ApiRequest } from './api-client.ts'
import { UnexpectedShape } from './read-shape.ts'

/** One page of a listing. */
export interface ApiPage<T> {
  readonly items: readonly T[]
  /** Of all pages. */
  readonly total: number
}

/** `meta` of a page. */
export const totalShape: z.ZodMiniType<{ readonly total: number }> = z.object({
  total: z.int().check(z.nonnegative()),
})

const perPage = 200

/** How a kind of listing is read. */
export interface PageReader<T> {
  readonly read: (json: unknown) => ApiPage<T>
  /** What tells an item from the others. */
  readonly idOf: (item: T) => string
}

/**
 * All items of a listing, each once. Pages are asked for by number until `meta.total` items were there, never by an address that an answer gives:
 * the token would go wherever that leads.
 *
 * Pages are cut anew for each request. What is added meanwhile moves items on to a page that is still to come, so that they come again; what is
 * removed moves items back to a page that was there already, so all of them are read again.
 *
 * @param request - its path may have a query
 */
export async function* allPages<T>(
  client: ApiClient,
  request: Omit<ApiRequest, 'method' | 'kind'>,
  call: Call,
  { read, idOf }: PageReader<T>,
): AsyncGenerator<T, void, void> {
  const joiner = request.path.includes('?') ? '&' : '?'
  const given = new Set<string>()
  let seen = new Set<string>()
  let before = 0
  let last = Infinity
  let lowest = Infinity
  for (let page = 1; ; page += 1) {
    const path = `${request.path}${joiner}per_page=${perPage}&page=${page}`
    const { items, total } = await client.send(
      { ...request, path, method: 'GET', kind: 'safe' },
      call,
      (json) => {
        const answer = read(json)
        const advances = answer.items.some((item) => !seen.has(idOf(item)))
        if (!advances && before < answer.total && answer.total <= last) {
          throw new UnexpectedShape(
            `page ${page} has nothing new, although meta.total is ${answer.total} and ${before} came before`,
          )
        }
        return answer
      },
    )
    for (const item of items) {
      seen.add(idOf(item))
      if (given.has(idOf(item))) continue
      given.add(idOf(item))
      yield item
    }
    before += items.length
    last = total
    const shrunk = total < lowest && page > 1
    lowest = Math.min(lowest, total)
    if (shrunk) {
      seen = new Set()
      before = 0
      last = Infinity
      page = 0
    } else if (before >= total) return
  }
}
