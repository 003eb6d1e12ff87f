import { describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Call, ListObjectsRequest, ObjectPage } from '../../src/contract/backend.ts'
import { StorageError } from '../../src/errors/errors.ts'
import type { ListOptions, ListPageOptions } from '../../src/surface/options.ts'
import { collect } from '../../src/listing/listing.ts'
import { pageOfSorted } from '../../src/listing/sorted-page.ts'
import { listenedSignal } from '../support/listened-signal.ts'
import { failure, silence } from '../support/readers.ts'
import { setUp, type Setting, type Setup } from '../support/recording-backend.ts'

type Answer = (request: ListObjectsRequest, call: Call) => Promise<ObjectPage>

const keyOf = (index: number): string => `key-${String(index).padStart(5, '0')}`

/** A backend that lists sorted keys as S3 does. */
function listing(keys: readonly string[]): Answer {
  return async (request) => {
    const { entries, prefixes, cursor } = await pageOfSorted(
      {
        seek: (after, inclusive) =>
          keys.filter((key) => after === undefined || key > after || (inclusive && key === after)),
      },
      request,
      (key) => key,
    )
    return { objects: entries.map((key) => ({ key, size: 1 })), prefixes, cursor }
  }
}

const count = (amount: number): string[] => Array.from({ length: amount }, (_, at) => keyOf(at))

function setUpListing(listObjects: Answer, setup: Setup = {}): Setting {
  return setUp({ ...setup, backend: { listObjects } })
}

async function keysOf(setting: Setting, options?: ListOptions): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of setting.box.list(options)) keys.push(key)
  return keys
}

const limits = ({ sent }: Setting): unknown[] => sent.map(({ request }) => request['limit'])

