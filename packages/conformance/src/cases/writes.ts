import type { Container, UploadOptions, UploadSource, WriteCondition } from '@cloudstore/core'
import { check, equal, rejects, sameBytes, sameList } from '../assert.ts'
import {
  group,
  notApplicable,
  slow,
  type ConformanceCase,
  type ConformanceContext,
} from '../case.ts'
import { uploadsIn } from '../clean.ts'
import { kibi, mebi, pieces, sample } from '../samples.ts'

/** Where the condition is enforced, what it must do; where not, that it is refused and nothing is sent. */
function onPut(
  condition: WriteCondition,
  run: (container: Container, context: ConformanceContext) => Promise<void>,
) {
  return async (context: ConformanceContext): Promise<void> => {
    const container = await context.container()
    if (context.driver.features.conditions.put.includes(condition)) return run(container, context)
    const { driver, sent } = context.recording()
    const options: UploadOptions =
      condition === 'ifMatch' ? { ifMatch: 'abc' } : { ifNoneMatch: '*' }
    await rejects(
      () => driver.container(container.name).put('object', 'new', options),
      'UnsupportedOperation',
      `put with ${condition}`,
    )
    sameList(sent, [], 'requests that reached the provider')
  }
}

/** A conditional upload of some size onto an existing key: it must not lose what is there, whichever way the bytes go. */
function ontoExisting(size: number, source: (bytes: Uint8Array) => UploadSource) {
  return slow(
    onPut('ifNoneMatch', async (container, context) => {
      await container.put('object', 'old')
      const { driver, sent } = context.recording()
      const upload = driver
        .container(container.name)
        .put('object', source(sample(size)), { ifNoneMatch: '*' })
      const error = await rejects(
        upload,
        ['ObjectAlreadyExists', 'UnsupportedOperation'],
        'put onto an existing key',
      )
      if (error.code === 'UnsupportedOperation') {
        sameList(sent, [], 'requests that reached the provider before it was refused')
      }
      equal(await container.get('object').text(), 'old', 'contents afterwards')
      const uploads = (await uploadsIn(context.driver, container)) ?? []
      equal(uploads.length, 0, 'uploads left behind')
    }),
  )
}

/** The same onto a key that is free: stored whole, or refused before anything is sent. */
function ontoFree(size: number, source: (bytes: Uint8Array) => UploadSource) {
  return slow(
    onPut('ifNoneMatch', async (container, context) => {
      const bytes = sample(size)
      const { driver, sent } = context.recording()
      const upload = driver
        .container(container.name)
        .put('object', source(bytes), { ifNoneMatch: '*' })
      const outcome = await upload.then(
        () => 'stored' as const,
        (error: unknown) => ({ error }),
      )
      if (outcome === 'stored') {
        sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
        return
      }
      await rejects(Promise.reject(outcome.error), 'UnsupportedOperation', 'put')
      sameList(sent, [], 'requests that reached the provider before it was refused')
      equal(await container.exists('object'), false, 'exists')
    }),
  )
}

const inMemory = (bytes: Uint8Array) => bytes
const streamed = (bytes: Uint8Array) => pieces(bytes)

