import { describe, expect, test } from '@jest/globals'
import { PartFiller, type FilledPart } from '../../src/upload/part-filler.ts'
import { failure, silence, watchedReader } from '../support/readers.ts'
import { join, sample } from '../support/stored-objects.ts'

const whole = sample(1000)

async function allParts(filler: PartFiller, hold = false): Promise<FilledPart[]> {
  const parts: FilledPart[] = []
  for (;;) {
    const part = await filler.fill()
    parts.push(hold ? part : { ...part, bytes: part.bytes.slice() })
    if (!hold) part.release()
    if (part.last) return parts
  }
}

function cut(size: number): Uint8Array[] {
  const count = Math.ceil(whole.byteLength / size)
  return Array.from({ length: count }, (_, index) =>
    whole.subarray(index * size, index * size + size),
  )
}

describe('cuts any chunks into equal parts', () => {
  test.each([
    [1000, 1],
    [1000, 100],
    [1, 100],
    [7, 100],
    [100, 100],
    [100, 7],
    [99, 1000],
    [1000, 1000],
    [1000, 1001],
    [333, 999],
  ])('chunks of %i bytes, parts of %i', async (chunkSize, partSize) => {
    for (const late of [false, true]) {
      const chunks = cut(chunkSize).map((chunk) => (late ? Promise.resolve(chunk) : chunk))
      const parts = await allParts(new PartFiller(watchedReader(chunks), partSize, undefined))
      expect(join(parts.map(({ bytes }) => bytes))).toEqual(whole)
      expect(parts).toHaveLength(Math.ceil(1000 / partSize))
      expect(parts.slice(0, -1).every(({ bytes }) => bytes.byteLength === partSize)).toBe(true)
      expect(parts.map(({ last }) => last)).toEqual(
        parts.map((_, index) => index === parts.length - 1),
      )
    }
  })

  test('nothing is one empty last part', async () => {
    const filler = new PartFiller(watchedReader([]), 10, undefined)
    const [part] = await allParts(filler)
    expect(part).toMatchObject({ last: true, bytes: new Uint8Array() })
  })
})

describe('memory', () => {
  test('buffers that are given back are used again', async () => {
    const chunks = Array.from({ length: 64 }, () => sample(100_000))
    const filler = new PartFiller(watchedReader(chunks), 100_000, undefined)
    const buffers = new Set<ArrayBufferLike>()
    for (;;) {
      const { bytes, last, release } = await filler.fill()
      buffers.add(bytes.buffer)
      release()
      if (last) break
    }
    expect(buffers.size).toBeLessThanOrEqual(2)
  })

  test('parts that are held keep their bytes', async () => {
    const parts = await allParts(new PartFiller(watchedReader(cut(33)), 100, undefined), true)
    expect(join(parts.map(({ bytes }) => bytes))).toEqual(whole)
  })

  test('chunks are copied: their giver may use them again', async () => {
    const mine = whole.slice()
    const filler = new PartFiller(watchedReader([mine]), 2000, undefined)
    const { bytes } = await filler.fill()
    mine.fill(0)
    expect(bytes).toEqual(whole)
  })

  test('a short stream does not cost a whole part', async () => {
    const { bytes } = await new PartFiller(watchedReader([whole]), 2 ** 30, undefined).fill()
    expect(bytes.buffer.byteLength).toBeLessThanOrEqual(64 * 1024)
  })

  test('a million chunks of one byte are filled in no time to speak of', async () => {
    const byte = Uint8Array.of(1)
    const chunks = (function* () {
      for (let count = 0; count < 1_000_000; count += 1) yield byte
    })()
    const started = performance.now()
    const parts = await allParts(new PartFiller(watchedReader(chunks), 400_000, undefined))
    expect(parts.map(({ bytes }) => bytes.byteLength)).toEqual([400_000, 400_000, 200_000])
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

test('a failure of the source is told, and an abort ends the waiting for a silent one', async () => {
  const failing = new PartFiller(watchedReader([whole, failure('broken')]), 10_000, undefined)
  await expect(failing.fill()).rejects.toBe('broken')
  const controller = new AbortController()
  const source = watchedReader([whole, silence()])
  const silent = new PartFiller(source, 10_000, controller.signal)
  const filling = silent.fill()
  controller.abort('stop')
  await expect(filling).rejects.toBe('stop')
  expect(source.cancelled).toEqual(['stop'])
})
