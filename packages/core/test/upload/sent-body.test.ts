import { describe, expect, test } from '@jest/globals'
import type { BodyReader } from '../../src/contract/body.ts'
import { readAll, readerOf } from '../../src/bytes/chunks.ts'
import type { Progress } from '../../src/surface/options.ts'
import { reportProgress } from '../../src/bytes/progress.ts'
import { sentBody, type SentBody, type SentBodyRequest } from '../../src/upload/sent-body.ts'
import { failure, silence, watchedReader } from '../support/readers.ts'
import { md5Of, sample } from '../support/stored-objects.ts'

const whole = sample(1000)
const chunks = [whole.subarray(0, 1), whole.subarray(1, 600), whole.subarray(600)]

interface Watched {
  readonly body: SentBody
  readonly seen: Progress[]
  sent(): number
}

function bodyOf(request: Partial<SentBodyRequest>, total?: number): Watched {
  const seen: Progress[] = []
  let sent = 0
  const body = sentBody({
    size: undefined,
    replayable: true,
    open: () => readerOf(chunks),
    hash: true,
    track: reportProgress((step) => seen.push(step), total).track(),
    onSent: (bytes) => {
      sent += bytes
    },
    signal: undefined,
    ...request,
  })
  return { body, seen, sent: () => sent }
}

describe('hashing', () => {
  test('bytes in memory: at any time, and once', () => {
    const { body } = bodyOf({ bytes: whole, size: 1000 })
    expect(body.bytes).toBe(whole)
    expect(body.md5()).toBe(md5Of(whole))
    expect(body.md5()).toBe(md5Of(whole))
  })

  test('a stream: once the last byte was read, and not before', async () => {
    const { body } = bodyOf({})
    const reader = body.open()
    await reader.read()
    expect(body.md5()).toBeUndefined()
    await readAll(reader)
    expect(body.md5()).toBe(md5Of(whole))
  })

  test('a second opening begins anew', async () => {
    const { body } = bodyOf({})
    await readAll(body.open())
    const again = body.open()
    expect(body.md5()).toBeUndefined()
    await again.read()
    await again.read()
    expect(body.md5()).toBeUndefined()
    await readAll(body.open())
    expect(body.md5()).toBe(md5Of(whole))
  })

  test('is left out when it is not wanted', async () => {
    const stream = bodyOf({ hash: false }).body
    await readAll(stream.open())
    expect([stream.md5(), bodyOf({ hash: false, bytes: whole }).body.md5()]).toEqual([
      undefined,
      undefined,
    ])
  })
})

describe('progress and counting', () => {
  test('progress never goes back, however often the body is opened; what is sent is counted each time', async () => {
    const { body, seen, sent } = bodyOf({ size: 1000 }, 1000)
    const first = body.open()
    await first.read()
    await first.read()
    await readAll(body.open())
    await readAll(body.open())
    expect(seen.map(({ loaded }) => loaded)).toEqual([1, 600, 1000])
    expect(seen.every(({ total }) => total === 1000)).toBe(true)
    expect(sent()).toBe(2600)
  })

  test('bytes that a backend uses as they are count once it has taken them', async () => {
    const taken = bodyOf({ bytes: whole, size: 1000 })
    expect(taken.sent()).toBe(0)
    taken.body.settle()
    expect(taken.sent()).toBe(1000)
    const read = bodyOf({ bytes: whole, size: 1000 })
    await readAll(read.body.open())
    read.body.settle()
    expect(read.sent()).toBe(1000)
  })
})

test('success before the end was read is none', async () => {
  const { body } = bodyOf({ size: 1000 })
  const first = body.open()
  await first.read()
  expect(() => body.settle()).toThrow('before it had taken all bytes')
  // A repeated attempt counts by itself, and reading as far as the announced length is enough.
  const second = body.open()
  for (let read = 0; read < 1000;) read += (await second.read())?.byteLength ?? 0
  expect(() => body.settle()).not.toThrow()
  const inMemory = bodyOf({ bytes: whole, size: 1000 }).body
  inMemory.open()
  expect(() => inMemory.settle()).toThrow('before it had taken all bytes')
  const looked = bodyOf({ size: 1000 }).body
  looked.open('look')
  expect(() => looked.settle()).not.toThrow()
})

