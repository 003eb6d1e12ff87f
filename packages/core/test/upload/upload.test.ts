import { describe, expect, test } from '@jest/globals'
import { PassThrough, Readable } from 'node:stream'
import type { PutObjectRequest } from '../../src/contract/backend.ts'
import { readAll } from '../../src/bytes/chunks.ts'
import { StorageError } from '../../src/errors/errors.ts'
import type { Progress } from '../../src/surface/options.ts'
import { listenedSignal } from '../support/listened-signal.ts'
import { silence } from '../support/readers.ts'
import { setUp, taken } from '../support/recording-backend.ts'
import { md5Of, sample } from '../support/stored-objects.ts'

const KiB = 1024
const MiB = 1024 * KiB
const streaming = { put: { unknownLength: true, maxBytes: Infinity } }
const small = { multipartThreshold: 4 * KiB, partSize: KiB }

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.byteLength; offset += size) {
    yield bytes.subarray(offset, offset + size)
  }
}

describe('which way an upload goes', () => {
  const size = (bytes: number): Uint8Array => sample(bytes)
  const once = (bytes: number): Iterable<Uint8Array> => pieces(sample(bytes), 700)

  test.each<[string, number, boolean, string[]]>([
    ['known, below the threshold', 4 * KiB - 1, true, ['putObject']],
    ['known, at the threshold', 4 * KiB, true, ['create', 4, 'complete'] as string[]],
    ['known, behind it', 4 * KiB + 1, true, ['create', 5, 'complete'] as string[]],
    ['known and empty', 0, true, ['putObject']],
    ['unknown, ends in the first part', KiB, false, ['putObject']],
    ['unknown and empty', 0, false, ['putObject']],
    ['unknown, outgrows the first part', KiB + 1, false, ['create', 2, 'complete'] as string[]],
    ['unknown, a whole number of parts', 3 * KiB, false, ['create', 3, 'complete'] as string[]],
  ])('%s', async (_name, bytes, known, expected) => {
    const { box, operations, bytes: stored } = setUp({ transfer: small })
    await box.put('key', known ? size(bytes) : once(bytes))
    const wanted = expected.flatMap((step) =>
      typeof step === 'number'
        ? Array.from({ length: step }, () => 'multipart.uploadPart')
        : [step === 'putObject' ? step : `multipart.${step}`],
    )
    expect(operations()).toEqual(wanted)
    expect(stored('key')).toEqual(sample(bytes))
  })

  test('the defaults: parts of 8 MiB from 16 MiB on', async () => {
    const { box, operations } = setUp()
    await box.put('below', new Uint8Array(16 * MiB - 1))
    await box.put('at', new Uint8Array(16 * MiB))
    const parts = ['multipart.create', ...Array.from({ length: 2 }, () => 'multipart.uploadPart')]
    expect(operations()).toEqual(['putObject', ...parts, 'multipart.complete'])
  })

  test('where one put can be streamed, it is, known or not, whatever the size', async () => {
    const { box, operations } = setUp({ features: streaming })
    await box.put('known', new Uint8Array(20 * MiB))
    await box.put('unknown', pieces(new Uint8Array(20 * MiB), MiB))
    expect(operations()).toEqual(['putObject', 'putObject'])
  })

  test('there, an explicit part size asks for parts all the same', async () => {
    const { box, operations } = setUp({ features: streaming })
    await box.put('known', sample(3000), { partSize: 1024 })
    await box.put('unknown', pieces(sample(1025), 100), { partSize: 1024 })
    await box.put('short', pieces(sample(1024), 100), { partSize: 1024 })
    expect(operations().filter((name) => name !== 'multipart.uploadPart')).toEqual([
      'multipart.create',
      'multipart.complete',
      'multipart.create',
      'multipart.complete',
      'putObject',
    ])
  })

  test('a put that would be too large goes in parts, whatever the threshold', async () => {
    const features = { put: { maxBytes: 1000 } }
    const { box, operations } = setUp({ features, transfer: { partSize: 600 } })
    await box.put('key', sample(1001), { multipartThreshold: 10_000 })
    expect(operations()).toHaveLength(4)
  })

  test('without parts it is refused by its length, before anything is sent', async () => {
    const { box, sent } = setUp({
      features: { put: { maxBytes: 1000 } },
      backend: { multipart: undefined },
    })
    const putting = box.put('key', sample(1001))
    await expect(putting).rejects.toMatchObject({ code: 'TooLarge' })
    await expect(putting).rejects.toThrow('1001')
    expect(sent).toEqual([])
  })

  test('a stream that can be read once is buffered where a put must read it twice', async () => {
    const features = { put: { oneShot: false } }
    let body: PutObjectRequest['body'] | undefined
    const { box, operations, backend } = setUp({ features, transfer: small })
    const { putObject } = backend
    Object.assign(backend, {
      putObject: (request: PutObjectRequest, call: never) => {
        body = request.body
        return putObject(request, call)
      },
    })
    await box.put('short', pieces(sample(500), 100), { size: 500 })
    expect(body).toMatchObject({ replayable: true, size: 500 })
    await box.put('long', pieces(sample(3000), 100), { size: 3000 })
    expect(operations()).toEqual([
      'putObject',
      'multipart.create',
      ...Array.from({ length: 3 }, () => 'multipart.uploadPart'),
      'multipart.complete',
    ])
  })
})

