// A promise that is rejected and that nobody hears of ends an application. The runner fails a test in which that happens, so each of these waits
// for what might come late.
import { afterEach, expect, test } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { StorageError } from '../src/errors/errors.ts'
import type { ObjectStream } from '../src/surface/handles.ts'
import { failure, silence } from './support/readers.ts'
import { setUp, type Setup } from './support/recording-backend.ts'

afterEach(async () => {
  await sleep(20)
})

const down: Setup = {
  transfer: { partSize: 10 },
  backend: {
    getObject: () => failure(new StorageError('Network', 'down')),
    putObject: () => failure(new StorageError('Network', 'down')),
    listObjects: () => failure(new StorageError('Network', 'down')),
    headObject: () => failure(new StorageError('Network', 'down')),
  },
}

test('streams that are made and never read', () => {
  const { box } = setUp(down)
  const stream: ObjectStream = box.get('key', { chunkSize: -1 })
  stream.toWeb()
  box.get('').toNode()
  expect(box.list()[Symbol.asyncIterator]()).toBeDefined()
})

test('one promise of several that is left alone when another throws', async () => {
  const { box, driver } = setUp(down)
  const together = Promise.all([
    box.get('a').text(),
    box.get('b', { range: { start: -1 } }).text(),
    box.put('c', 'x'),
    driver.downloadObjectRange(driver.object(box, 'd'), '/nowhere/file', 5, 5),
    box.head('e'),
  ])
  await expect(together).rejects.toBeDefined()
})

test('headers that fail while nobody waits for them', async () => {
  const { box } = setUp(down)
  const stream = box.get('key')
  await Promise.allSettled([stream.info(), stream.info(), stream.cancel()])
  const web = box.get('key').toWeb() as ReadableStream
  await web.cancel()
  const node = box.get('key').toNode()
  node.on('error', () => undefined)
  node.resume()
  await sleep(5)
  expect(node.destroyed).toBe(true)
})

test('pages that fail after the loop was left', async () => {
  const objects = [
    { key: 'a', size: 0 },
    { key: 'b', size: 0 },
    { key: 'c', size: 0 },
  ]
  const { box } = setUp({
    backend: {
      listObjects: async ({ cursor }) =>
        cursor === undefined
          ? { objects, prefixes: [], cursor: 'more' }
          : failure(new Error('late')),
    },
  })
  for await (const { key } of box.list()) {
    if (key === 'b') await sleep(5)
    if (key === 'c') break
  }
  expect(box.name).toBe('box')
})

test('parts that fail together, and an abort that fails after them', async () => {
  const { multipart } = setUp().backend
  const { box } = setUp({
    transfer: { partSize: 10, concurrency: 4 },
    backend: {
      multipart: {
        ...multipart!,
        uploadPart: async ({ number }) => {
          await sleep(number)
          return failure(new StorageError('Network', `part ${number}`))
        },
        abort: () => failure(new Error('abort')),
      },
    },
  })
  const source = new PassThrough()
  source.write(Buffer.alloc(100))
  await expect(box.put('key', source)).rejects.toMatchObject({ code: 'Network' })
  await expect(box.put('key', Buffer.alloc(100))).rejects.toMatchObject({ code: 'Network' })
})

test('sources that fail after their upload has', async () => {
  const { box } = setUp({ ...down, features: { put: { unknownLength: true, maxBytes: Infinity } } })
  const sources = [
    (async function* (): AsyncGenerator<string> {
      yield 'x'
      await sleep(5)
      throw new Error('late')
    })(),
    new ReadableStream({
      async pull() {
        await sleep(5)
        throw new Error('late')
      },
    }),
    async () => {
      await sleep(5)
      throw new Error('late')
    },
  ]
  for (const source of sources) {
    const options = { signal: AbortSignal.timeout(2) }
    await expect(box.put('key', source as never, options)).rejects.toBeDefined()
  }
})

test('an abort while everything is silent', async () => {
  const { box, driver } = setUp({
    backend: {
      getObject: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
    },
  })
  const controller = new AbortController()
  const { signal } = controller
  const waiting = [
    box.get('a', { signal }).bytes(),
    box.put('b', box.get('c'), { signal }),
    box.put('d', silence, { signal }),
    box.deleteMany({ [Symbol.asyncIterator]: () => ({ next: silence }) }, { signal }),
    driver.downloadObject(driver.object(box, 'e'), '/tmp/never-written', { signal }),
  ]
  const unread = box.get('f', { signal })
  void unread.info().catch(() => undefined)
  await sleep(10)
  controller.abort('stop')
  for (const outcome of await Promise.allSettled(waiting)) {
    expect(outcome).toEqual({ status: 'rejected', reason: 'stop' })
  }
})
