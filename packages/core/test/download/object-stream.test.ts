import { describe, expect, test } from '@jest/globals'
import { Readable } from 'node:stream'
import { buffer, text as nodeText } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type {
  Call,
  GetObjectRequest,
  ObjectInfo,
  StorageBackend,
} from '../../src/contract/backend.ts'
import type { BodyReader } from '../../src/contract/body.ts'
import { bytesReader, readerOf } from '../../src/bytes/chunks.ts'
import { StorageError } from '../../src/errors/errors.ts'
import type { ObjectStream } from '../../src/surface/handles.ts'
import type { GetOptions, Progress } from '../../src/surface/options.ts'
import type { AbortSignalLike } from '../../src/surface/structural.ts'
import { listenedSignal } from '../support/listened-signal.ts'
import { failure, silence, watchedReader, type WatchedReader } from '../support/readers.ts'
import { setUp, type Setting, type Setup } from '../support/recording-backend.ts'
import { join, md5Of, sample } from '../support/stored-objects.ts'

const whole = sample(1000)
const info: ObjectInfo = { key: 'key', size: 1000, etag: 'e', md5: md5Of(whole) }

/** A container whose objects are read from what is given. */
function reading(
  body: BodyReader | (() => BodyReader) = () => bytesReader(whole),
  about: Partial<ObjectInfo> = {},
  setup: Setup = {},
): Setting {
  return setUp({
    ...setup,
    backend: {
      async getObject({ range }) {
        const reader = typeof body === 'function' ? body() : body
        if (range === undefined) return { info: { ...info, ...about }, body: reader }
        const part = whole.subarray(range.start, range.end)
        return { info: { ...info, ...about }, body: bytesReader(part) }
      },
      ...setup.backend,
    },
  })
}

/** A backend whose answer comes when the signal aborts: as a failure, or all the same. */
function silentBackend(
  late?: () => { info: ObjectInfo; body: BodyReader },
): Partial<StorageBackend> {
  return {
    getObject: (_request: GetObjectRequest, { signal }: Call) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => {
          if (late === undefined) reject(signal.reason)
          else resolve(late())
        })
      }),
  }
}

const ways: Readonly<Record<string, (stream: ObjectStream) => Promise<unknown>>> = {
  bytes: (stream) => stream.bytes(),
  text: (stream) => stream.text(),
  iterating: collected,
  toWeb: async (stream) => new Response(stream.toWeb()).arrayBuffer(),
  toNode: (stream) => buffer(stream.toNode()),
  response: async (stream) => (await stream.response()).arrayBuffer(),
  put: (stream) => setUp().box.put('copy', stream),
}

async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

describe('lazy', () => {
  test('nothing is sent before the first use, and nothing by looking', async () => {
    const { box, sent } = reading()
    const stream = box.get('key', { range: { start: 0 } })
    stream.toWeb()
    box.get('key').toNode()
    box.get('key')[Symbol.asyncIterator]()
    expect([stream.key, stream.container.name, inspect(stream), JSON.stringify(stream)]).toEqual([
      'key',
      'box',
      expect.any(String),
      '{"container":"box","key":"key","range":{"start":0}}',
    ])
    await sleep(5)
    expect(sent).toEqual([])
  })

  test('it is no promise: awaiting it is harmless', async () => {
    const { box, sent } = reading()
    const stream = await (box.get('key') as unknown as Promise<ObjectStream>)
    expect(sent).toEqual([])
    expect(await stream.bytes()).toEqual(whole)
  })

  test('info sends the request once; the bytes come from the same answer', async () => {
    const { box, sent } = reading()
    const stream = box.get('key')
    const [first, second] = await Promise.all([stream.info(), stream.info()])
    expect(first).toMatchObject({ key: 'key', size: 1000, etag: 'e', hash: info.md5 })
    expect(second.toJSON()).toEqual(first.toJSON())
    expect(await stream.bytes()).toEqual(whole)
    expect((await stream.info()).size).toBe(1000)
    expect(sent).toHaveLength(1)
  })
})

