import type { ListObjectsRequest } from '../contract/backend.ts'
import { compareUtf8 } from './compare-utf8.ts'
import { StorageError } from '../errors/errors.ts'

/** Something that holds entries in the UTF-8 order of their keys, each key once. */
export interface SortedEntries<T> {
  /**
   * The entries whose keys come after `after`, or also the one at it; all when it is `undefined`.
   * Iteration stops early most of the time, so entries should be found as they are asked for.
   */
  seek(after: string | undefined, inclusive: boolean): Iterable<T> | AsyncIterable<T>
}

/** A page of a listing before its entries are turned into what the caller wants to know of them. */
export interface SortedPage<T> {
  readonly entries: readonly T[]
  readonly prefixes: readonly string[]
  readonly cursor?: string | undefined
}

/** What `pageOfSorted` takes of a request to list objects. */
export type SortedPageRequest = Pick<
  ListObjectsRequest,
  'prefix' | 'delimiter' | 'startAfter' | 'cursor' | 'limit'
>

const defaultLimit = 1000

/**
 * One page of a listing as S3 has it: keys below `prefix`, those with `delimiter` behind it summed
 * up as common prefixes, each once. What lies below a common prefix is skipped by seeking.
 * `startAfter` compares keys: a common prefix is listed when a key after it has that prefix. A
 * cursor wins over `startAfter`, and stays good when keys come and go.
 *
 * Fails with `InvalidArgument` when the cursor is none of ours.
 */
export async function pageOfSorted<T>(
  source: SortedEntries<T>,
  request: SortedPageRequest,
  keyOf: (entry: T) => string,
): Promise<SortedPage<T>> {
  const page = startPage<T>(request, keyOf)
  while (page.next !== undefined) {
    const { after, inclusive } = page.next
    page.next = undefined
    const found = source.seek(after, inclusive)
    // A source that answers at once is read in one go, so that nothing changes under the page.
    if (Symbol.iterator in found) {
      for (const entry of found) if (!page.add(entry)) break
    } else {
      for await (const entry of found) if (!page.add(entry)) break
    }
  }
  const { entries, prefixes, cursor } = page
  return cursor === undefined ? { entries, prefixes } : { entries, prefixes, cursor }
}

interface Place {
  readonly after: string | undefined
  readonly inclusive: boolean
}

interface GrowingPage<T> {
  readonly entries: T[]
  readonly prefixes: string[]
  cursor: string | undefined
  /** Where to seek next; `undefined` when the page is complete. */
  next: Place | undefined
  /** Takes the next entry; false when iteration is to stop. */
  add(entry: T): boolean
}

function startPage<T>(request: SortedPageRequest, keyOf: (entry: T) => string): GrowingPage<T> {
  const { prefix = '', delimiter = '', limit = defaultLimit } = request
  let last: CursorPlace = { kind: 'key', text: '' }
  const page: GrowingPage<T> = {
    entries: [],
    prefixes: [],
    cursor: undefined,
    next: limit < 1 ? undefined : laterOf(firstPlace(request), prefix),
    add(entry) {
      const key = keyOf(entry)
      if (!key.startsWith(prefix)) return false
      if (page.entries.length + page.prefixes.length >= limit) {
        page.cursor = encodeCursor(last)
        return false
      }
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
      if (cut === -1) {
        page.entries.push(entry)
        last = { kind: 'key', text: key }
        return true
      }
      const group = key.slice(0, cut + delimiter.length)
      page.prefixes.push(group)
      last = { kind: 'group', text: group }
      page.next = behindPrefix(group)
      return false
    },
  }
  return page
}

function firstPlace({ cursor, startAfter }: SortedPageRequest): Place | undefined {
  if (cursor === undefined) return { after: startAfter, inclusive: false }
  const { kind, text } = decodeCursor(cursor)
  return kind === 'key' ? { after: text, inclusive: false } : behindPrefix(text)
}

/** Nothing before the prefix needs to be looked at. */
function laterOf(place: Place | undefined, prefix: string): Place | undefined {
  if (place === undefined) return undefined
  if (place.after !== undefined && compareUtf8(place.after, prefix) >= 0) return place
  return { after: prefix === '' ? undefined : prefix, inclusive: true }
}

/**
 * The first text in UTF-8 order behind all that begin with `prefix`: its last code point raised by
 * one.
 */
function behindPrefix(prefix: string): Place | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const point = points.pop()
  if (point === undefined) return undefined
  // Surrogates are no code points of text.
  points.push(point === 0xd7ff ? 0xe000 : point + 1)
  return { after: points.map((each) => String.fromCodePoint(each)).join(''), inclusive: true }
}

/** The last thing on a page: a key, or a common prefix that stands for all keys below it. */
interface CursorPlace {
  readonly kind: 'key' | 'group'
  readonly text: string
}

const cursorMarks = { key: 'k', group: 'g' } as const

/** Base64url, so that a cursor passes through URLs and nobody is tempted to read it. */
function encodeCursor({ kind, text }: CursorPlace): string {
  const bytes = new TextEncoder().encode(cursorMarks[kind] + text)
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decodeCursor(cursor: string): CursorPlace {
  let text: string
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new StorageError('InvalidArgument', 'the cursor is none of this provider', { cause })
  }
  for (const kind of ['key', 'group'] as const) {
    if (text.startsWith(cursorMarks[kind])) return { kind, text: text.slice(1) }
  }
  throw new StorageError('InvalidArgument', 'the cursor is none of this provider')
}