describe('pages', () => {
  test('all objects, page after page', async () => {
    const setting = setUpListing(listing(count(2500)))
    expect(await keysOf(setting)).toEqual(count(2500))
    expect(limits(setting)).toEqual([1000, 1000, 1000])
    expect(setting.driver.stats()).toMatchObject({ active: 0, succeeded: 3, failed: 0 })
  })

  test('of the size asked for, and never more than the provider gives', async () => {
    const setting = setUpListing(listing(count(25)), { features: { list: { maxPage: 10 } } })
    await keysOf(setting, { pageSize: 7 })
    await keysOf(setting, { pageSize: 7000 })
    expect(limits(setting)).toEqual([7, 7, 7, 7, 10, 10, 10])
  })

  test('startAfter is for the first page alone, the cursor for the others; the rest is for all', async () => {
    const setting = setUpListing(listing(count(25)), { features: { list: { maxPage: 10 } } })
    const options = { prefix: 'key', startAfter: keyOf(4) }
    expect(await keysOf(setting, options)).toEqual(count(25).slice(5))
    const [first, ...others] = setting.sent.map(({ request }) => request)
    expect(first).toEqual({ container: 'box', limit: 10, ...options })
    for (const request of others) {
      expect(request).toEqual({
        container: 'box',
        limit: 10,
        prefix: 'key',
        cursor: expect.any(String),
      })
    }
  })

  test('can be looped over again, each time with requests of its own', async () => {
    const setting = setUpListing(listing(count(3)))
    const listed = setting.box.list()
    for (let round = 1; round <= 2; round += 1) {
      const keys: string[] = []
      for await (const { key } of listed) keys.push(key)
      expect(keys).toEqual(count(3))
      expect(setting.sent).toHaveLength(round)
    }
  })

  test('an empty page in the middle is no end', async () => {
    const setting = setUpListing(async ({ cursor }) => {
      if (cursor === undefined) return { objects: [], prefixes: [], cursor: 'one' }
      if (cursor === 'one') return { objects: [{ key: 'a', size: 1 }], prefixes: [], cursor: 'two' }
      return { objects: [], prefixes: [] }
    })
    expect(await keysOf(setting)).toEqual(['a'])
  })

  test('exPrefix is prefix; both at once are too much', async () => {
    const setting = setUpListing(listing(['a/1', 'b/1']))
    expect(await keysOf(setting, { exPrefix: 'b/' })).toEqual(['b/1'])
    const both = keysOf(setting, { exPrefix: 'b/', prefix: 'b/' })
    await expect(both).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  test('a listing goes on where listPage ended', async () => {
    const setting = setUpListing(listing(count(30)), { features: { list: { maxPage: 10 } } })
    const { objects, cursor } = await setting.box.listPage({ pageSize: 5 })
    expect(objects.map(({ key }) => key)).toEqual(count(5))
    expect(await keysOf(setting, { cursor: cursor! })).toEqual(count(30).slice(5))
  })
})

describe('reading ahead', () => {
  const slow = { features: { list: { maxPage: 3 } } }

  test('begins when a second item is asked for, and holds one page', async () => {
    const setting = setUpListing(listing(count(9)), slow)
    const items = setting.box.list()[Symbol.asyncIterator]()
    await items.next()
    await sleep(5)
    expect(setting.sent).toHaveLength(1)
    await items.next()
    expect(setting.sent).toHaveLength(2)
    await items.next()
    await sleep(5)
    expect(setting.sent).toHaveLength(2)
    await items.return?.()
  })

  test('leaving after the first item asks for one page only', async () => {
    const setting = setUpListing(listing(count(9)), slow)
    for await (const { key } of setting.box.list()) {
      expect(key).toBe(keyOf(0))
      break
    }
    expect(setting.sent).toHaveLength(1)
  })

  test('leaving stops the page that is on its way, and its failure is nobody’s', async () => {
    let stopped = false
    const first = listing(count(9))
    const setting = setUpListing(async (request, call) => {
      if (request.cursor === undefined) return first(request, call)
      return new Promise((_resolve, reject) => {
        call.signal?.addEventListener('abort', () => {
          stopped = true
          reject(call.signal?.reason as Error)
        })
      })
    }, slow)
    let seen = 0
    for await (const { size } of setting.box.list()) {
      seen += size
      if (seen === 2) await sleep(1)
      if (seen === 3) break
    }
    await sleep(1)
    expect(stopped).toBe(true)
    expect(setting.driver.stats().active).toBe(0)
  })

  test('the failure of a page comes after the items before it', async () => {
    const first = listing(count(9))
    const down = new StorageError('ServiceUnavailable', 'down')
    const setting = setUpListing(
      async (request, call) =>
        request.cursor === undefined ? first(request, call) : failure(down),
      slow,
    )
    const seen: string[] = []
    const reading = (async () => {
      for await (const { key } of setting.box.list()) {
        seen.push(key)
        await sleep(2)
      }
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      operation: 'listContainerObjects',
      provider: 'recording',
      container: 'box',
    })
    expect(seen).toEqual(count(3))
  })
})

describe('limit', () => {
  test.each([
    [1, [1]],
    [2, [2]],
    [999, [999]],
    [1000, [1000]],
    [1001, [1000, 1]],
    [1500, [1000, 500]],
    [2500, [1000, 1000, 500]],
    [9999, [1000, 1000, 1000]],
  ])('%i: as many, and no page that is not needed', async (limit, expected) => {
    const setting = setUpListing(listing(count(2500)))
    expect(await keysOf(setting, { limit })).toEqual(count(Math.min(limit, 2500)))
    expect(limits(setting)).toEqual(expected)
  })

  test('0 asks nothing, but what is wrong stays wrong', async () => {
    const setting = setUpListing(listing(count(5)))
    expect(await keysOf(setting, { limit: 0 })).toEqual([])
    const wrong = keysOf(setting, { limit: 0, pagesize: 5 } as ListOptions)
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidArgument', container: 'box' })
    expect(setting.sent).toEqual([])
  })

  test('with a delimiter it counts objects, and prefixes do not use it up', async () => {
    const keys = [...Array.from({ length: 20 }, (_, at) => `d${at + 10}/x`), 'e', 'f', 'g']
    const setting = setUpListing(listing(keys), { features: { list: { maxPage: 8 } } })
    expect(await keysOf(setting, { delimiter: '/', limit: 2 })).toEqual(['e', 'f'])
    expect(limits(setting)).toEqual([8, 8, 8])
  })

  test('a provider that gives more than was asked for is cut', async () => {
    const setting = setUpListing(async () => listing(count(10))({ container: 'box' }, {} as Call))
    expect(await keysOf(setting, { limit: 4 })).toEqual(count(4))
  })
})

describe('prefixes', () => {
  const keys = ['a/1', 'a/2', 'b', 'c/1/x', 'c/2']

  test('listPrefixes and listPage give them, with / by default', async () => {
    const setting = setUpListing(listing(keys), { features: { list: { maxPage: 2 } } })
    const prefixes: string[] = []
    for await (const prefix of setting.box.listPrefixes()) prefixes.push(prefix)
    expect(prefixes).toEqual(['a/', 'c/'])
    for await (const prefix of setting.box.listPrefixes({ prefix: 'c/' })) prefixes.push(prefix)
    expect(prefixes.at(-1)).toBe('c/1/')
    const page = await setUpListing(listing(keys)).box.listPage({ delimiter: '/' })
    expect(page.prefixes).toEqual(['a/', 'c/'])
    expect(page.objects.map(({ key }) => key)).toEqual(['b'])
  })

  test('a limit counts them', async () => {
    const setting = setUpListing(listing(keys))
    const prefixes: string[] = []
    for await (const prefix of setting.box.listPrefixes({ limit: 1 })) prefixes.push(prefix)
    expect(prefixes).toEqual(['a/'])
  })
})

describe('a provider that does not get on', () => {
  test.each<[string, Answer]>([
    ['repeats a cursor', async () => ({ objects: [], prefixes: [], cursor: 'same' })],
    [
      'goes round in a circle',
      (() => {
        let at = 0
        return async () => ({ objects: [], prefixes: [], cursor: `c${(at += 1) % 3}` })
      })(),
    ],
    [
      'gives the same page under new cursors',
      (() => {
        let at = 0
        return async () => ({
          objects: [{ key: 'a', size: 1 }],
          prefixes: [],
          cursor: String((at += 1)),
        })
      })(),
    ],
    [
      'gives empty pages for ever',
      (() => {
        let at = 0
        return async () => ({ objects: [], prefixes: [], cursor: String((at += 1)) })
      })(),
    ],
  ])('%s: it fails, with its context, instead of looping', async (_name, answer) => {
    const setting = setUpListing(answer)
    await expect(keysOf(setting)).rejects.toMatchObject({
      code: 'MalformedResponse',
      operation: 'listContainerObjects',
      provider: 'recording',
      container: 'box',
    })
    expect(setting.driver.stats().active).toBe(0)
  })

  test('with containers', async () => {
    const { driver } = setUp({
      backend: { listContainers: async () => ({ containers: [], cursor: 'same' }) },
    })
    await expect(driver.listContainers()).rejects.toMatchObject({
      code: 'MalformedResponse',
      operation: 'listContainers',
      provider: 'recording',
    })
  })
})

describe('what is wrong is found before anything is sent, at the first step', () => {
  const wrong: readonly unknown[] = [
    { delimiter: '' },
    { delimiter: 7 },
    { prefix: 7 },
    { prefix: '\ud800' },
    { startAfter: '\udc00x' },
    { pageSize: 0 },
    { pageSize: 1.5 },
    { cursor: 5 },
    { prefixx: 'a' },
    { signal: {} },
    null,
    'a',
  ]
  test.each([...wrong, { limit: -1 }, { limit: 1.5 }, { limit: Number.NaN }, { limit: Infinity }])(
    'list with %p',
    async (options) => {
      const setting = setUpListing(listing([]))
      const listed = setting.box.list(options as ListOptions)
      const prefixes = setting.box.listPrefixes(options as ListOptions)
      for (const iterable of [listed, prefixes]) {
        const first = iterable[Symbol.asyncIterator]().next()
        await expect(first).rejects.toMatchObject({ code: 'InvalidArgument', container: 'box' })
      }
      expect(setting.sent).toEqual([])
      expect(setting.driver.stats()).toMatchObject({ active: 0, failed: 2 })
    },
  )

  test.each([...wrong, { limit: 5 }, { exPrefix: 'a' }])('listPage with %p', async (options) => {
    const setting = setUpListing(listing([]))
    const page = setting.box.listPage(options as ListPageOptions)
    await expect(page).rejects.toMatchObject({ code: 'InvalidArgument', container: 'box' })
    expect(setting.sent).toEqual([])
  })

  test.each(['delimiter', 'startAfter'] as const)(
    '%s where the provider has none',
    async (name) => {
      const setting = setUpListing(listing([]), { features: { list: { [name]: false } } })
      await expect(keysOf(setting, { [name]: '/' })).rejects.toMatchObject({
        code: 'UnsupportedOperation',
      })
      expect(setting.sent).toEqual([])
    },
  )

  test('containers', async () => {
    const { driver, sent } = setUp()
    for (const options of [{ prefix: 'a' }, { signal: 1 }, null]) {
      const containers = driver.iterateContainers(options as never)
      const first = containers[Symbol.asyncIterator]().next()
      await expect(first).rejects.toMatchObject({
        code: 'InvalidArgument',
        operation: 'listContainers',
      })
    }
    expect(sent).toEqual([])
  })
})

describe('cancelling', () => {
  test('while a page is silent', async () => {
    const { signal, abort, listeners } = listenedSignal()
    const setting = setUpListing(
      (_request, call) =>
        new Promise((_resolve, reject) => {
          call.signal?.addEventListener('abort', () => reject(call.signal?.reason as Error))
        }),
    )
    const reading = keysOf(setting, { signal })
    await sleep(1)
    abort('stop')
    await expect(reading).rejects.toBe('stop')
    expect(listeners()).toBe(0)
    expect(setting.driver.stats().active).toBe(0)
  })

  test('between items: the next one does not come', async () => {
    const controller = new AbortController()
    const setting = setUpListing(listing(count(5)))
    const items = setting.box.list({ signal: controller.signal })[Symbol.asyncIterator]()
    await items.next()
    controller.abort('stop')
    await expect(items.next()).rejects.toBe('stop')
    const two = [{ name: 'one' }, { name: 'two' }]
    const { driver } = setUp({ backend: { listContainers: async () => ({ containers: two }) } })
    const other = new AbortController()
    const containers = driver.iterateContainers({ signal: other.signal })[Symbol.asyncIterator]()
    await containers.next()
    other.abort('stop')
    await expect(containers.next()).rejects.toBe('stop')
  })

  test('nothing is left on a signal that lives on', async () => {
    const { signal, listeners } = listenedSignal()
    const setting = setUpListing(listing(count(2500)))
    await keysOf(setting, { signal })
    for await (const { key } of setting.box.list({ signal })) if (key === keyOf(0)) break
    await keysOf(setting, { signal, limit: 0 })
    await keysOf(setting, { signal, limit: -1 }).catch(() => undefined)
    await setting.driver.listContainers({ signal })
    setting.box.list({ signal })[Symbol.asyncIterator]()
    expect(listeners()).toBe(0)
  })

  test('an aborted signal: nothing is sent', async () => {
    const setting = setUpListing(silence)
    const reading = keysOf(setting, { signal: AbortSignal.abort('earlier') })
    await expect(reading).rejects.toBe('earlier')
    expect(setting.sent).toEqual([])
  })
})

describe('lists as arrays', () => {
  const context = { operation: 'listContainerObjects', provider: 'recording', container: 'box' }
  async function* numbers(end: number): AsyncGenerator<number> {
    for (let number = 0; number < end; number += 1) yield number
  }

  test('are never cut in silence: too many are too many, and the rest is left alone', async () => {
    const endless = numbers(Infinity)
    await expect(collect(endless, context, 1000)).rejects.toMatchObject({
      ...context,
      code: 'TooLarge',
      hint: 'Use iterateContainerObjects, or option limit',
    })
    expect((await endless.next()).done).toBe(true)
    expect(await collect(numbers(1000), context, 1000)).toHaveLength(1000)
  })

  test('a million are too many, unless the caller has set a limit', async () => {
    await expect(collect(numbers(Infinity), context)).rejects.toThrow('more than 1000000 to list')
    expect(await collect(numbers(1_000_001), context, Infinity)).toHaveLength(1_000_001)
  })
})

test('objects of a listing are objects of this container, with what is known', async () => {
  const setting = setUpListing(async () => ({
    objects: [{ key: 'a', size: 5, etag: 'e', lastModified: new Date(0) }],
    prefixes: [],
  }))
  const [object] = await setting.driver.listContainerObjects(setting.box)
  expect(object?.toJSON()).toEqual({
    key: 'a',
    container: 'box',
    size: 5,
    etag: 'e',
    lastModified: new Date(0),
  })
  expect(object?.container.driver).toBe(setting.driver)
})