describe('the announced length', () => {
  test.each([
    [999, 'more than the 999'],
    [0, 'more than the 0'],
    [1001, 'ended after 1000 bytes, but 1001'],
  ])('a source is held to %i bytes', async (size, message) => {
    const reading = readAll(bodyOf({ size }).body.open())
    await expect(reading).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(reading).rejects.toThrow(message)
  })

  test('one that keeps to it passes, and its end stays the end', async () => {
    const reader = bodyOf({ size: 1000 }).body.open()
    expect(await readAll(reader)).toEqual(whole)
    expect(await reader.read()).toBeUndefined()
  })
})

describe('the last of the announced bytes, with which a server begins to act', () => {
  const last = whole.subarray(600)

  test.each<[string, () => Uint8Array | Promise<Uint8Array>, unknown]>([
    ['goes on', () => whole, { code: 'InvalidArgument' }],
    [
      'goes on later',
      async () => {
        await Promise.resolve()
        return whole
      },
      { code: 'InvalidArgument' },
    ],
    ['fails at its end', () => failure(new Error('wrong checksum')), { message: 'wrong checksum' }],
  ])('are not handed out when the source %s', async (_how, more, error) => {
    const source: (() => Uint8Array | Promise<Uint8Array>)[] = [
      () => whole.subarray(0, 600),
      () => last,
      more,
    ]
    const open = (): BodyReader => ({
      read: () => source.shift()?.(),
      cancel: async () => undefined,
    })
    const { body, seen, sent } = bodyOf({ open, size: 1000 }, 1000)
    const reader = body.open()
    expect(await reader.read()).toHaveLength(600)
    await expect((async () => reader.read())()).rejects.toMatchObject(error as object)
    expect([sent(), seen.at(-1)?.loaded, body.md5()]).toEqual([600, 600, undefined])
  })

  test('are handed out when it has ended, and the hash is there with them', async () => {
    const { body } = bodyOf({ open: () => watchedReader([last]), size: 400 })
    const reader = body.open()
    expect(reader.read()).toBe(last)
    expect(body.md5()).toBe(md5Of(last))
    expect(reader.read()).toBeUndefined()
  })
})

test('chunks at hand come without a promise', () => {
  let left = 1
  const source: BodyReader = {
    read: () => (left-- > 0 ? whole : undefined),
    cancel: async () => undefined,
  }
  const reader = bodyOf({ open: () => source }).body.open()
  expect(reader.read()).toBe(whole)
  expect(reader.read()).toBeUndefined()
})

test('the signal ends a read that waits, and cancelling reaches the source', async () => {
  const controller = new AbortController()
  const source = watchedReader([silence()])
  const waiting = bodyOf({ open: () => source, signal: controller.signal })
    .body.open()
    .read()
  controller.abort('stop')
  await expect(waiting).rejects.toBe('stop')
  expect(source.cancelled).toEqual(['stop'])
  const other = watchedReader([failure('never read').catch(() => undefined)])
  await bodyOf({ open: () => other })
    .body.open()
    .cancel('enough')
  expect(other.cancelled).toEqual(['enough'])
})

test('a look at the bytes before they are sent counts as neither sent nor progress', async () => {
  const { body, seen, sent } = bodyOf({ size: 1000 }, 1000)
  expect(await readAll(body.open('look'))).toEqual(whole)
  expect([sent(), seen]).toEqual([0, []])
  expect(await readAll(body.open())).toEqual(whole)
  expect(sent()).toBe(1000)
  expect(body.md5()).toBe(md5Of(whole))
})

test('a provider that answers before it has everything has not stored everything', async () => {
  const { body } = bodyOf({ size: 1000 })
  const reader = body.open()
  await reader.read()
  expect(() => body.settle()).toThrow(
    expect.objectContaining({
      code: 'MalformedResponse',
      outcome: 'unknown',
      message: expect.stringContaining('before it had taken all bytes'),
    }),
  )
  await readAll(reader)
  body.settle()
})

test('with its length known, the hash is there with the last byte, before the source says that it was the last', async () => {
  const { body } = bodyOf({ size: 1000 })
  const reader = body.open()
  await reader.read()
  await reader.read()
  expect(body.md5()).toBeUndefined()
  await reader.read()
  expect(body.md5()).toBe(md5Of(whole))
  body.settle()
  expect(await reader.read()).toBeUndefined()
  expect(body.md5()).toBe(md5Of(whole))
})
