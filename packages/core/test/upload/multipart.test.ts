import { describe, expect, test } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  CompleteRequest,
  MultipartGroup,
  UploadPartRequest,
} from '../../src/contract/backend.ts'
import { readAll } from '../../src/bytes/chunks.ts'
import { isStorageError, StorageError } from '../../src/errors/errors.ts'
import type { UploadOptions } from '../../src/surface/options.ts'
import type { UploadSource } from '../../src/surface/source-types.ts'
import { silence } from '../support/readers.ts'
import { setUp, taken, type Setup, type Setting } from '../support/recording-backend.ts'
import { md5Of, sample } from '../support/stored-objects.ts'

const whole = sample(1000)
const parts = { partSize: 100 }

function* pieces(bytes: Uint8Array, size = 70): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.byteLength; offset += size) {
    yield bytes.subarray(offset, offset + size)
  }
}

/** One source of each kind that is cut differently: slices of bytes, slices that are streamed, a stream. */
const sources: Readonly<Record<string, () => UploadSource>> = {
  bytes: () => whole,
  'a Blob': () => new Blob([new Uint8Array(whole)]),
  'a stream': () => pieces(whole),
}

function withParts(changes: Partial<MultipartGroup>, setup: Setup = {}): Setting {
  const { multipart } = setUp().backend
  return setUp({
    ...setup,
    backend: { ...setup.backend, multipart: { ...multipart!, ...changes } },
  })
}

const operation = (number: number): object => ({ number, size: 100, etag: `etag-${number}` })

describe.each(Object.entries(sources))('%s', (_name, source) => {
  test('arrives whole, in equal parts, in order, although the parts end in any order', async () => {
    const { multipart } = setUp().backend
    const setting = withParts(
      {
        async uploadPart(request, call) {
          await sleep((request.number * 7) % 5)
          return multipart!.uploadPart(request, call)
        },
      },
      { transfer: { partSize: 300, concurrency: 3 } },
    )
    const stored = new Map<number, Uint8Array>()
    let completed: CompleteRequest | undefined
    Object.assign(setting.backend.multipart as object, {
      async uploadPart({ number, offset, last, body }: UploadPartRequest) {
        await sleep((number * 7) % 5)
        stored.set(number, await taken(body))
        expect(offset).toBe((number - 1) * 300)
        expect(last).toBe(number === 4)
        expect(body.size).toBe(number === 4 ? 100 : 300)
        return { number: 99, size: 7, etag: `etag-${number}` }
      },
      async complete(request: CompleteRequest) {
        completed = request
        return { key: request.key, size: request.size }
      },
    })
    const object = await setting.box.put('key', source(), { contentType: 'text/x-own' })
    expect(object).toMatchObject({ key: 'key', size: 1000, contentType: 'text/x-own' })
    expect(completed).toMatchObject({ size: 1000, contentType: 'text/x-own', upload: 'upload-1' })
    expect(completed?.parts).toEqual(
      [1, 2, 3, 4].map((number) => ({
        number,
        size: number === 4 ? 100 : 300,
        etag: `etag-${number}`,
        md5: md5Of(stored.get(number)!),
      })),
    )
    expect(Buffer.concat([1, 2, 3, 4].map((number) => stored.get(number)!))).toEqual(
      Buffer.from(whole),
    )
  })

  test('a part that fails stops the others, which are waited for, and then the upload is aborted', async () => {
    const events: string[] = []
    const setting = withParts(
      {
        async uploadPart({ number }, { signal }) {
          events.push(`begin ${number}`)
          if (number === 2) {
            await sleep(5)
            throw new StorageError('AccessDenied', 'no more')
          }
          await new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              setTimeout(() => {
                events.push(`stopped ${number}`)
                reject(new Error('a consequence'))
              }, 5)
            })
          })
          throw new Error('unreachable')
        },
        async abort({ upload }, { signal }) {
          events.push(`abort ${upload}, ${signal === undefined ? 'no signal' : 'signal'}`)
        },
      },
      { transfer: { ...parts, concurrency: 3 } },
    )
    await expect(setting.box.put('key', source())).rejects.toMatchObject({
      code: 'AccessDenied',
      operation: 'uploadObjectViaStream',
      key: 'key',
    })
    expect(events).toEqual([
      'begin 1',
      'begin 2',
      'begin 3',
      'stopped 1',
      'stopped 3',
      'abort upload-1, no signal',
    ])
    expect(setting.operations()).not.toContain('multipart.complete')
    expect(setting.driver.stats()).toMatchObject({ active: 0, strandedUploads: 0 })
  })

  test('no more parts at once than asked for', async () => {
    for (const [features, concurrency, expected] of [
      [{}, 3, 3],
      [{}, undefined, 4],
      [{}, 1, 1],
      [{}, 100, 10],
      [{ multipart: { parallel: false } }, 3, 1],
    ] as const) {
      let now = 0
      let most = 0
      const setting = withParts(
        {
          async uploadPart({ number, body }) {
            now += 1
            most = Math.max(most, now)
            await sleep(1)
            await taken(body)
            now -= 1
            return { number, size: 100, etag: 'x' }
          },
        },
        { features, transfer: parts },
      )
      await setting.box.put('key', source(), { concurrency })
      expect(most).toBe(expected)
    }
  })

  test('progress sums up all parts, never goes back and ends at the size', async () => {
    const { box } = withParts(
      {
        async uploadPart({ number, body }) {
          await body.open().read()
          await readAll(body.open())
          return { number, size: body.size ?? 0, etag: 'x' }
        },
      },
      { transfer: parts },
    )
    const seen: number[] = []
    await box.put('key', source(), { onProgress: ({ loaded }) => seen.push(loaded) })
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(1000)
  })
})

