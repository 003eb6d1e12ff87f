import type { ListObjectsRequest, ObjectPage } from '../contract/backend.ts'
import { compareUtf8 } from './compare-utf8.ts'
import { StorageError } from '../errors/errors.ts'

// Some providers give a few of them, where much was deleted.
const emptyPagesAtMost = 1000

/** Refuses a page that does not get on: a listing neither loops for ever nor ends early. */
export function objectPageGuard(
  order: 'utf8' | 'none',
  start: string | undefined,
): (page: ObjectPage) => void {
  const guardCursor = cursorGuard(start)
  let emptyPages = 0
  let lastItem: string | undefined
  return ({ objects, prefixes, cursor }) => {
    guardCursor(cursor)
    emptyPages = objects.length === 0 && prefixes.length === 0 ? emptyPages + 1 : 0
    if (emptyPages === emptyPagesAtMost && cursor !== undefined) {
      throw stuck(`${emptyPages} pages in a row are empty, and each says that there is more`)
    }
    if (order === 'none') return
    const item = lastOf(objects.at(-1)?.key, prefixes.at(-1))
    if (item === undefined) return
    if (lastItem !== undefined && compareUtf8(item, lastItem) <= 0) {
      throw stuck('a page ends no later than the one before it')
    }
    lastItem = item
  }
}

/**
 * Refuses a page with keys that were not asked for: whoever deletes what is listed below a prefix would delete everything at a provider, or a proxy, that
 * ignores it.
 */
export function requireWithin({ prefix }: ListObjectsRequest, page: ObjectPage): ObjectPage {
  if (prefix === undefined) return page
  const stray =
    page.objects.find(({ key }) => !isBelow(key, prefix))?.key ??
    page.prefixes.find((common) => !isBelow(common, prefix))
  if (stray === undefined) return page
  throw new StorageError(
    'MalformedResponse',
    `the provider lists ${JSON.stringify(stray)}, which does not begin with the prefix ${JSON.stringify(prefix)}`,
    { hint: 'The provider, or a proxy in between, ignores the prefix' },
  )
}

function isBelow(key: string, prefix: string): boolean {
  // Some providers (Cloudflare R2) normalize keys.
  return key.startsWith(prefix) || key.normalize().startsWith(prefix.normalize())
}

function lastOf(key: string | undefined, prefix: string | undefined): string | undefined {
  if (key === undefined || prefix === undefined) return key ?? prefix
  return compareUtf8(key, prefix) > 0 ? key : prefix
}

/**
 * Refuses a cursor that comes again, however many others come between, by remembering one at a time (Brent's way to find a cycle).
 *
 * @param start - the cursor of the first request
 */
export function cursorGuard(start: string | undefined): (cursor: string | undefined) => void {
  let remembered = start
  let steps = 0
  let stride = 1
  return (cursor) => {
    if (cursor === undefined) return
    if (cursor === remembered) throw stuck('the provider repeats a page')
    steps += 1
    if (steps < stride) return
    remembered = cursor
    steps = 0
    stride *= 2
  }
}

function stuck(how: string): StorageError {
  return new StorageError('MalformedResponse', `the listing does not get on: ${how}`, {
    hint: 'Report it to the provider, with the time of the request',
  })
}
