import type { Container } from '@cloudstore/core'
import { equal, rejects, sameList } from '../assert.ts'
import {
  group,
  notApplicable,
  slow,
  type ConformanceCase,
  type ConformanceContext,
} from '../case.ts'
import { byUtf8, collect } from '../samples.ts'

const tree = [
  'a',
  'a/',
  'a/1',
  'a/2',
  'a/b/3',
  'a/b/4',
  'a//5',
  'ab',
  'b/',
  'c-1',
  'c-2/x',
  'd/e/f/g',
  'ü/x',
] as const

async function withTree(context: ConformanceContext): Promise<Container> {
  const container = await context.container()
  for (const key of tree) await container.put(key, key)
  return container
}

/** Objects and prefixes of all pages, sorted where the driver promises no order. */
async function level(container: Container, options: { prefix?: string; delimiter: string }) {
  const objects: string[] = []
  const prefixes: string[] = []
  let cursor: string | undefined
  do {
    const page = await container.listPage({ ...options, cursor, pageSize: 2 })
    objects.push(...page.objects.map((object) => object.key))
    prefixes.push(...page.prefixes)
    cursor = page.cursor
  } while (cursor !== undefined)
  const ordered = container.driver.features.list.order === 'utf8'
  return ordered
    ? { objects, prefixes }
    : { objects: objects.toSorted(byUtf8), prefixes: prefixes.toSorted(byUtf8) }
}

function levelIs(
  options: { prefix?: string; delimiter: string },
  objects: readonly string[],
  prefixes: readonly string[],
) {
  return async (context: ConformanceContext): Promise<void> => {
    const whole = await withTree(context)
    if (!context.driver.features.list.delimiter) {
      const { driver, sent } = context.recording()
      const page = driver.container(whole.name).listPage(options)
      await rejects(page, 'UnsupportedOperation', 'listPage with a delimiter')
      equal(sent.length, 0, 'requests that reached the provider')
      return
    }
    const found = await level(whole, options)
    sameList(found.objects, objects, 'objects')
    sameList(found.prefixes, prefixes, 'prefixes')
    const yielded = await collect(whole.list(options))
    const sorted = yielded.map((object) => object.key).toSorted(byUtf8)
    sameList(sorted, objects, 'objects by list()')
    const summed = await collect(whole.listPrefixes(options))
    sameList(summed.toSorted(byUtf8), prefixes, 'prefixes by listPrefixes()')
  }
}

export const prefixes: readonly ConformanceCase[] = group('prefixes and delimiters', {
  'a prefix is a beginning of the key, not a folder': async (context) => {
    const container = await withTree(context)
    const keys = async (prefix: string) =>
      (await collect(container.list({ prefix }))).map((object) => object.key).toSorted(byUtf8)
    const expected = (prefix: string) =>
      tree.filter((key) => key.startsWith(prefix)).toSorted(byUtf8)
    for (const prefix of ['', 'a', 'a/', 'a/b', 'a//', 'c-', 'd/e/f/g', 'ü', 'x', 'a/1/']) {
      sameList(await keys(prefix), expected(prefix), `keys with prefix ${JSON.stringify(prefix)}`)
    }
  },

  'exPrefix is another name of prefix': async (context) => {
    const container = await withTree(context)
    const objects = await context.driver.listContainerObjects(container, { exPrefix: 'c-' })
    sameList(objects.map((object) => object.key).toSorted(), ['c-1', 'c-2/x'], 'keys')
  },

  'a delimiter sums up what is below the top level': levelIs(
    { delimiter: '/' },
    ['a', 'ab', 'c-1'],
    ['a/', 'b/', 'c-2/', 'd/', 'ü/'],
  ),

  'a delimiter after a prefix sums up what is below it': levelIs(
    { delimiter: '/', prefix: 'a/' },
    ['a/', 'a/1', 'a/2'],
    ['a//', 'a/b/'],
  ),

  'a prefix may end inside a segment': levelIs({ delimiter: '/', prefix: 'c' }, ['c-1'], ['c-2/']),

  'a prefix that is a whole key': levelIs({ delimiter: '/', prefix: 'a' }, ['a', 'ab'], ['a/']),

  'an empty segment is a level of its own': levelIs(
    { delimiter: '/', prefix: 'a//' },
    ['a//5'],
    [],
  ),

  'a delimiter need not be a slash': levelIs(
    { delimiter: '-' },
    tree.filter((key) => !key.includes('-')).toSorted(byUtf8),
    ['c-'],
  ),

  'a delimiter may have several characters': levelIs(
    { delimiter: '/e/', prefix: 'd' },
    [],
    ['d/e/'],
  ),

  'nothing below a prefix is an empty page': levelIs({ delimiter: '/', prefix: 'no/' }, [], []),

  'prefixes come once, however many objects and pages they sum up': slow(async (context) => {
    if (!context.driver.features.list.delimiter) notApplicable('no delimiters')
    const container = await context.container()
    const keys = Array.from({ length: 120 }, (_, index) => `p${index % 6}/${index}`)
    for (const key of keys) await container.put(key, '')
    const found = await level(container, { delimiter: '/' })
    sameList(found.objects, [], 'objects')
    sameList(found.prefixes, ['p0/', 'p1/', 'p2/', 'p3/', 'p4/', 'p5/'], 'prefixes')
  }),

  'listPrefixes goes by / when no delimiter is given': async (context) => {
    if (!context.driver.features.list.delimiter) notApplicable('no delimiters')
    const container = await withTree(context)
    const found = await collect(container.listPrefixes({ prefix: 'a/' }))
    sameList(found.toSorted(byUtf8), ['a//', 'a/b/'], 'prefixes')
  },
})