describe('failures', () => {
  test('of create: nothing else is sent, the source is ended', async () => {
    const down = new StorageError('ServiceUnavailable', 'down')
    const create = async (): Promise<never> => {
      throw down
    }
    const { box, operations } = withParts({ create }, { transfer: parts })
    const source = new PassThrough()
    source.end(whole)
    await expect(box.put('key', source)).rejects.toMatchObject({ code: 'ServiceUnavailable' })
    expect(operations()).toEqual(['multipart.create'])
    expect(source.destroyed).toBe(true)
  })

  test('of complete: aborted, also when nobody knows whether it happened', async () => {
    const complete = async (): Promise<never> => {
      throw new StorageError('Timeout', 'no answer', { outcome: 'unknown' })
    }
    const { box, operations } = withParts({ complete }, { transfer: parts })
    await expect(box.put('key', whole)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(operations().at(-1)).toBe('multipart.abort')
  })

  test('of the source, mid-way: unchanged, aborted, nothing stored', async () => {
    const own = new Error('mine')
    const source = (function* () {
      yield* pieces(whole.subarray(0, 500))
      throw own
    })()
    const { box, operations, stored } = setUp({ transfer: parts })
    await expect(box.put('key', source)).rejects.toBe(own)
    expect(operations().at(-1)).toBe('multipart.abort')
    expect(stored.size).toBe(0)
  })

  test('of a part while the source is silent: told at once, not when the source speaks again', async () => {
    const source = new PassThrough()
    source.write(whole.subarray(0, 250))
    const { box, operations } = withParts(
      {
        async uploadPart() {
          throw new StorageError('AccessDenied', 'no')
        },
      },
      { transfer: parts },
    )
    await expect(box.put('unknown', source)).rejects.toMatchObject({ code: 'AccessDenied' })
    expect(source.destroyed).toBe(true)
    const other = new PassThrough()
    other.write(whole.subarray(0, 250))
    await expect(box.put('known', other, { size: 1000 })).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    expect(operations().filter((name) => name === 'multipart.abort')).toHaveLength(2)
  })

  test('of the abort, too: the first error stays, the other is attached and counted', async () => {
    const left = new StorageError('Network', 'gone')
    const failing: Partial<MultipartGroup> = {
      uploadPart: async () => {
        throw new StorageError('AccessDenied', 'no')
      },
      abort: async () => {
        throw left
      },
    }
    const { box, driver } = withParts(failing, { transfer: parts })
    const error: unknown = await box.put('key', whole).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'AccessDenied', cleanupError: left })
    expect(String(error)).toContain('something may be left behind: gone')
    expect(driver.stats().strandedUploads).toBe(1)
    const own = new Error('mine')
    const source = (async function* () {
      yield whole
      throw own
    })()
    await expect(box.put('key', source)).rejects.toBeDefined()
    expect(driver.stats().strandedUploads).toBe(2)
  })

  test('a provider that throws instead of rejecting is no different', async () => {
    const setting = withParts(
      {
        uploadPart() {
          throw new TypeError('a mistake of the provider')
        },
      },
      { transfer: parts },
    )
    const error: unknown = await setting.box.put('key', whole).catch((thrown: unknown) => thrown)
    expect(isStorageError(error, 'Unknown')).toBe(true)
    expect(error).toMatchObject({ cause: { message: 'a mistake of the provider' } })
    expect(setting.operations().at(-1)).toBe('multipart.abort')
  })
})

