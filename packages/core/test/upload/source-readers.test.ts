import { describe, expect, test } from '@jest/globals'
import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { CallerFailure, unmarked } from '../../src/errors/caller-failure.ts'
import { iteratorReader, webStreamReader } from '../../src/upload/source-readers.ts'
import { chunksFrom, silence } from '../support/readers.ts'

const text = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString()

describe('iterables', () => {
  test('bytes, text, views and buffers; empty ones are skipped', async () => {
    const items = [
      'grüße ',
      '',
      new Uint8Array(),
      Uint8Array.of(97),
      new DataView(Uint8Array.of(1, 98, 2).buffer, 1, 1),
      Uint8Array.of(99).buffer,
      Buffer.from('d'),
    ]
    expect(text(await chunksFrom(iteratorReader(items)))).toBe('grüße abcd')
    const later = (async function* () {
      yield* items
    })()
    expect(text(await chunksFrom(iteratorReader(later)))).toBe('grüße abcd')
  })

  test('a surrogate pair may be spread over two chunks', async () => {
    const items = ['a\ud83d', '', '\ude00b\ud83d', '\ude00']
    const later = (async function* () {
      yield* items
    })()
    const stream = new ReadableStream<string>({
      start(controller) {
        for (const item of items) controller.enqueue(item)
        controller.close()
      },
    })
    for (const reader of [iteratorReader(items), iteratorReader(later), webStreamReader(stream)]) {
      expect(text(await chunksFrom(reader))).toBe('a😀b😀')
    }
  })

  test('half of a pair becomes what every encoder writes for it', async () => {
    const items = ['\ud83d', Uint8Array.of(97), '\ud83db', '\ude00', 'c\ud83d']
    const bytes = await chunksFrom(iteratorReader(items))
    expect(text(bytes)).toBe('\ufffda\ufffdb\ufffdc\ufffd')
  })

  test('a sync iterable needs no promises', () => {
    const reader = iteratorReader(['x'])
    expect(reader.read()).toEqual(Uint8Array.of(120))
    expect(reader.read()).toBeUndefined()
    expect(reader.read()).toBeUndefined()
  })

  test('nothing is iterated before the first read', async () => {
    let begun = false
    const source = {
      [Symbol.asyncIterator]() {
        begun = true
        return { next: silence }
      },
    }
    await iteratorReader(source).cancel()
    expect(begun).toBe(false)
  })

  test.each([[[1, 2]], [[{}]], [[null]], [[Promise.resolve('x')]]])(
    'a chunk that is neither bytes nor text is refused: %p',
    async (items) => {
      const read = async (): Promise<unknown> => iteratorReader(items).read()
      await expect(read()).rejects.toMatchObject({ code: 'InvalidArgument' })
      const later = (async function* (): AsyncGenerator {
        for (const item of items) yield item === items[0] && item instanceof Promise ? {} : item
      })()
      await expect(iteratorReader(later).read()).rejects.toMatchObject({ code: 'InvalidArgument' })
    },
  )

  test('what the iterable throws is marked as the caller’s, and unmarked again', async () => {
    const own = new TypeError('own')
    // eslint-disable-next-line require-yield
    const sync = function* (): Generator<string> {
      throw own
    }
    const later = async function* (): AsyncGenerator<string> {
      yield 'x'
      throw own
    }
    expect(() => iteratorReader(sync()).read()).toThrow(CallerFailure as never)
    const reader = iteratorReader(later())
    await reader.read()
    const thrown: unknown = await Promise.resolve(reader.read()).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(CallerFailure)
    expect(unmarked(thrown)).toBe(own)
    expect(unmarked(own)).toBe(own)
    expect(await reader.read()).toBeUndefined()
  })

  test('cancelling returns the iterator, once, and only when it had begun and not ended', async () => {
    const returned: string[] = []
    const source = (name: string): Iterable<string> => ({
      [Symbol.iterator]: () => {
        let left = 2
        return {
          next: () => (left-- > 0 ? { done: false, value: 'x' } : { done: true, value: undefined }),
          return: () => {
            returned.push(name)
            throw new Error('objects')
          },
        }
      },
    })
    const begun = iteratorReader(source('begun'))
    await begun.read()
    await begun.cancel()
    await begun.cancel()
    await iteratorReader(source('not begun')).cancel()
    const ended = iteratorReader(source('ended'))
    await chunksFrom(ended)
    await ended.cancel()
    expect(returned).toEqual(['begun'])
  })

  test('cancelling does not wait for a generator that waits itself', async () => {
    const reader = iteratorReader(
      (async function* () {
        yield 'x'
        await silence()
      })(),
    )
    await reader.read()
    void reader.read()
    expect(await reader.cancel()).toBeUndefined()
  })
})

