import { describe, expect, test } from '@jest/globals'
import { bytesReader, chunksOf, readAll, readerOf, rechunked } from '../../src/bytes/chunks.ts'
import { chunksFrom, failure, silence, watchedReader } from '../support/readers.ts'
import { join, sample } from '../support/stored-objects.ts'

const [a, b, c] = [sample(3, 1), sample(5, 2), sample(1, 3)] as const
const empty = new Uint8Array()

describe('bytesReader', () => {
  test('gives the bytes once, as they are, and nothing for none', async () => {
    const reader = bytesReader(a)
    expect(reader.read()).toBe(a)
    expect(reader.read()).toBeUndefined()
    expect(bytesReader(empty).read()).toBeUndefined()
    const cancelled = bytesReader(a)
    await cancelled.cancel()
    expect(cancelled.read()).toBeUndefined()
  })
})

describe('readerOf', () => {
  test('skips empty chunks, which are never the end', async () => {
    expect(await chunksFrom(readerOf([empty, a, empty, empty, b, empty]))).toEqual([a, b])
    const later = (async function* () {
      yield empty
      yield c
    })()
    expect(await chunksFrom(readerOf(later))).toEqual([c])
  })

  test('cancelling ends the iterable, without waiting for its next value', async () => {
    let ended = false
    const endless = (async function* () {
      try {
        for (;;) yield a
      } finally {
        ended = true
      }
    })()
    const reader = readerOf(endless)
    await reader.read()
    await reader.cancel()
    await Promise.resolve()
    expect(ended).toBe(true)
    expect(await reader.read()).toBeUndefined()

    const silent = readerOf({ [Symbol.asyncIterator]: () => ({ next: silence, return: silence }) })
    void silent.read()
    await silent.cancel()
  })

  test('an iterator that objects to being ended is no failure of cancelling', async () => {
    const rude = readerOf({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: a }),
        return: () => {
          throw new Error('no')
        },
      }),
    })
    await rude.read()
    expect(await rude.cancel()).toBeUndefined()
  })
})

describe('chunksOf', () => {
  test('gives every chunk and cancels nothing', async () => {
    const source = watchedReader([a, Promise.resolve(b)])
    const chunks: Uint8Array[] = []
    for await (const chunk of chunksOf(source)) chunks.push(chunk)
    expect(chunks).toEqual([a, b])
    expect(source.cancelled).toEqual([])
  })

  test('leaving the loop cancels', async () => {
    const source = watchedReader([a, b])
    for await (const chunk of chunksOf(source)) {
      expect(chunk).toBe(a)
      break
    }
    expect(source.cancelled).toHaveLength(1)
  })

  test('ending it before it began cancels too', async () => {
    const source = watchedReader([a])
    await chunksOf(source).return()
    expect(source).toMatchObject({ reads: 0, cancelled: [undefined] })
  })

  test('a failure is told as it is, and cancels', async () => {
    const source = watchedReader([a, failure('broken')])
    source.cancel = async (reason) => {
      source.cancelled.push(reason)
      throw new Error('cancel failed too')
    }
    const chunks = chunksOf(source)
    await chunks.next()
    await expect(chunks.next()).rejects.toBe('broken')
    expect(source.cancelled).toEqual(['broken'])
    expect(await chunks.next()).toEqual({ done: true, value: undefined })
  })

  test('two steps asked for at once come one after the other', async () => {
    const chunks = chunksOf(watchedReader([Promise.resolve(a), Promise.resolve(b)]))
    const steps = await Promise.all([chunks.next(), chunks.next(), chunks.next()])
    expect(steps.map(({ value }) => value)).toEqual([a, b, undefined])
  })
})

describe('readAll', () => {
  test.each([undefined, 9, 4, 0, 20])(
    'joins all chunks, whatever size is said (%s)',
    async (size) => {
      const source = watchedReader([a, Promise.resolve(b), c])
      expect(await readAll(source, size)).toEqual(join([a, b, c]))
    },
  )

  test('what is read is nobody else’s memory', async () => {
    const mine = a.slice()
    const read = await readAll(watchedReader([mine]))
    mine.fill(0)
    expect(read).toEqual(a)
  })

  test('more than memory can hold is said to be so', async () => {
    await expect(readAll(watchedReader([a]), 2 ** 52)).rejects.toMatchObject({
      code: 'TooLarge',
      hint: expect.stringContaining('stream'),
    })
  })
})

describe('rechunked', () => {
  const whole = sample(1000)
  const cut = (sizes: readonly number[]): Uint8Array[] => {
    let offset = 0
    return sizes.map((size) => whole.subarray(offset, (offset += size)))
  }

  test.each([
    [1, [1000]],
    [7, [1000]],
    [1000, [1000]],
    [999, [1000]],
    [5000, [400, 600]],
    [64, [1, 63, 64, 128, 744]],
    [250, Array.from({ length: 1000 }, () => 1)],
    [300, [300, 1, 299, 400]],
  ])('every chunk has %i bytes but the last', async (size, sizes) => {
    for (const late of [false, true]) {
      const given = cut(sizes).map((chunk) => (late ? Promise.resolve(chunk) : chunk))
      const chunks = await chunksFrom(rechunked(watchedReader(given), size))
      expect(join(chunks)).toEqual(whole)
      expect(chunks.slice(0, -1).every((chunk) => chunk.byteLength === size)).toBe(true)
      expect(chunks.at(-1)?.byteLength).toBe(1000 % size || size)
    }
  })

  test('nothing gives nothing, and the end stays the end', async () => {
    const reader = rechunked(watchedReader([]), 10)
    expect(await reader.read()).toBeUndefined()
    expect(await reader.read()).toBeUndefined()
  })

  test('no room is made for more than there is', async () => {
    const [only] = await chunksFrom(rechunked(watchedReader([a]), Number.MAX_SAFE_INTEGER))
    expect(only).toEqual(a)
  })

  test('what is cut from one large chunk is not copied', async () => {
    const [first] = await chunksFrom(rechunked(watchedReader([whole]), 10))
    expect(first?.buffer).toBe(whole.buffer)
  })

  test('cancelling drops what was held back', async () => {
    const source = watchedReader([whole, whole])
    const reader = rechunked(source, 10)
    await reader.read()
    await reader.cancel('enough')
    expect(source.cancelled).toEqual(['enough'])
    expect(await reader.read()).toBeUndefined()
  })

  test('a hundred thousand chunks of one byte take no time to speak of', async () => {
    const many = Array.from({ length: 100_000 }, () => c)
    const started = performance.now()
    const chunks = await chunksFrom(rechunked(watchedReader(many), 65_536))
    expect(chunks.map(({ byteLength }) => byteLength)).toEqual([65_536, 34_464])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