describe('conditions', () => {
  const ignored = { features: { conditions: { complete: [] } }, transfer: small }
  const condition = { ifNoneMatch: '*' } as const

  test('held by one put only: a large known source goes in one put', async () => {
    const { box, operations, sent } = setUp(ignored)
    await box.put('key', sample(20 * KiB), condition)
    await box.put('key', sample(20 * KiB), { ifMatch: '"an-etag"' })
    expect(operations()).toEqual(['putObject', 'putObject'])
    expect(sent[0]?.request).toMatchObject(condition)
    expect(sent[1]?.request).toMatchObject({ ifMatch: 'an-etag' })
  })

  test('an unknown source that fits into one part does, too', async () => {
    const { box, operations } = setUp(ignored)
    await box.put('key', pieces(sample(KiB), 100), condition)
    expect(operations()).toEqual(['putObject'])
  })

  test('one that does not fit is refused before anything is sent, and is ended', async () => {
    const { box, sent } = setUp(ignored)
    const source = Readable.from(pieces(sample(2 * KiB), 100))
    await expect(box.put('key', source, condition)).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: expect.stringContaining('ignores conditions'),
    })
    expect(sent).toEqual([])
    expect(source.destroyed).toBe(true)
  })

  test('held by completing: they travel with create and complete', async () => {
    const { box, sent } = setUp({ transfer: small })
    await box.put('key', sample(5 * KiB), condition)
    const conditional = sent.filter(({ request }) => request['ifNoneMatch'] === '*')
    expect(conditional.map(({ operation }) => operation)).toEqual([
      'multipart.create',
      'multipart.complete',
    ])
  })

  test('both at once exclude each other', async () => {
    const { box, sent } = setUp()
    const both = box.put('key', 'x', { ifMatch: 'a', ifNoneMatch: '*' })
    await expect(both).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(sent).toEqual([])
  })
})

describe('the length', () => {
  test('given by the caller: a stream of that length is one put of known size', async () => {
    let size: number | undefined
    const { box } = setUp({
      backend: {
        async putObject({ key, body }) {
          ;({ size } = body)
          await readAll(body.open())
          return { key, size: body.size ?? 0 }
        },
      },
    })
    await box.put('key', pieces(sample(500), 100), { size: 500 })
    expect(size).toBe(500)
  })

  test.each([
    [499, 'gave more than the 499'],
    [501, 'ended after 500 bytes, but 501'],
  ])('a stream that has not %i bytes fails, nothing is stored', async (size, message) => {
    for (const transfer of [{}, { partSize: 100, multipartThreshold: 200 }]) {
      const { box, stored, operations } = setUp({ transfer })
      const source = Readable.from(pieces(sample(500), 50))
      const putting = box.put('key', source, { size })
      await expect(putting).rejects.toMatchObject({ code: 'InvalidArgument' })
      await expect(putting).rejects.toThrow(message)
      expect([stored.size, source.destroyed]).toEqual([0, true])
      if (operations().includes('multipart.create'))
        expect(operations().at(-1)).toBe('multipart.abort')
    }
  })

  test('one that contradicts the source is refused before anything is sent', async () => {
    const { box, sent } = setUp()
    await expect(box.put('key', 'four', { size: 5 })).rejects.toThrow(
      'option size says 5 bytes, but the source has 4',
    )
    expect(sent).toEqual([])
  })
})