export const writing: readonly ConformanceCase[] = group('conditional writes', {
  'ifNoneMatch * stores where there is nothing': onPut('ifNoneMatch', async (container) => {
    await container.put('object', 'new', { ifNoneMatch: '*' })
    equal(await container.get('object').text(), 'new', 'contents')
  }),

  'ifNoneMatch * onto an existing key is ObjectAlreadyExists': onPut(
    'ifNoneMatch',
    async (container) => {
      await container.put('object', 'old')
      const error = await rejects(
        () => container.put('object', 'new', { ifNoneMatch: '*' }),
        'ObjectAlreadyExists',
        'put',
      )
      equal(error.key, 'object', 'key in the error')
      equal(await container.get('object').text(), 'old', 'contents')
    },
  ),

  'ifNoneMatch * stores again after a deletion': onPut('ifNoneMatch', async (container) => {
    await container.put('object', 'old')
    await container.delete('object')
    await container.put('object', 'new', { ifNoneMatch: '*' })
    equal(await container.get('object').text(), 'new', 'contents')
  }),

  'ifMatch with the etag overwrites': onPut('ifMatch', async (container) => {
    const { etag } = await container.put('object', 'old')
    check(etag !== undefined, 'ifMatch is promised, but put gives no etag')
    await container.put('object', 'new', { ifMatch: etag })
    equal(await container.get('object').text(), 'new', 'contents')
  }),

  'ifMatch with an earlier etag is PreconditionFailed': onPut('ifMatch', async (container) => {
    const { etag } = await container.put('object', 'oldest')
    await container.put('object', 'old')
    await rejects(
      () => container.put('object', 'new', { ifMatch: etag }),
      'PreconditionFailed',
      'put',
    )
    equal(await container.get('object').text(), 'old', 'contents')
  }),

  'ifMatch onto a missing key is PreconditionFailed': onPut('ifMatch', async (container) => {
    await rejects(
      () => container.put('object', 'new', { ifMatch: 'abc' }),
      ['PreconditionFailed', 'ObjectDoesNotExist'],
      'put',
    )
    equal(await container.exists('object'), false, 'exists')
  }),

  'a condition on deletion holds or is refused': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    const { etag = 'none' } = await container.put('object', 'x')
    const requests = sent.length
    if (!driver.features.conditions.delete.includes('ifMatch')) {
      const deletion = container.delete('object', { ifMatch: etag })
      await rejects(deletion, 'UnsupportedOperation', 'delete')
      equal(sent.length, requests, 'requests after the put')
    } else {
      await rejects(
        () => container.delete('object', { ifMatch: 'abc' }),
        'PreconditionFailed',
        'delete with another etag',
      )
      equal(await container.exists('object'), true, 'exists after the refused deletion')
      equal(await container.delete('object', { ifMatch: etag }), true, 'delete with the etag')
      equal(await container.exists('object'), false, 'exists after the deletion')
    }
  },

  'both conditions at once are refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    await rejects(
      () => container.put('object', 'x', { ifMatch: 'abc', ifNoneMatch: '*' }),
      ['InvalidArgument', 'UnsupportedOperation'],
      'put',
    )
    equal(sent.length, 0, 'requests that reached the provider')
  },

  'ifNoneMatch on a write takes nothing but *': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    const options = { ifNoneMatch: 'abc' } as unknown as UploadOptions
    await rejects(() => container.put('object', 'x', options), 'InvalidArgument', 'put')
    equal(sent.length, 0, 'requests that reached the provider')
  },

  'ifNoneMatch * with 1 KiB onto an existing key': ontoExisting(kibi, inMemory),
  'ifNoneMatch * with 20 MiB onto an existing key': ontoExisting(20 * mebi, inMemory),
  'ifNoneMatch * with 20 MiB of unknown length onto an existing key': ontoExisting(
    20 * mebi,
    streamed,
  ),
  'ifNoneMatch * with 1 KiB onto a free key': ontoFree(kibi, inMemory),
  'ifNoneMatch * with 20 MiB onto a free key': ontoFree(20 * mebi, inMemory),
  'ifNoneMatch * with 20 MiB of unknown length onto a free key': ontoFree(20 * mebi, streamed),

  'a condition on the end of a multipart upload holds or is refused': slow(async (context) => {
    const { multipart, conditions } = context.driver.features
    if (!context.driver.backend.multipart || !multipart) notApplicable('no multipart')
    const container = await context.container()
    await container.put('object', 'old')
    const partSize = Math.max(5 * mebi, multipart.minPart)
    const upload = container.put('object', sample(partSize + 1000), { partSize, ifNoneMatch: '*' })
    const held = [...conditions.put, ...conditions.complete].includes('ifNoneMatch')
    await rejects(upload, held ? 'ObjectAlreadyExists' : 'UnsupportedOperation', 'put in parts')
    equal(await container.get('object').text(), 'old', 'contents')
    equal((await uploadsIn(context.driver, container))?.length ?? 0, 0, 'uploads left behind')
  }),
})