describe('consumed once', () => {
  test.each(Object.entries(ways))(
    '%s, and then no way any more, without another request',
    async (_name, first) => {
      for (const again of Object.values(ways)) {
        const { box, sent, driver } = reading()
        const stream = box.get('key')
        await first(stream)
        await expect(again(stream)).rejects.toMatchObject({
          code: 'InvalidArgument',
          operation: 'downloadObjectAsStream',
          key: 'key',
        })
        expect(sent).toHaveLength(1)
        expect(driver.stats().active).toBe(0)
      }
    },
  )

  test('a second way fails although the first has not begun, and does not disturb it', async () => {
    const { box, sent } = reading()
    const stream = box.get('key')
    const node = stream.toNode()
    for (const again of Object.values(ways)) await expect(again(stream)).rejects.toThrow('consumed')
    expect(sent).toEqual([])
    expect(new Uint8Array(await buffer(node))).toEqual(whole)
  })
})

describe('the bytes', () => {
  test.each([1, 7, 999, 1000, 1001])(
    'chunkSize %i holds in every way that gives chunks',
    async (chunkSize) => {
      const { box } = reading(() => readerOf([whole.subarray(0, 3), whole.subarray(3)]))
      const given: AsyncIterable<Uint8Array>[] = [
        box.get('key', { chunkSize }),
        box.get('key', { chunkSize }).toNode(),
        box.get('key', { chunkSize }).toWeb() as unknown as AsyncIterable<Uint8Array>,
        (await box.get('key', { chunkSize }).response())
          .body as unknown as AsyncIterable<Uint8Array>,
      ]
      for (const iterable of given) {
        const chunks = await collected(iterable)
        expect(join(chunks)).toEqual(whole)
        expect(chunks.slice(0, -1).every((chunk) => chunk.byteLength === chunkSize)).toBe(true)
      }
      expect(await box.get('key', { chunkSize }).bytes()).toEqual(whole)
    },
  )

  test('text is UTF-8, json is parsed', async () => {
    const bytes = new TextEncoder().encode('{"grüße": [1]}')
    const about = { size: bytes.byteLength, md5: undefined }
    const { box } = reading(() => readerOf([bytes.subarray(0, 5), bytes.subarray(5)]), about)
    expect(await box.get('key').text()).toBe('{"grüße": [1]}')
    expect(await box.get('key').json()).toEqual({ grüße: [1] })
  })

  test('what is no JSON says so', async () => {
    const { box } = reading(() => bytesReader(whole))
    await expect(box.get('key').json()).rejects.toMatchObject({
      code: 'MalformedResponse',
      operation: 'downloadObjectAsStream',
      container: 'box',
      key: 'key',
    })
  })

  test('more than memory can hold is refused, and the body is given up', async () => {
    const body = watchedReader([])
    const { box, driver } = reading(body, { size: 2 ** 52 })
    await expect(box.get('key').bytes()).rejects.toMatchObject({ code: 'TooLarge', key: 'key' })
    expect(body.cancelled).toHaveLength(1)
    expect(driver.stats().active).toBe(0)
  })

  test('a range is asked for, counted from its own length and not compared with the hash of all', async () => {
    const { box, sent } = reading()
    const seen: Progress[] = []
    const options: GetOptions = {
      range: { start: 10, end: 20 },
      onProgress: (step) => seen.push(step),
    }
    expect(await box.get('key', options).bytes()).toEqual(whole.subarray(10, 20))
    expect(sent[0]?.request).toMatchObject({ range: { start: 10, end: 20 } })
    expect(seen).toEqual([{ loaded: 10, total: 10 }])
    expect(await box.get('key', { range: { start: 990, end: 5000 } }).bytes()).toHaveLength(10)
  })
})