describe('hashes', () => {
  test('a provider that stored other bytes is found out', async () => {
    const { box } = setUp({
      backend: {
        async putObject({ key, body }) {
          await taken(body)
          return { key, size: 4, md5: md5Of(sample(4)) }
        },
      },
    })
    await expect(box.put('key', 'good')).rejects.toMatchObject({ code: 'ObjectHashMismatch' })
    await expect(box.put('key', ['go', 'od'])).rejects.toMatchObject({ code: 'ObjectHashMismatch' })
    expect(await box.put('key', 'good', { verifyHash: false })).toMatchObject({ size: 4 })
  })

  test('verifyHash: false on the driver holds for all its uploads; a call may differ', async () => {
    const hashes: (string | undefined)[] = []
    const { box } = setUp({
      transfer: { verifyHash: false },
      backend: {
        async putObject({ key, body }) {
          await readAll(body.open())
          hashes.push(body.md5())
          return { key, size: 1 }
        },
      },
    })
    await box.put('key', 'x')
    await box.put('key', 'x', { verifyHash: true })
    expect(hashes).toEqual([undefined, md5Of(new TextEncoder().encode('x'))])
  })
})

describe('a provider that sends a body again', () => {
  /** Reads half of the body, then all of it. */
  const repeating = {
    async putObject({ key, body }: PutObjectRequest) {
      const first = body.open()
      await first.read()
      const bytes = await readAll(body.open())
      return { key, size: bytes.byteLength, md5: md5Of(bytes), etag: body.md5() }
    },
  }
  const bytes = sample(1000)

  test.each<[string, () => unknown]>([
    ['bytes', () => bytes],
    ['a Blob', () => new Blob([new Uint8Array(bytes)])],
    ['a function', () => () => pieces(bytes, 100)],
  ])('%s: hashed anew, progress never goes back', async (_name, source) => {
    const { box } = setUp({ backend: repeating, features: streaming })
    const seen: Progress[] = []
    const stored = await box.put('key', source() as never, {
      onProgress: (step) => seen.push(step),
    })
    expect(stored).toMatchObject({ size: 1000, hash: md5Of(bytes), etag: md5Of(bytes) })
    const loaded = seen.map((step) => step.loaded)
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b))
    expect(new Set(seen.map((step) => JSON.stringify(step))).size).toBe(seen.length)
    expect(seen.at(-1)).toEqual({ loaded: 1000, total: 1000 })
  })

  test('a source that can be read once says so', async () => {
    const { box } = setUp({ backend: repeating, features: streaming })
    await expect(box.put('key', pieces(bytes, 100))).rejects.toThrow('once only')
  })
})

