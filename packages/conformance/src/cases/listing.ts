import type { Container } from '@cloudstore/core'
import { check, equal, rejects, sameList } from '../assert.ts'
import {
  group,
  notApplicable,
  slow,
  type ConformanceCase,
  type ConformanceContext,
} from '../case.ts'
import { byUtf8, collect, inParallel } from '../samples.ts'

/** 2,500 keys in 50 folders, in the order of their bytes. */
const many: readonly string[] = Array.from({ length: 2500 }, (_, index) => {
  const two = (number: number) => String(number).padStart(2, '0')
  return `folder-${two(Math.floor(index / 50))}/file-${two(index % 50)}`
})

const fill = (container: Container) =>
  inParallel(many, 16, (key) => container.put(key, key.slice(-2)))

const withMany = (context: ConformanceContext) => context.sharedContainer('2,500 objects', fill)

const keysOf = (objects: readonly { key: string }[]) => objects.map((object) => object.key)

/** Where a driver promises no order, the same keys in any order are right. */
function sameKeys(
  context: ConformanceContext,
  found: readonly string[],
  sorted: readonly string[],
) {
  const ordered = context.driver.features.list.order === 'utf8'
  sameList(ordered ? found : found.toSorted(byUtf8), sorted, 'keys listed')
}

export const listing: readonly ConformanceCase[] = group('listing', {
  'an empty container lists nothing': async (context) => {
    const container = await context.container()
    sameList(await collect(container.list()), [], 'objects')
    const page = await container.listPage()
    sameList(page.objects, [], 'objects of the page')
    sameList(page.prefixes, [], 'prefixes of the page')
    equal(page.cursor, undefined, 'cursor of the page')
  },

  'an object listed has its key, size and container': async (context) => {
    const container = await context.container()
    await container.put('object', 'twelve bytes')
    const [object, ...others] = await collect(container.list())
    equal(others.length, 0, 'further objects')
    check(object, 'the object is not listed')
    equal(object.key, 'object', 'key')
    equal(object.name, 'object', 'name')
    equal(object.size, 12, 'size')
    equal(object.container.name, container.name, 'name of the container')
    equal(await object.stream().text(), 'twelve bytes', 'contents through the listed object')
  },

  'what a listing says is what head says': async (context) => {
    const container = await context.container()
    await container.put('object', 'twelve bytes')
    const head = await container.head('object')
    const [object] = await collect(container.list())
    check(object, 'the object is not listed')
    equal(object.size, head.size, 'size')
    if (object.etag !== undefined) equal(object.etag, head.etag, 'etag')
    if (object.hash !== undefined) equal(object.hash, head.hash, 'hash')
    if (object.lastModified && head.lastModified) {
      const apart = Math.abs(object.lastModified.getTime() - head.lastModified.getTime())
      check(apart < 1000, `lastModified is ${apart} ms apart`)
    }
  },

  '2,500 objects are all listed, each once': slow(async (context) => {
    const container = await withMany(context)
    sameKeys(context, keysOf(await collect(container.list())), many)
    const { driver } = context
    sameKeys(context, keysOf(await driver.listContainerObjects(container)), many)
  }),

  'a small page size changes nothing of what is listed': slow(async (context) => {
    const container = await withMany(context)
    sameKeys(context, keysOf(await collect(container.list({ pageSize: 333 }))), many)
  }),

  'pages continue by their cursor, without gap or repetition': slow(async (context) => {
    const container = await withMany(context)
    const found: string[] = []
    let cursor: string | undefined
    let pages = 0
    do {
      const page = await container.listPage({ pageSize: 700, cursor })
      check(page.objects.length <= 700, `a page of 700 has ${page.objects.length} objects`)
      found.push(...keysOf(page.objects))
      cursor = page.cursor
      pages += 1
      check(pages <= 100, 'the listing does not come to an end')
    } while (cursor !== undefined)
    sameKeys(context, found, many)
  }),

  'iteration continues from the cursor of a page': slow(async (context) => {
    const container = await withMany(context)
    const page = await container.listPage({ pageSize: 900 })
    check(page.cursor !== undefined, 'a page of 900 of 2,500 objects has no cursor')
    const rest = await collect(container.list({ cursor: page.cursor }))
    sameKeys(context, [...keysOf(page.objects), ...keysOf(rest)], many)
  }),

  'a page that ends with the last object has no cursor': async (context) => {
    const container = await context.container()
    for (const key of ['a', 'b', 'c']) await container.put(key, key)
    const page = await container.listPage({ pageSize: 3 })
    equal(page.objects.length, 3, 'objects of the page')
    if (page.cursor !== undefined) {
      // Not every server knows that nothing follows; then the next page is empty and the last.
      const next = await container.listPage({ pageSize: 3, cursor: page.cursor })
      equal(next.objects.length, 0, 'objects of the page after the last')
      equal(next.cursor, undefined, 'cursor of the page after the last')
    }
  },

  'a limit ends a listing, below and above the size of a page': slow(async (context) => {
    const container = await withMany(context)
    for (const [limit, pageSize] of [[1], [10, 3], [1200], [1200, 500], [2500]] as const) {
      const objects = await collect(container.list({ limit, pageSize }))
      equal(objects.length, limit, `objects with limit ${limit}, pageSize ${pageSize}`)
      equal(new Set(keysOf(objects)).size, limit, `different keys with limit ${limit}`)
    }
    equal((await collect(container.list({ limit: 9999 }))).length, 2500, 'objects with limit 9999')
  }),

  'a limit asks for no more than it needs': slow(async (context) => {
    const { name } = await withMany(context)
    const { driver, sent } = context.recording()
    equal((await collect(driver.container(name).list({ limit: 5 }))).length, 5, 'objects')
    sameList(sent, ['listObjects'], 'requests')
  }),

  'leaving a loop early stops asking': slow(async (context) => {
    const { name } = await withMany(context)
    const { driver, sent } = context.recording()
    let seen = 0
    for await (const object of driver.container(name).list({ pageSize: 50 })) {
      check(object.key !== '', 'an object without key')
      seen += 1
      if (seen === 3) break
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    check(sent.length <= 2, `${sent.length} pages were asked for, where one is read and one ahead`)
  }),

  'two listings at once do not disturb each other': async (context) => {
    const container = await context.container()
    for (const key of ['a', 'b', 'c']) await container.put(key, key)
    const list = () => collect(container.list({ pageSize: 1 }))
    const [first, second] = await Promise.all([list(), list()])
    equal(first.length, 3, 'objects of the first iteration')
    equal(second.length, 3, 'objects of the second iteration')
  },

  'deleting what is listed, while it is listed, misses nothing': async (context) => {
    const container = await context.container()
    const keys = Array.from({ length: 60 }, (_, index) => `${index % 4}/${index}`)
    await inParallel(keys, 8, (key) => container.put(key, ''))
    let seen = 0
    for await (const object of container.list({ pageSize: 7 })) {
      await object.delete()
      seen += 1
    }
    equal(seen, 60, 'objects listed')
    sameList(keysOf(await collect(container.list())), [], 'keys left')
  },

  'nothing is sent before a listing is read': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const objects = driver.container(name).list()
    await new Promise((resolve) => setTimeout(resolve, 20))
    equal(sent.length, 0, 'requests before the loop')
    await collect(objects)
    equal(sent.length, 1, 'requests after the loop')
  },

  'keys are ordered by their UTF-8 bytes': async (context) => {
    if (context.driver.features.list.order !== 'utf8') notApplicable('no order is promised')
    const container = await context.container()
    // UTF-16 puts the emoji (U+1F600) before U+FF5E; bytes put it after. Locales mix upper and lower case.
    const keys = [
      'a',
      'B',
      'b',
      'Z',
      'a/',
      'a-',
      'a0',
      'ä',
      'é',
      '～',
      '😀',
      '_',
      '~',
      '!',
      '日',
      ' ',
    ]
    for (const key of keys) await container.put(key, 'x')
    const sorted = keys.toSorted(byUtf8)
    sameList(keysOf(await collect(container.list())), sorted, 'keys listed')
    sameList(keysOf(await collect(container.list({ pageSize: 2 }))), sorted, 'keys by small pages')
  },

  'startAfter gives the keys after it, whether it exists or not': slow(async (context) => {
    const { name } = await withMany(context)
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    const last = many[2000] ?? ''
    if (!driver.features.list.startAfter) {
      const list = collect(container.list({ startAfter: last }))
      await rejects(list, 'UnsupportedOperation', 'list with startAfter')
      equal(sent.length, 0, 'requests that reached the provider')
      return
    }
    const after = (startAfter: string) => collect(container.list({ startAfter }))
    sameKeys(context, keysOf(await after(last)), many.slice(2001))
    sameKeys(context, keysOf(await after(`${last}!`)), many.slice(2001))
    sameKeys(context, keysOf(await after('zzz')), [])
    sameKeys(context, keysOf(await after('!')), many)
  }),

  'startAfter and prefix go together': slow(async (context) => {
    if (!context.driver.features.list.startAfter) notApplicable('no startAfter')
    const container = await withMany(context)
    const objects = await collect(
      container.list({ prefix: 'folder-10/', startAfter: 'folder-10/file-39' }),
    )
    sameKeys(context, keysOf(objects), many.slice(540, 550))
    const none = await collect(container.list({ prefix: 'folder-10/', startAfter: 'folder-11' }))
    equal(none.length, 0, 'objects with a prefix before startAfter')
  }),

  'listing options that make no sense are refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    const bad = [
      { limit: -1 },
      { limit: 1.5 },
      { limit: Number.NaN },
      { pageSize: 0 },
      { pageSize: -1 },
      { pageSize: 2.5 },
      { prefix: 7 as unknown as string },
      { delimiter: '' },
      { prefix: 'a', exPrefix: 'b' },
    ]
    for (const options of bad) {
      await rejects(
        () => collect(container.list(options)),
        'InvalidArgument',
        JSON.stringify(options),
      )
    }
    equal(sent.length, 0, 'requests that reached the provider')
  },

  'a missing container fails, it does not list nothing': async (context) => {
    const { driver } = context
    const container = driver.container(context.containerName())
    await rejects(() => collect(container.list()), 'ContainerDoesNotExist', 'list')
    await rejects(() => container.listPage(), 'ContainerDoesNotExist', 'listPage')
    await rejects(() => collect(container.listPrefixes()), 'ContainerDoesNotExist', 'listPrefixes')
    await rejects(
      () => driver.listContainerObjects(container),
      'ContainerDoesNotExist',
      'listContainerObjects',
    )
  },
})