describe('Node streams', () => {
  test('are destroyed by cancelling, begun or not, with the reason', async () => {
    for (const begun of [false, true]) {
      const stream = Readable.from(['a', 'b', 'c'])
      const failed = new Promise((resolve) => stream.once('error', resolve))
      const reader = iteratorReader(stream)
      if (begun) await reader.read()
      const reason = new Error('the upload failed')
      await reader.cancel(reason)
      expect(stream.destroyed).toBe(true)
      expect(await failed).toBe(reason)
    }
  })

  test('a stream whose destruction nobody listens to crashes nothing', async () => {
    const stream = new PassThrough()
    await iteratorReader(stream).cancel(new Error('nobody listens'))
    await new Promise((resolve) => stream.once('close', resolve))
    expect(stream.destroyed).toBe(true)
  })

  test('what one fails with before it is read is heard, and thrown when it is', async () => {
    const missing = createReadStream('/no/such/file')
    const reader = iteratorReader(missing)
    await new Promise<void>((resolve) => {
      missing.once('close', () => resolve())
    })
    await expect(reader.read()).rejects.toMatchObject({ error: { code: 'ENOENT' } })
    // One that goes on all the same.
    const own = new Error('own')
    const stubborn = new PassThrough({ autoDestroy: false })
    const waiting = iteratorReader(stubborn)
    stubborn.emit('error', own)
    await expect(waiting.read()).rejects.toMatchObject({ error: own })
  })

  test('nobody listens to one that was read', async () => {
    const [stream, other] = [Readable.from(['a']), Readable.from(['a'])]
    await chunksFrom(iteratorReader(stream))
    expect(await other.toArray()).toHaveLength(1)
    expect(stream.listenerCount('error')).toBe(other.listenerCount('error'))
  })

  test('one that is read to its end closes by itself', async () => {
    const stream = Readable.from(['a', 'b'])
    expect(text(await chunksFrom(iteratorReader(stream)))).toBe('ab')
    await new Promise((resolve) => {
      if (stream.closed) resolve(undefined)
      else stream.once('close', resolve)
    })
  })
})

describe('web streams', () => {
  const streamOf = (...items: unknown[]): ReadableStream<never> =>
    new ReadableStream({
      start(controller) {
        for (const item of items) controller.enqueue(item as never)
        controller.close()
      },
    })

  test('of bytes and of text', async () => {
    expect(text(await chunksFrom(webStreamReader(streamOf('a', '', Uint8Array.of(98)))))).toBe('ab')
  })

  test('are not locked before the first read', async () => {
    const stream = streamOf('a')
    const reader = webStreamReader(stream)
    expect(stream.locked).toBe(false)
    await reader.read()
    expect(stream.locked).toBe(true)
  })

  test('are cancelled with the reason, begun or not, also while a read waits', async () => {
    for (const begun of [false, true]) {
      let reason: unknown
      const stream = new ReadableStream({
        cancel(given) {
          reason = given
          throw new Error('objects')
        },
      })
      const reader = webStreamReader(stream)
      const waiting = begun ? reader.read() : undefined
      await reader.cancel('enough')
      expect(await waiting).toBeUndefined()
      expect(reason).toBe('enough')
    }
  })

  test('what they fail with is the caller’s', async () => {
    const own = new Error('own')
    const stream = new ReadableStream({
      pull(controller) {
        controller.error(own)
      },
    })
    const read = Promise.resolve(webStreamReader(stream).read())
    expect(unmarked(await read.catch((error: unknown) => error))).toBe(own)
  })
})