describe('failures', () => {
  test('what the source throws comes out unchanged, also out of a provider that wraps it', async () => {
    const own = new TypeError('mine')
    const source = (async function* () {
      yield 'x'
      throw own
    })()
    const wrapping = {
      async putObject({ body }: PutObjectRequest): Promise<never> {
        try {
          await readAll(body.open())
        } catch (cause) {
          throw new StorageError('Network', 'sending failed', {
            cause: new Error('socket', { cause }),
          })
        }
        throw new Error('unreachable')
      },
    }
    const { box } = setUp({ backend: wrapping, features: streaming })
    await expect(box.put('key', source)).rejects.toBe(own)
  })

  test('what the progress listener throws does, too, and nothing is stored', async () => {
    for (const transfer of [{}, { partSize: 100 }]) {
      const { box, stored } = setUp({ transfer })
      const own = new Error('mine')
      const onProgress = (): never => {
        throw own
      }
      await expect(box.put('key', pieces(sample(1000), 100), { onProgress })).rejects.toBe(own)
      expect(stored.size).toBe(transfer.partSize === undefined ? 1 : 0)
    }
  })

  test.each([
    ['a Node stream', () => Readable.from(pieces(sample(5 * KiB), 100)), undefined],
    ['a silent Node stream', () => new PassThrough(), 50],
  ])('%s is destroyed with the error of a provider that fails', async (_name, make, size) => {
    const down = new StorageError('ServiceUnavailable', 'down')
    const { box } = setUp({
      transfer: small,
      backend: {
        putObject: async () => {
          throw down
        },
        multipart: {
          create: async () => {
            throw down
          },
          uploadPart: silence,
          complete: silence,
          abort: silence,
        },
      },
    })
    const source = make()
    const told = new Promise((resolve) => source.once('error', resolve))
    const putting = box.put('key', source, { ...(size !== undefined && { size }) })
    await expect(putting).rejects.toMatchObject({ code: 'ServiceUnavailable', key: 'key' })
    expect(source.destroyed).toBe(true)
    expect(await told).toMatchObject({ code: 'ServiceUnavailable' })
  })

  test('a source is ended although it was never opened: bad options, bad key, an aborted signal', async () => {
    const { box, driver, sent } = setUp()
    const foreign = setUp().box
    const tries = [
      (source: Readable) => box.put('', source),
      (source: Readable) => box.put('key', source, { partSize: -1 }),
      (source: Readable) => box.put('key', source, { signal: AbortSignal.abort('stop') }),
      (source: Readable) => driver.uploadObjectViaStream(source, foreign, 'key'),
    ]
    for (const attempt of tries) {
      const source = new PassThrough()
      await expect(attempt(source)).rejects.toBeDefined()
      expect(source.destroyed).toBe(true)
      let cancelled = false
      const web = new ReadableStream({
        cancel: () => {
          cancelled = true
        },
      })
      await expect(attempt(web as never)).rejects.toBeDefined()
      expect(cancelled).toBe(true)
    }
    expect(sent).toEqual([])
  })

  test('a provider that leaves a part of the body unread has not stored it; the rest is given up', async () => {
    let returned = false
    const source = (async function* () {
      try {
        for (;;) yield 'x'
      } finally {
        returned = true
      }
    })()
    const { box } = setUp({
      features: streaming,
      backend: {
        async putObject({ key, body }) {
          await body.open().read()
          return { key, size: 1 }
        },
      },
    })
    await expect(box.put('key', source)).rejects.toMatchObject({
      code: 'MalformedResponse',
      outcome: 'unknown',
    })
    expect(returned).toBe(true)
  })
})