describe('verifying', () => {
  test('less, more and other bytes fail, and the body is given up', async () => {
    for (const [bytes, code] of [
      [whole.subarray(1), 'Network'],
      [sample(1001), 'Network'],
      [sample(1000, 7), 'ObjectHashMismatch'],
    ] as const) {
      for (const way of Object.values(ways)) {
        const body = watchedReader([bytes, Promise.resolve(undefined)])
        const { box, driver } = reading(body)
        await expect(way(box.get('key'))).rejects.toMatchObject({ code, key: 'key' })
        await sleep(0)
        expect(body.cancelled.length).toBeGreaterThan(0)
        expect(driver.stats()).toMatchObject({ active: 0, failed: 1, succeeded: 0 })
      }
    }
  })

  test('verifyHash: false reads all the same, by call or by driver', async () => {
    const other = sample(1000, 7)
    const { box } = reading(() => bytesReader(other))
    expect(await box.get('key', { verifyHash: false }).bytes()).toEqual(other)
    const off = reading(() => bytesReader(other), {}, { transfer: { verifyHash: false } })
    expect(await off.box.get('key').bytes()).toEqual(other)
    const on = off.box.get('key', { verifyHash: true }).bytes()
    await expect(on).rejects.toMatchObject({ code: 'ObjectHashMismatch' })
  })
})

describe('what is wrong is found before anything is sent, at the first read', () => {
  test.each<[string, unknown]>([
    ['InvalidArgument', { chunkSize: 0 }],
    ['InvalidArgument', { chunkSize: -1 }],
    ['InvalidArgument', { chunkSize: 1.5 }],
    ['InvalidArgument', { chunkSize: Number.NaN }],
    ['InvalidArgument', { chunksize: 5 }],
    ['InvalidArgument', { signal: {} }],
    ['InvalidArgument', { onProgress: 'yes' }],
    ['InvalidArgument', { verifyHash: 1 }],
    ['InvalidArgument', { ifMatch: '' }],
    ['InvalidArgument', { ifModifiedSince: '2026-01-01' }],
    ['InvalidArgument', { range: [0, 5] }],
    ['InvalidArgument', { range: new Map() }],
    ['InvalidArgument', null],
    ['InvalidArgument', 'text'],
    ['InvalidRange', { range: { start: -1 } }],
    ['InvalidRange', { range: { start: 5, end: 5 } }],
    ['InvalidRange', { range: { start: 0, length: 5 } }],
  ])('%s: %p', async (code, options) => {
    for (const way of Object.values(ways)) {
      const { box, sent, driver } = reading()
      const stream = box.get('key', options as GetOptions)
      await expect(way(stream)).rejects.toMatchObject({ code, container: 'box', key: 'key' })
      expect(sent).toEqual([])
      expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
    }
  })

  test('a key that is none', async () => {
    const { box, sent } = reading()
    await expect(box.get('').bytes()).rejects.toMatchObject({ code: 'InvalidObjectName' })
    expect(sent).toEqual([])
  })

  test('a synchronous throw would leave other promises alone: nothing is thrown', () => {
    const { box } = reading()
    for (const options of [null, { chunkSize: -1 }, { range: 7 }] as unknown as GetOptions[]) {
      const stream = box.get('', options)
      expect(stream.toNode()).toBeInstanceOf(Readable)
      expect(stream.toWeb()).toBeInstanceOf(ReadableStream)
      expect(stream[Symbol.asyncIterator]()).toHaveProperty('next')
      expect(JSON.stringify(stream)).toContain('box')
    }
  })

  test('options of the provider’s own are passed on', async () => {
    const { box, sent } = reading()
    await box.get('key', { exOwn: 'yes' } as GetOptions).bytes()
    expect(sent[0]?.request).toMatchObject({ extensions: { exOwn: 'yes' } })
  })
})

