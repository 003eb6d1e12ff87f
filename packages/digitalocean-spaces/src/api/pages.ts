import type { Call } from '@cloudstore/core'
import type { ApiClient, ApiRequest } from './api-client.ts'
import { UnexpectedShape } from './read-shape.ts'

/** One page of a listing. */
export interface ApiPage<T> {
  readonly items: readonly T[]
  /** Of all pages. */
  readonly total: number
}

const perPage = 200

/**
 * All items of a listing. Pages are asked for by number until `meta.total` items were there, never by an address that an answer gives: the token
 * would go wherever that leads.
 *
 * @param request - its path may have a query
 */
export async function* allPages<T>(
  client: ApiClient,
  request: Omit<ApiRequest, 'method' | 'kind'>,
  call: Call,
  read: (json: unknown) => ApiPage<T>,
): AsyncGenerator<T, void, void> {
  const joiner = request.path.includes('?') ? '&' : '?'
  let seen = 0
  for (let page = 1; ; page += 1) {
    const path = `${request.path}${joiner}per_page=${perPage}&page=${page}`
    const before = seen
    const { items, total } = await client.send(
      { ...request, path, method: 'GET', kind: 'safe' },
      call,
      (json) => {
        const answer = read(json)
        if (answer.items.length === 0 && before < answer.total) {
          throw new UnexpectedShape(
            `page ${page} is empty, although meta.total is ${answer.total} and ${before} came before`,
          )
        }
        return answer
      },
    )
    yield* items
    seen += items.length
    if (seen >= total) return
  }
}