describe('cancelling', () => {
  test.each([
    ['in one put', {}, streaming],
    ['while the first part is read', { partSize: 100 }, {}],
  ])('a source that is silent for ever: %s', async (_name, transfer, features) => {
    const { box, stored } = setUp({ transfer, features })
    const { signal, abort, listeners } = listenedSignal()
    const source = new PassThrough()
    source.write('beginning')
    const putting = box.put('key', source, { signal })
    await new Promise((resolve) => setTimeout(resolve, 5))
    abort('stop')
    await expect(putting).rejects.toBe('stop')
    expect([source.destroyed, stored.size, listeners()]).toEqual([true, 0, 0])
  })

  test('a function that never gives its source', async () => {
    const { box } = setUp()
    const controller = new AbortController()
    const putting = box.put('key', silence, { signal: controller.signal })
    controller.abort('stop')
    await expect(putting).rejects.toBe('stop')
  })

  test('a source that a function gives too late is ended', async () => {
    const { box } = setUp()
    const controller = new AbortController()
    let give: (stream: Readable) => void = () => undefined
    const late = new Promise<Readable>((resolve) => {
      give = resolve
    })
    const putting = box.put('key', () => late, { signal: controller.signal })
    controller.abort('stop')
    await expect(putting).rejects.toBe('stop')
    const stream = new PassThrough()
    give(stream)
    await new Promise((resolve) => stream.once('close', resolve))
    expect(stream.destroyed).toBe(true)
  })

  test('an object of another provider that does not answer', async () => {
    let stopped: unknown
    const slow = setUp({
      backend: {
        getObject: (_request, { signal }) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              stopped = signal.reason
              reject(signal.reason)
            })
          }),
      },
    })
    const { box } = setUp()
    const controller = new AbortController()
    const putting = box.put('key', slow.box.get('other'), { signal: controller.signal })
    await new Promise((resolve) => setTimeout(resolve, 1))
    controller.abort('stop')
    await expect(putting).rejects.toBe('stop')
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(stopped).toBe('stop')
    expect(slow.driver.stats()).toMatchObject({ active: 0, failed: 1 })
  })

  test('a thousand uploads leave nothing on a signal that lives on', async () => {
    const { box } = setUp({ transfer: { partSize: 10 }, backend: { deleteObject: silence } })
    const { signal, listeners } = listenedSignal()
    const failing = async function* (): AsyncGenerator<string> {
      yield 'x'.repeat(25)
      throw new Error('mine')
    }
    for (let round = 0; round < 250; round += 1) {
      await box.put('key', 'x', { signal })
      await box.put('key', 'x'.repeat(25), { signal })
      await box.put('key', pieces(sample(25), 5), { signal })
      await box.put('key', failing(), { signal }).catch(() => undefined)
    }
    expect(listeners()).toBe(0)
  })
})

describe('a copy from another provider', () => {
  test('takes size, content type, attributes and metadata along', async () => {
    const info = {
      key: 'a',
      size: 5,
      etag: 'other',
      md5: md5Of(new TextEncoder().encode('hello')),
      lastModified: new Date(0),
      contentType: 'text/x-own',
      cacheControl: 'no-store',
      metadata: { 'a-b': 'c' },
      storageClass: 'COLD',
    }
    const other = setUp({
      backend: {
        getObject: async () => ({
          info,
          body: { read: bytesOnce('hello'), cancel: async () => undefined },
        }),
      },
    })
    const { box, sent, bytes } = setUp()
    await box.put('key', other.box.get('a'))
    expect(Buffer.from(bytes('key')).toString()).toBe('hello')
    expect(sent[0]?.request).toEqual({
      container: 'box',
      key: 'key',
      contentType: 'text/x-own',
      cacheControl: 'no-store',
      metadata: { 'a-b': 'c' },
    })
  })

  function bytesOnce(text: string): () => Uint8Array | undefined {
    let left: Uint8Array | undefined = new TextEncoder().encode(text)
    return () => {
      const chunk = left
      left = undefined
      return chunk
    }
  }

  test('what cannot be kept is refused by name', async () => {
    const source = setUp()
    await source.box.put('a', 'x', { metadata: { a: 'b' } })
    const { box, sent } = setUp({ features: { metadata: undefined } })
    await expect(box.put('key', source.box.get('a'))).rejects.toThrow(
      'the source has metadata, which this provider cannot keep',
    )
    expect(sent).toEqual([])
    expect(source.driver.stats().active).toBe(0)
  })

  test('a failure of the source names the source, not the target', async () => {
    const source = setUp()
    const { box } = setUp()
    await expect(box.put('key', source.box.get('missing'))).rejects.toMatchObject({
      code: 'ObjectDoesNotExist',
      operation: 'downloadObjectAsStream',
      key: 'missing',
    })
  })
})

test('bytes that were sent count, also when the upload fails', async () => {
  const { box, driver } = setUp({
    features: streaming,
    backend: {
      async putObject({ body }) {
        const reader = body.open()
        await reader.read()
        await reader.read()
        throw new StorageError('Network', 'broken')
      },
    },
  })
  await expect(box.put('key', pieces(sample(1000), 100))).rejects.toMatchObject({ code: 'Network' })
  expect(driver.stats()).toMatchObject({ bytesSent: 200, failed: 1, active: 0 })
})