describe('failures', () => {
  test.each(Object.entries(ways))(
    'of the request come out of %s with their context',
    async (_name, way) => {
      const { box, driver } = reading(
        undefined,
        {},
        {
          backend: {
            getObject: async () => {
              throw new StorageError('AccessDenied', 'no')
            },
          },
        },
      )
      await expect(way(box.get('key'))).rejects.toMatchObject({
        code: 'AccessDenied',
        operation: 'downloadObjectAsStream',
        provider: 'recording',
        container: 'box',
        key: 'key',
      })
      expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
    },
  )

  test.each(Object.entries(ways))(
    'in the middle come out of %s, and the body is given up',
    async (_name, way) => {
      const broken = new Error('socket hang up')
      const body = watchedReader([whole.subarray(0, 10), failure(broken)])
      const { box, driver } = reading(body)
      await expect(way(box.get('key'))).rejects.toMatchObject({
        code: 'Unknown',
        cause: broken,
        key: 'key',
      })
      await sleep(0)
      expect(body.cancelled.length).toBeGreaterThan(0)
      expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
    },
  )

  test('a body that cannot even be cancelled does not hide the failure', async () => {
    const body: BodyReader = {
      read: () => failure(new StorageError('Network', 'broken')),
      cancel: () => failure(new Error('cancel failed')),
    }
    const { box } = reading(() => body)
    for (const way of Object.values(ways)) {
      await expect(way(box.get('key'))).rejects.toMatchObject({ code: 'Network' })
    }
  })

  test('what the listener throws comes out unchanged', async () => {
    const own = new Error('mine')
    const options: GetOptions = {
      onProgress: () => {
        throw own
      },
    }
    for (const way of Object.values(ways)) {
      const { box } = reading()
      await expect(way(box.get('key', options))).rejects.toBe(own)
    }
  })

  test('a range behind the end that a provider answers all the same: the body is given up', async () => {
    const body = watchedReader([whole])
    const { box } = setUp({ backend: { getObject: async () => ({ info, body }) } })
    await expect(box.get('key', { range: { start: 1000 } }).bytes()).rejects.toMatchObject({
      code: 'InvalidRange',
    })
    await sleep(0)
    expect(body.cancelled).toHaveLength(1)
  })

  test('info of a failed request fails the same, and so does every later use', async () => {
    const { box, sent } = setUp()
    const stream = box.get('missing')
    await expect(stream.info()).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
    await expect(stream.bytes()).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
    expect(sent).toHaveLength(1)
  })
})

