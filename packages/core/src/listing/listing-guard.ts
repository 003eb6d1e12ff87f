import type { ObjectPage } from '../contract/backend.ts'
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
