import { followingController } from './abort.ts'
import type { ContainerInfo, ListObjectsRequest, ObjectInfo, ObjectPage } from './backend.ts'
import { compareUtf8 } from './compare-utf8.ts'
import { StorageError } from './errors.ts'
import { check, checkOptions, type OptionChecks } from './option-checks.ts'
import type { CallOptions, ListOptions, ListPageOptions } from './options.ts'
import { run, type Scope } from './scope.ts'

/** The most that a method which returns an array collects. */
export const collectLimit = 1_000_000

const listChecks: OptionChecks<ListOptions> = {
  signal: check.signal,
  prefix: check.text,
  exPrefix: check.text,
  delimiter: check.text,
  startAfter: check.text,
  cursor: check.text,
  limit: check.bytes,
  pageSize: check.count,
}

/** The options of a listing, checked, as a request for its first page. */
function planListing(scope: Scope, container: string, options: ListOptions): ListObjectsRequest {
  checkOptions(options, listChecks)
  const { list } = scope.backend.features
  const { exPrefix, delimiter, startAfter, cursor, pageSize } = options
  if (exPrefix !== undefined && options.prefix !== undefined) {
    throw new StorageError('InvalidArgument', 'option prefix is given twice: also as exPrefix')
  }
  if (delimiter === '')
    throw new StorageError('InvalidArgument', 'option delimiter must not be empty')
  requireListing(delimiter === undefined || list.delimiter, 'delimiter')
  requireListing(startAfter === undefined || list.startAfter, 'startAfter')
  const prefix = options.prefix ?? exPrefix
  return {
    container,
    ...(prefix !== undefined && prefix !== '' && { prefix }),
    ...(delimiter !== undefined && { delimiter }),
    ...(startAfter !== undefined && startAfter !== '' && { startAfter }),
    ...(cursor !== undefined && { cursor }),
    limit: Math.min(pageSize ?? list.maxPage, list.maxPage),
  }
}

function requireListing(holds: boolean, option: string): void {
  if (holds) return
  throw new StorageError('UnsupportedOperation', `listings of this provider have no ${option}`)
}

/** One page, as it is asked for. */
export function listOnePage(
  scope: Scope,
  container: string,
  options: ListPageOptions = {},
): Promise<ObjectPage> {
  return run(scope, 'listContainerObjects', { container }, options, (call) =>
    scope.backend.listObjects(planListing(scope, container, options), call),
  )
}

/** All objects of a listing. */
export function listObjects(
  scope: Scope,
  container: string,
  options: ListOptions = {},
): AsyncGenerator<ObjectInfo, void, void> {
  return listItems(scope, container, options, (page) => page.objects)
}

/** All common prefixes of a listing. */
export function listPrefixes(
  scope: Scope,
  container: string,
  options: ListOptions = {},
): AsyncGenerator<string, void, void> {
  const delimited = { ...options, delimiter: options.delimiter ?? '/' }
  return listItems(scope, container, delimited, (page) => page.prefixes)
}

/**
 * The items of a listing. One page is held and, once a second item is asked for, the next one is on its way. A listing that does not get on
 * fails: it neither loops nor ends early.
 */
async function* listItems<I>(
  scope: Scope,
  container: string,
  options: ListOptions,
  itemsOf: (page: ObjectPage) => readonly I[],
): AsyncGenerator<I, void, void> {
  if (options.limit === 0) return
  const { controller, release } = followingController(options.signal)
  let left = options.limit ?? Infinity
  const fetchPage = (wanted: number, cursor?: string): Promise<ObjectPage> =>
    run(scope, 'listContainerObjects', { container }, { signal: controller.signal }, (call) => {
      const first = planListing(scope, container, options)
      // For a limit of one, a page of a thousand would be waste; but prefixes count in a page and not in the limit.
      const limit =
        first.delimiter === undefined ? Math.min(first.limit ?? Infinity, wanted) : first.limit
      const { startAfter: _used, ...later } = first
      return scope.backend.listObjects(
        cursor === undefined ? { ...first, limit } : { ...later, limit, cursor },
        call,
      )
    })
  const requireAdvance = advanceGuard(scope)
  try {
    let page = await fetchPage(left)
    for (;;) {
      requireAdvance(page)
      const { cursor } = page
      const items = itemsOf(page)
      let next: Promise<ObjectPage> | undefined
      for (const [index, item] of items.entries()) {
        left -= 1
        yield item
        if (left === 0) return
        // What this page still holds may be all that is wanted.
        const missing = left - (items.length - index - 1)
        if (next === undefined && cursor !== undefined && missing > 0) {
          next = fetchPage(missing, cursor)
          next.catch(() => undefined)
        }
      }
      if (cursor === undefined) return
      page = await (next ?? fetchPage(left, cursor))
    }
  } finally {
    release()
    controller.abort(new Error('The listing was left early'))
  }
}

/** Refuses a page that repeats the one before it: the listing would go on for ever. */
function advanceGuard({ backend }: Scope): (page: ObjectPage) => void {
  const ordered = backend.features.list.order === 'utf8'
  let lastCursor: string | undefined
  let lastItem: string | undefined
  return ({ objects, prefixes, cursor }) => {
    const items = [objects.at(-1)?.key, prefixes.at(-1)].filter((item) => item !== undefined)
    const item = items.toSorted(compareUtf8).at(-1)
    const stuck =
      (cursor !== undefined && cursor === lastCursor) ||
      (ordered && item !== undefined && lastItem !== undefined && compareUtf8(item, lastItem) <= 0)
    if (stuck) {
      throw new StorageError(
        'MalformedResponse',
        'the listing does not get on: the provider repeats a page',
        {
          hint: 'Report it to the provider, with the request id',
        },
      )
    }
    lastCursor = cursor
    lastItem = item ?? lastItem
  }
}

/** The containers of a driver. */
export async function* listContainers(
  scope: Scope,
  options: CallOptions = {},
): AsyncGenerator<ContainerInfo, void, void> {
  let cursor: string | undefined
  for (;;) {
    const page = await run(scope, 'listContainers', {}, options, (call) => {
      checkOptions(options, { signal: check.signal })
      return scope.backend.listContainers(cursor === undefined ? {} : { cursor }, call)
    })
    yield* page.containers
    if (page.cursor === undefined) return
    if (page.cursor === cursor) {
      throw new StorageError(
        'MalformedResponse',
        'the listing does not get on: the provider repeats a page',
        {
          operation: 'listContainers',
          provider: scope.provider,
        },
      )
    }
    cursor = page.cursor
  }
}

/** Everything that an iterable gives, up to a bound that no program means to hold in memory. */
export async function collect<I>(items: AsyncIterable<I>, method: string): Promise<I[]> {
  const all: I[] = []
  for await (const item of items) {
    if (all.length === collectLimit) {
      throw new StorageError('TooLarge', `there are more than ${collectLimit} to list`, {
        operation: method,
        hint: `Use ${method.replace('list', 'iterate')}, or option limit`,
      })
    }
    all.push(item)
  }
  return all
}
