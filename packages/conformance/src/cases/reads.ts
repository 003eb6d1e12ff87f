import type { Container, ReadCondition, ReadOptions, StorageErrorCode } from '@cloudstore/core'
import { check, equal, rejects, sameList } from '../assert.ts'
import { group, type ConformanceCase, type ConformanceContext } from '../case.ts'

const minute = 60_000

async function reads(container: Container, options: ReadOptions) {
  equal(await container.get('object', options).text(), 'contents', 'contents by get')
  equal((await container.head('object', options)).size, 8, 'size by head')
}

async function refuses(container: Container, options: ReadOptions, code: StorageErrorCode) {
  await rejects(() => container.get('object', options).bytes(), code, 'get')
  await rejects(() => container.get('object', options).info(), code, 'info')
  await rejects(() => container.head('object', options), code, 'head')
}

/** Where the condition is promised, what it must do; where not, that it is refused and nothing is sent. */
function promised(
  condition: ReadCondition,
  run: (container: Container, context: ConformanceContext) => Promise<void>,
): ConformanceCase['run'] {
  return async (context) => {
    const container = await context.container()
    await container.put('object', 'contents')
    if (context.driver.features.conditions.read.includes(condition)) return run(container, context)
    const { driver, sent } = context.recording()
    const own = driver.container(container.name)
    const options = { [condition]: condition.endsWith('Since') ? new Date() : 'abc' }
    await refuses(own, options, 'UnsupportedOperation')
    sameList(sent, [], 'requests that reached the provider')
  }
}

function byEtag(
  condition: 'ifMatch' | 'ifNoneMatch',
  run: (container: Container, etag: string) => Promise<void>,
): ConformanceCase['run'] {
  return promised(condition, async (container) => {
    const { etag } = await container.head('object')
    check(etag !== undefined, `${condition} is promised, but objects have no etag`)
    await run(container, etag)
  })
}

function byDate(
  condition: 'ifModifiedSince' | 'ifUnmodifiedSince',
  run: (container: Container, lastModified: number) => Promise<void>,
): ConformanceCase['run'] {
  return promised(condition, async (container) => {
    const { lastModified } = await container.head('object')
    check(lastModified, `${condition} is promised, but objects have no lastModified`)
    await run(container, lastModified.getTime())
  })
}

export const reading: readonly ConformanceCase[] = group('conditional reads', {
  'ifMatch with the etag reads': byEtag('ifMatch', (container, etag) =>
    reads(container, { ifMatch: etag }),
  ),

  'ifMatch with another etag is PreconditionFailed': byEtag('ifMatch', (container) =>
    refuses(container, { ifMatch: '00000000000000000000000000000000' }, 'PreconditionFailed'),
  ),

  'ifMatch with the etag of earlier contents is PreconditionFailed': byEtag(
    'ifMatch',
    async (container, etag) => {
      await container.put('object', 'other contents')
      await refuses(container, { ifMatch: etag }, 'PreconditionFailed')
    },
  ),

  'ifNoneMatch with the etag is NotModified': byEtag('ifNoneMatch', (container, etag) =>
    refuses(container, { ifNoneMatch: etag }, 'NotModified'),
  ),

  'ifNoneMatch with another etag reads': byEtag('ifNoneMatch', (container) =>
    reads(container, { ifNoneMatch: '00000000000000000000000000000000' }),
  ),

  'ifModifiedSince an earlier time reads': byDate('ifModifiedSince', (container, time) =>
    reads(container, { ifModifiedSince: new Date(time - minute) }),
  ),

  'ifModifiedSince the time of the object is NotModified': byDate(
    'ifModifiedSince',
    (container, time) =>
      // Whole seconds: a server may keep more of the time than it tells.
      refuses(
        container,
        { ifModifiedSince: new Date(Math.ceil(time / 1000) * 1000) },
        'NotModified',
      ),
  ),

  'ifUnmodifiedSince a later time reads': byDate('ifUnmodifiedSince', (container, time) =>
    reads(container, { ifUnmodifiedSince: new Date(time + minute) }),
  ),

  'ifUnmodifiedSince an earlier time is PreconditionFailed': byDate(
    'ifUnmodifiedSince',
    (container, time) =>
      refuses(container, { ifUnmodifiedSince: new Date(time - minute) }, 'PreconditionFailed'),
  ),

  'a condition on a missing object is ObjectDoesNotExist': promised(
    'ifMatch',
    async (container) => {
      const options = { ifMatch: 'abc' }
      await rejects(() => container.get('missing', options).bytes(), 'ObjectDoesNotExist', 'get')
      await rejects(() => container.head('missing', options), 'ObjectDoesNotExist', 'head')
    },
  ),

  'a range may have a condition': byEtag('ifMatch', async (container, etag) => {
    const range = { start: 0, end: 3 }
    equal(await container.get('object', { range, ifMatch: etag }).text(), 'con', 'contents')
    await rejects(
      () => container.get('object', { range, ifMatch: 'abc' }).bytes(),
      'PreconditionFailed',
      'get',
    )
  }),

  'conditions that are none are refused before anything is sent': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    const bad = [
      { ifMatch: '' },
      { ifMatch: 7 },
      { ifNoneMatch: 'a\r\nb' },
      { ifModifiedSince: 'yesterday' },
      { ifUnmodifiedSince: new Date(Number.NaN) },
    ] as unknown as ReadOptions[]
    for (const options of bad) {
      const what = JSON.stringify(options)
      await rejects(() => container.get('object', options).bytes(), 'InvalidArgument', what)
      await rejects(() => container.head('object', options), 'InvalidArgument', what)
    }
    sameList(sent, [], 'requests that reached the provider')
  },
})