describe('cancelling', () => {
  async function cancelled(setting: Setting, source: UploadSource, options: UploadOptions = {}) {
    const controller = new AbortController()
    const putting = setting.box.put('key', source, { ...options, signal: controller.signal })
    await sleep(10)
    controller.abort('stop')
    await expect(putting).rejects.toBe('stop')
    expect(setting.operations().at(-1)).toBe('multipart.abort')
    expect(setting.sent.at(-1)?.call?.signal).toBeUndefined()
  }

  test('while a source is silent in the middle', async () => {
    const source = new PassThrough()
    source.write(whole.subarray(0, 250))
    await cancelled(setUp({ transfer: parts }), source)
    expect(source.destroyed).toBe(true)
  })

  test('while parts are on their way', async () => {
    const hanging: Partial<MultipartGroup> = {
      uploadPart: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason))
        }),
    }
    const setting = withParts(hanging, { transfer: parts })
    await cancelled(setting, whole)
    expect(setting.stored.size).toBe(0)
  })

  test('between create and the first part: no part is sent', async () => {
    const setting = withParts(
      {
        async create() {
          await sleep(20)
          return 'late'
        },
      },
      { transfer: parts },
    )
    await cancelled(setting, whole)
    expect(setting.operations()).toEqual(['multipart.create', 'multipart.abort'])
    expect(setting.sent[1]?.request).toMatchObject({ upload: 'late' })
  })

  test('after the last part: it is not completed', async () => {
    const controller = new AbortController()
    const { multipart } = setUp().backend
    const { box, operations } = withParts(
      {
        async uploadPart(request, call) {
          if (request.last) controller.abort('stop')
          return multipart!.uploadPart(request, call)
        },
      },
      { transfer: parts },
    )
    const putting = box.put('key', whole, { signal: controller.signal })
    await expect(putting).rejects.toBe('stop')
    expect(operations()).not.toContain('multipart.complete')
  })
})

describe('limits', () => {
  test('parts of a known size grow so that they suffice', async () => {
    const MiB = 1024 * 1024
    const limits = { multipart: { maxParts: 3, maxPart: 4 * MiB } }
    const { box, sent } = setUp({ features: limits })
    await box.put('key', new Uint8Array(7 * MiB), { partSize: MiB, multipartThreshold: 1 })
    const numbers = sent.filter(({ operation: name }) => name === 'multipart.uploadPart')
    expect(numbers.map(({ request }) => request['offset'])).toEqual([0, 3 * MiB, 6 * MiB])
  })

  test('up to the largest part there is, to the byte', async () => {
    const limits = { multipart: { maxParts: 10, maxPart: 100 } }
    const { box, operations } = setUp({ features: limits })
    await box.put('key', whole, { partSize: 10 })
    expect(operations().filter((name) => name === 'multipart.uploadPart')).toHaveLength(10)
    const tooLarge = box.put('key', sample(1001), { partSize: 10 })
    await expect(tooLarge).rejects.toMatchObject({ code: 'TooLarge' })
    await expect(tooLarge).rejects.toThrow('1001 bytes are more than 10 parts of 100 bytes')
    expect(operations().filter((name) => name === 'multipart.create')).toHaveLength(1)
  })

  test('an object above the largest that the provider takes is refused: before a byte of a known length, and not after the last of an unknown', async () => {
    const { box, sent, operations } = setUp({ features: { multipart: { maxObject: 450 } } })
    const known = { code: 'TooLarge', message: expect.stringContaining('450') }
    await expect(box.put('key', whole, parts)).rejects.toMatchObject(known)
    expect(sent).toEqual([])
    await expect(box.put('key', pieces(whole), parts)).rejects.toMatchObject(known)
    expect(operations().filter((name) => name === 'multipart.uploadPart')).toHaveLength(4)
    expect(operations()).not.toContain('multipart.complete')
    expect(operations().at(-1)).toBe('multipart.abort')
  })

  test('an explicit part size is kept to the byte where it suffices', async () => {
    const { box, sent } = setUp()
    await box.put('key', whole, { partSize: 333 })
    const offsets = sent.map(({ request }) => request['offset']).filter((at) => at !== undefined)
    expect(offsets).toEqual([0, 333, 666, 999])
  })

  test('a stream that needs more parts than there are fails at the limit, with the way out', async () => {
    const { box, operations } = setUp({
      features: { multipart: { maxParts: 3 } },
      transfer: parts,
    })
    const error: unknown = await box
      .put('key', pieces(sample(301)))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'TooLarge', hint: expect.stringContaining('partSize') })
    expect(String(error)).toContain('3 parts of 100 bytes')
    expect(operations().at(-1)).toBe('multipart.abort')
    expect(await box.put('key', pieces(sample(300)))).toMatchObject({ size: 300 })
  })

  test('default parts keep to what the provider takes', async () => {
    const MiB = 1024 * 1024
    for (const [limits, size] of [
      [{ minPart: 10 * MiB }, 10 * MiB],
      [{ maxPart: 2 * MiB }, 2 * MiB],
    ] as const) {
      const { box, sent } = setUp({ features: { multipart: limits } })
      await box.put('known', new Uint8Array(2 * size), { multipartThreshold: 1 })
      await box.put('unknown', pieces(new Uint8Array(2 * size), MiB))
      const offsets = sent.map(({ request }) => request['offset']).filter((at) => at !== undefined)
      expect(offsets).toEqual([0, size, 0, size])
    }
  })
})

