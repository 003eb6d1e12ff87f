import { followingStop, throwIfAborted } from '../abort.ts'
import type {
  ContainerInfo,
  ListObjectsRequest,
  ObjectInfo,
  ObjectPage,
} from '../contract/backend.ts'
import { StorageError, type StorageErrorDetails } from '../errors/errors.ts'
import { cursorGuard, objectPageGuard, requireWithin } from './listing-guard.ts'
import { hasLoneSurrogate } from '../checks/object-key.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type { CallOptions, ListOptions, ListPageOptions } from '../surface/options.ts'
import { plan, run, type Scope } from '../driver/scope.ts'

/** The most that a method which returns an array collects. */
const collectLimit = 1_000_000

const pageChecks: OptionChecks<ListPageOptions> = {
  signal: check.signal,
  prefix: wellFormed,
  delimiter: wellFormed,
  startAfter: wellFormed,
  cursor: check.text,
  pageSize: check.count,
}

const listChecks: OptionChecks<ListOptions> = {
  ...pageChecks,
  exPrefix: wellFormed,
  limit: check.number,
}

/** What is sent as UTF-8 must have such a form: else something else would be listed. */
function wellFormed(value: unknown): string | undefined {
  const problem = check.text(value)
  if (problem !== undefined || typeof value !== 'string') return problem
  return hasLoneSurrogate(value) ? 'must be well-formed text' : undefined
}

/** The options of a listing, checked, as a request for its first page. */
function planListing(
  scope: Scope,
  container: string,
  options: ListOptions,
  checks: OptionChecks<ListOptions> | OptionChecks<ListPageOptions>,
): ListObjectsRequest & { limit: number } {
  checkOptions<ListOptions | ListPageOptions>(options, checks)
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
  return run(scope, 'listContainerObjects', { container }, options, async (call) => {
    const request = planListing(scope, container, options, pageChecks)
    return requireWithin(request, await scope.backend.listObjects(request, call))
  })
}

/** All objects of a listing, each as `make` gives it. */
export function listObjects<O>(
  scope: Scope,
  container: string,
  options: ListOptions = {},
  make: (info: ObjectInfo) => O,
): AsyncGenerator<O, void, void> {
  return listItems(scope, container, options, (page) => page.objects, make)
}

/** All common prefixes of a listing. */
export async function* listPrefixes(
  scope: Scope,
  container: string,
  options: ListOptions = {},
): AsyncGenerator<string, void, void> {
  const delimiter = options?.delimiter ?? '/'
  const delimited = options === null ? options : { ...options, delimiter }
  yield* listItems(
    scope,
    container,
    delimited,
    (page) => page.prefixes,
    (prefix) => prefix,
  )
}

/**
 * The items of a listing. One page is held and, once a second item is asked for, the next one is on its way. A listing that does not get on
 * fails: it neither loops nor ends early.
 */
async function* listItems<I, O>(
  scope: Scope,
  container: string,
  options: ListOptions,
  itemsOf: (page: ObjectPage) => readonly I[],
  make: (item: I) => O,
): AsyncGenerator<O, void, void> {
  const operation = 'listContainerObjects'
  const first = plan(scope, operation, { container }, options, () =>
    planListing(scope, container, options, listChecks),
  )
  const { startAfter: _used, ...later } = first
  let left = options.limit ?? Infinity
  if (left === 0) return
  const { stop, release } = followingStop(options.signal)
  const { signal } = stop
  const guard = objectPageGuard(scope.backend.features.list.order, first.cursor)
  const fetchPage = (wanted: number, cursor?: string): Promise<ObjectPage> =>
    run(scope, operation, { container }, { signal }, async (call) => {
      const request = cursor === undefined ? first : { ...later, cursor }
      // For a limit of one, a page of a thousand would be waste; but prefixes count in a page and not in the limit.
      const limit =
        request.delimiter === undefined ? Math.min(request.limit, wanted) : request.limit
      const page = await scope.backend.listObjects({ ...request, limit }, call)
      guard(page)
      return requireWithin(request, page)
    })
  try {
    let page = await fetchPage(left)
    for (;;) {
      const { cursor } = page
      const items = itemsOf(page)
      let next: Promise<ObjectPage> | undefined
      let held = items.length
      for (const item of items) {
        left -= 1
        held -= 1
        yield make(item)
        if (left === 0) return
        throwIfAborted(signal)
        // What this page still holds may be all that is wanted.
        const missing = left - held
        if (next === undefined && cursor !== undefined && missing > 0) {
          next = fetchPage(missing, cursor)
          // It is awaited later, or never.
          next.catch(() => undefined)
        }
      }
      if (cursor === undefined) return
      page = await (next ?? fetchPage(left, cursor))
    }
  } finally {
    release()
    stop.abort(new Error('The listing was left early'))
  }
}

/** The containers of a driver. */
export async function* listContainers(
  scope: Scope,
  options: CallOptions = {},
): AsyncGenerator<ContainerInfo, void, void> {
  const guard = cursorGuard(undefined)
  let cursor: string | undefined
  do {
    const page = await run(scope, 'listContainers', {}, options, async (call) => {
      checkOptions(options, { signal: check.signal })
      const found = await scope.backend.listContainers(cursor === undefined ? {} : { cursor }, call)
      guard(found.cursor)
      return found
    })
    for (const container of page.containers) {
      yield container
      throwIfAborted(options.signal)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
}

/**
 * Everything that an iterable gives, up to a bound that no program means to hold in memory.
 *
 * @param most - `Infinity` when the caller has set a limit
 */
export async function collect<I>(
  items: AsyncIterable<I>,
  context: StorageErrorDetails & { operation: string },
  most: number = collectLimit,
): Promise<I[]> {
  const all: I[] = []
  for await (const item of items) {
    if (all.length === most) {
      const iterate = context.operation.replace('list', 'iterate')
      throw new StorageError('TooLarge', `there are more than ${most} to list`, {
        ...context,
        hint: `Use ${iterate}${context.container === undefined ? '' : ', or option limit'}`,
      })
    }
    all.push(item)
  }
  return all
}

/** An iterable that begins anew with every loop: a generator would give nothing, in silence, the second time. */
export function again<I>(start: () => AsyncGenerator<I, void, void>): AsyncIterable<I> {
  return { [Symbol.asyncIterator]: start }
}