describe('cancel', () => {
  test('before: nothing is ever sent', async () => {
    const { box, sent, driver } = reading()
    const stream = box.get('key')
    await stream.cancel()
    await expect(stream.bytes()).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(stream.info()).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(sent).toEqual([])
    expect(driver.stats()).toMatchObject({ active: 0, failed: 0 })
  })

  test('while the headers have not come: the request is stopped', async () => {
    const { box, driver } = reading(undefined, {}, { backend: silentBackend() })
    const stream = box.get('key')
    const waiting = stream.bytes()
    await stream.cancel('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
    const other = box.get('key')
    const info = other.info()
    await other.cancel()
    await expect(info).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('an answer that comes all the same is given up', async () => {
    const body = watchedReader([whole])
    const { box } = reading(undefined, {}, { backend: silentBackend(() => ({ info, body })) })
    const stream = box.get('key')
    const waiting = stream.bytes()
    await stream.cancel('enough')
    await expect(waiting).rejects.toBe('enough')
    expect(body.cancelled.length).toBeGreaterThan(0)
  })

  test.each(['enough', undefined])('while a body is silent, with the reason %p', async (reason) => {
    const body = watchedReader([whole.subarray(0, 5), silence()])
    const { box, driver } = reading(body)
    const stream = box.get('key')
    const waiting = stream.bytes()
    await sleep(1)
    await stream.cancel(reason)
    const thrown: unknown = await waiting.catch((error: unknown) => error)
    if (reason === undefined) expect(thrown).toMatchObject({ name: 'AbortError' })
    else expect(thrown).toBe(reason)
    expect(body.cancelled).toContain(reason)
    expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
  })

  test('after info, without reading: the body is given up', async () => {
    const body = watchedReader([whole])
    const { box, driver } = reading(body)
    const stream = box.get('key')
    await stream.info()
    expect(driver.stats().active).toBe(1)
    await stream.cancel('enough')
    expect(body).toMatchObject({ cancelled: ['enough'], reads: 0 })
    expect(driver.stats().active).toBe(0)
  })

  test('after the end, and again and again: harmless', async () => {
    const { box, driver } = reading()
    const stream = box.get('key')
    await stream.bytes()
    await stream.cancel()
    await stream.cancel()
    expect(driver.stats()).toMatchObject({ active: 0, failed: 0, succeeded: 1 })
  })

  test('leaving a loop, cancelling what toWeb gives, destroying what toNode gives', async () => {
    const leaving: Readonly<Record<string, (stream: ObjectStream) => Promise<unknown>>> = {
      async loop(stream) {
        for await (const chunk of stream) return chunk
        return undefined
      },
      async iterator(stream) {
        await stream.info()
        return stream[Symbol.asyncIterator]().return?.()
      },
      async web(stream) {
        const reader = (stream.toWeb() as ReadableStream<Uint8Array>).getReader()
        await reader.read()
        await reader.cancel()
      },
      async unreadWeb(stream) {
        await stream.info()
        await stream.toWeb().cancel()
      },
      async node(stream) {
        for await (const chunk of stream.toNode()) return chunk as unknown
        return undefined
      },
      async unreadNode(stream) {
        await stream.info()
        const node = stream.toNode()
        node.destroy()
        await new Promise((resolve) => node.once('close', resolve))
      },
      async response(stream) {
        await (await stream.response()).body?.cancel()
      },
    }
    for (const leave of Object.values(leaving)) {
      const body: WatchedReader = watchedReader([whole.subarray(0, 5), silence()])
      const { box, driver } = reading(body)
      await leave(box.get('key'))
      expect(body.cancelled.length).toBeGreaterThan(0)
      expect(driver.stats().active).toBe(0)
    }
  })
})

describe('signals', () => {
  test.each(Object.entries(ways))(
    'an abort ends %s at once, whatever is silent',
    async (_name, way) => {
      for (const setup of [{}, { backend: silentBackend() }]) {
        const { signal, abort, listeners } = listenedSignal()
        const body = watchedReader([whole.subarray(0, 5), silence()])
        const { box, driver } = reading(body, {}, setup)
        const waiting = way(box.get('key', { signal }))
        await sleep(1)
        const reason = new Error('stop')
        abort(reason)
        await expect(waiting).rejects.toBe(reason)
        expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
        expect(listeners()).toBe(0)
      }
    },
  )

  test('an abort gives up a body that nobody reads', async () => {
    const { signal, abort } = listenedSignal()
    const body = watchedReader([whole])
    const { box, driver } = reading(body)
    const stream = box.get('key', { signal })
    await stream.info()
    abort('stop')
    expect(body.cancelled).toEqual(['stop'])
    expect(driver.stats()).toMatchObject({ active: 0, failed: 1 })
    await expect(stream.bytes()).rejects.toBe('stop')
  })

  test('an aborted one: nothing is sent', async () => {
    const { box, sent } = reading()
    for (const way of Object.values(ways)) {
      const earlier = new Error('earlier')
      const stream = box.get('key', { signal: AbortSignal.abort(earlier) })
      await expect(way(stream)).rejects.toBe(earlier)
    }
    expect(sent).toEqual([])
  })

  test('thousands of readings leave nothing on a signal that lives on', async () => {
    const { signal, listeners } = listenedSignal()
    const { box } = reading()
    for (let round = 0; round < 500; round += 1) {
      await box.get('key', { signal }).bytes()
      for await (const chunk of box.get('key', { signal })) {
        expect(chunk.byteLength).toBe(1000)
        break
      }
      await box
        .get('key', { signal, range: { start: 5000 } })
        .bytes()
        .catch(() => undefined)
      await box
        .get('key', { signal, chunkSize: -1 })
        .bytes()
        .catch(() => undefined)
      const stream = box.get('key', { signal })
      await stream.info()
      await stream.cancel()
    }
    expect(listeners()).toBe(0)
  })
})

describe('memory', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void

  async function isCollected(reference: WeakRef<object>): Promise<boolean> {
    for (let round = 0; round < 20; round += 1) {
      await sleep(1)
      collectGarbage()
      if (reference.deref() === undefined) return true
    }
    return false
  }

  /** Begins a reading and forgets it; gives what would tell a provider that its body was forgotten. */
  async function forgotten(
    signal: AbortSignalLike | undefined,
    held: Call[],
  ): Promise<WeakRef<BodyReader>> {
    const body = watchedReader([whole, whole])
    const { box } = setUp({
      backend: {
        getObject: async (_request, call) => {
          // As a connection does, that lives until it is told to end.
          held.push(call)
          return { info, body }
        },
      },
    })
    const stream = box.get('key', { signal })
    await stream.info()
    return new WeakRef(body)
  }

  test('a reading that nobody has any more is collected, whatever signal and connection live on', async () => {
    const held: Call[] = []
    const { signal } = listenedSignal()
    expect(await isCollected(await forgotten(undefined, held))).toBe(true)
    expect(await isCollected(await forgotten(signal, held))).toBe(true)
    expect(held).toHaveLength(2)
    expect(signal.aborted).toBe(false)
  })

  test('and it leaves nothing on that signal', async () => {
    const { signal, listeners } = listenedSignal()
    await isCollected(await forgotten(signal, []))
    for (let round = 0; round < 100 && listeners() > 0; round += 1) await sleep(1)
    expect(listeners()).toBe(0)
  })

  test('a read that waits is ended by an abort, whatever was collected', async () => {
    const { signal, abort } = listenedSignal()
    const waiting = reading(() => watchedReader([silence()]))
      .box.get('key', { signal })
      .bytes()
    for (let round = 0; round < 5; round += 1) {
      await sleep(1)
      collectGarbage()
    }
    abort('stop')
    await expect(waiting).rejects.toBe('stop')
  })
})

describe('Node streams', () => {
  test('are read on demand, and end', async () => {
    const body = watchedReader([whole.subarray(0, 400), Promise.resolve(whole.subarray(400))])
    const { box } = reading(body)
    const stream = box.get('key').toNode()
    await sleep(5)
    expect(body.reads).toBe(0)
    expect(new Uint8Array(await buffer(stream))).toEqual(whole)
  })

  test('destroying one with an error emits that, and cancels with it', async () => {
    const body = watchedReader([silence()])
    const { box } = reading(body)
    const stream = box.get('key').toNode()
    stream.resume()
    await sleep(5)
    const own = new Error('mine')
    const told = new Promise((resolve) => stream.once('error', resolve))
    stream.destroy(own)
    expect(await told).toBe(own)
    expect(body.cancelled).toContain(own)
  })

  test('a reason that is no error becomes one', async () => {
    const { box } = reading()
    const stream = box.get('key', { signal: AbortSignal.abort('stop') }).toNode()
    await expect(nodeText(stream)).rejects.toMatchObject({ message: 'stop', cause: 'stop' })
  })
})

test('statistics: active until the last byte, then succeeded, with the bytes', async () => {
  const { box, driver } = reading(() => readerOf([whole.subarray(0, 400), whole.subarray(400)]))
  const chunks = box.get('key')[Symbol.asyncIterator]()
  await chunks.next()
  expect(driver.stats()).toMatchObject({ active: 1, bytesReceived: 400 })
  await chunks.next()
  await chunks.next()
  expect(driver.stats()).toMatchObject({ active: 0, succeeded: 1, bytesReceived: 1000 })
})