describe('memory', () => {
  const MiB = 1024 * 1024

  /** How many different buffers the parts of a stream were in, and how large they were together. */
  async function buffersOf(setup: Setup, bytes: number, options: UploadOptions): Promise<number[]> {
    const buffers = new Set<ArrayBufferLike>()
    const { box } = withParts(
      {
        async uploadPart({ number, body }) {
          buffers.add(body.bytes!.buffer)
          await sleep(1)
          return { number, size: body.bytes!.byteLength, etag: 'x' }
        },
        complete: async ({ key, size }) => ({ key, size }),
      },
      setup,
    )
    const chunk = new Uint8Array(64 * 1024)
    const source = (function* () {
      for (let left = bytes; left > 0; left -= chunk.byteLength) yield chunk
    })()
    await box.put('key', source, options)
    return [...buffers].map(({ byteLength }) => byteLength)
  }

  test('a stream needs its parts in flight and one more, however long it is', async () => {
    const sizes = await buffersOf({}, 64 * MiB, { partSize: MiB, concurrency: 3 })
    expect(sizes.length).toBeLessThanOrEqual(4)
    expect(Math.max(...sizes)).toBe(MiB)
  })

  test('parts that had to grow are fewer at a time', async () => {
    let most = 0
    let now = 0
    const { box } = withParts(
      {
        async uploadPart({ number, body }) {
          now += 1
          most = Math.max(most, now)
          await sleep(5)
          now -= 1
          return { number, size: body.bytes!.byteLength, etag: 'x' }
        },
        complete: async ({ key, size }) => ({ key, size }),
      },
      { features: { multipart: { maxParts: 4 } } },
    )
    const chunk = new Uint8Array(10 * MiB)
    const source = Array.from({ length: 26 }, () => chunk)
    await box.put('key', source, { size: 260 * MiB, partSize: MiB, concurrency: 8 })
    expect(most).toBe(3)
  })

  test('files and Blobs are never buffered: each part is read as it is sent', async () => {
    const kinds: (Uint8Array | undefined)[] = []
    const { box } = withParts(
      {
        async uploadPart({ number, body }) {
          kinds.push(body.bytes)
          return { number, size: (await readAll(body.open())).byteLength, etag: 'x' }
        },
      },
      { transfer: parts },
    )
    await box.put('key', new Blob([new Uint8Array(whole)]))
    expect(kinds).toEqual(Array.from({ length: 10 }, () => undefined))
  })

  test('the whole of one huge chunk is cut without a copy of its own', async () => {
    const { box, bytes } = setUp({ transfer: { partSize: MiB } })
    const huge = sample(5 * MiB + 1)
    await box.put('key', [huge])
    expect(Buffer.compare(bytes('key'), huge)).toBe(0)
  })
})

test('options of the provider’s own travel with the parts', async () => {
  const { box, sent } = setUp({ transfer: parts })
  await box.put('key', whole, { exOwn: 'yes' } as UploadOptions)
  const extended = sent.filter(({ request }) => request['extensions'] !== undefined)
  expect(extended).toHaveLength(sent.length)
  expect(extended[1]?.request).toMatchObject({ extensions: { exOwn: 'yes' } })
})

test('a part that never ends ends with the abort', async () => {
  const controller = new AbortController()
  const { box } = withParts(
    {
      uploadPart: async ({ body }) => {
        await body.open().read()
        return operation(1) as never
      },
    },
    { transfer: { partSize: 10, concurrency: 1 } },
  )
  const silent = {
    size: 100,
    type: '',
    slice: () => silent,
    stream: () => new ReadableStream({ pull: silence }),
    arrayBuffer: silence,
  }
  const putting = box.put('key', silent as never, { signal: controller.signal })
  await sleep(5)
  controller.abort('stop')
  await expect(putting).rejects.toBe('stop')
})
