import type { Container } from '@cloudstore/core'
import { equal, rejects, sameRecord } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { collect, kibi } from '../samples.ts'

type Metadata = Readonly<Record<string, string>>

/** Runs only where objects have metadata; where not, the opposite stands among the capabilities. */
function withMetadata(run: (container: Container, context: ConformanceContext) => Promise<void>) {
  return async (context: ConformanceContext) => {
    if (!context.driver.features.metadata) notApplicable('objects have no metadata')
    await run(await context.container(), context)
  }
}

function comesBack(metadata: Metadata, expected: Metadata = metadata) {
  return withMetadata(async (container) => {
    const stored = await container.put('object', 'x', { metadata })
    sameRecord(stored.metadata, expected, 'metadata by put')
    sameRecord((await container.head('object')).metadata, expected, 'metadata by head')
    const info = await container.get('object').info()
    sameRecord(info.metadata, expected, 'metadata by get')
  })
}

function refused(metadatas: readonly unknown[]) {
  return withMetadata(async ({ name }, context) => {
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    for (const metadata of metadatas as Metadata[]) {
      await rejects(
        () => container.put('object', 'x', { metadata }),
        'InvalidArgument',
        `metadata ${JSON.stringify(metadata)?.slice(0, 60)}`,
      )
    }
    equal(sent.length, 0, 'requests that reached the provider')
  })
}

export const metadata: readonly ConformanceCase[] = group('metadata', {
  'metadata comes back': comesBack({ colour: 'blue', size: '7', 'with-dash': 'a b  c' }),
  'names are lower case, whatever they were': comesBack(
    { Colour: 'Blue', 'X-Upper': 'UP' },
    { colour: 'Blue', 'x-upper': 'UP' },
  ),
  'an empty value comes back': comesBack({ empty: '' }),
  'values with the signs of headers and URLs come back': comesBack({
    signs: `a=b; c="d", e:f?g#h&i%20j+k'l\\m`,
  }),
  'many names come back': comesBack(
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`name-${index}`, `${index}`])),
  ),
  'names of JavaScript’s own come back': comesBack({
    constructor: 'a',
    valueof: 'b',
    tostring: 'c',
  }),

  'an object without metadata has none of another’s': withMetadata(async (container) => {
    await container.put('with', 'x', { metadata: { colour: 'blue' } })
    await container.put('without', 'x')
    sameRecord((await container.head('without')).metadata, {}, 'metadata')
  }),

  'overwriting without metadata removes it': withMetadata(async (container) => {
    await container.put('object', 'x', { metadata: { colour: 'blue' } })
    await container.put('object', 'x')
    sameRecord((await container.head('object')).metadata, {}, 'metadata')
  }),

  'the caller’s record may change afterwards': withMetadata(async (container) => {
    const mine: Record<string, string> = { colour: 'blue' }
    const put = container.put('object', 'x', { metadata: mine })
    mine['colour'] = 'red'
    mine['more'] = 'x'
    await put
    sameRecord((await container.head('object')).metadata, { colour: 'blue' }, 'metadata')
  }),

  'two names that differ only in case are refused': refused([{ colour: 'blue', Colour: 'red' }]),

  'names that headers cannot have are refused before anything is sent': refused([
    { '': 'x' },
    { 'with space': 'x' },
    { 'with:colon': 'x' },
    { with_underscore: 'x' },
    { grün: 'x' },
    { '-dash-first': 'x' },
    { 'a\nb': 'x' },
  ]),

  'a name __proto__ is refused and changes no prototype': withMetadata(
    async (container, context) => {
      await refused([JSON.parse('{"__proto__":"x"}')])(context)
      const stored = await container.put('object', 'x', { metadata: { a: 'b' } })
      equal(Object.getPrototypeOf({}), Object.prototype, 'prototype of a plain object')
      equal(Reflect.get({}, 'a'), undefined, 'property of a plain object')
      sameRecord(stored.metadata, { a: 'b' }, 'metadata')
    },
  ),

  'values that are no text of one line are refused before anything is sent': refused([
    { name: 'a\nb' },
    { name: 'a\r\nx-injected: b' },
    { name: 'a\u0000b' },
    { name: 7 },
    { name: null },
    { name: ['a'] },
    'text',
    ['a'],
  ]),

  'a value beyond ASCII comes back or is refused, never changed': withMetadata(
    async ({ name }, context) => {
      const { driver, sent } = context.recording()
      const container = driver.container(name)
      for (const value of ['Grüße', '日本語', '😀', 'caf\u00e9', ' leading and trailing ']) {
        try {
          await container.put('object', 'x', { metadata: { value } })
        } catch (error) {
          await rejects(Promise.reject(error), 'InvalidArgument', `value ${value}`)
          equal(sent.length, 0, 'requests that reached the provider')
          continue
        }
        const { metadata: found } = await container.head('object')
        sameRecord(found, { value }, 'metadata')
        sent.length = 0
      }
    },
  ),

  'the limit of metadata holds before anything is sent': withMetadata(
    async (container, { driver }) => {
      const { maxBytes } = driver.features.metadata ?? { maxBytes: 0 }
      const most = Math.min(maxBytes, 8 * kibi)
      const exact = { n: 'v'.repeat(most - 1) }
      await container.put('exact', 'x', { metadata: exact })
      sameRecord((await container.head('exact')).metadata, exact, 'metadata of the largest size')
      await rejects(
        () => container.put('more', 'x', { metadata: { n: 'v'.repeat(maxBytes) } }),
        ['InvalidArgument', 'TooLarge'],
        'put of one byte more',
      )
      equal((await collect(container.list())).length, 1, 'objects stored')
    },
  ),
})
