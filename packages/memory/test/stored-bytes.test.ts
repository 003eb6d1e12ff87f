import { describe, expect, test } from '@jest/globals'
import { readAll } from '@cloudstore/core'
import * as fc from 'fast-check'
import { joinBytes, readStored, storeBytes, type StoredBytes } from '../src/stored-bytes.ts'
import { bodyOf, streamBody } from './backend-fixture.ts'

const numbered = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251)

const read = (stored: StoredBytes, start = 0, end = stored.size) =>
  readAll(readStored(stored, start, end, undefined))

describe('storeBytes', () => {
  test('keeps every byte, in chunks of any size, and reads back any range', async () => {
    const whole = numbered(1_300_000)
    const cuts = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(cuts, fc.nat(1_300_000), fc.nat(1_300_000), async (sizes, a, b) => {
        let end = 0
        const chunks = sizes.map((size) => whole.subarray(end, (end += size)))
        const stored = await storeBytes(streamBody(chunks.filter((chunk) => chunk.length > 0)))
        const expected = Buffer.concat(chunks)
        expect(stored.size).toBe(expected.length)
        const [from, to] = [Math.min(a, b, stored.size), Math.min(Math.max(a, b), stored.size)]
        expect(Buffer.compare(await read(stored, from, to), expected.subarray(from, to))).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('has no pieces for no bytes', async () => {
    expect(await storeBytes(bodyOf(''))).toEqual({ size: 0, pieces: [] })
  })

  test('puts a million tiny chunks together', async () => {
    const chunk = numbered(1)
    const stored = await storeBytes(streamBody(Array.from({ length: 600_000 }, () => chunk)))
    expect(stored.size).toBe(600_000)
    expect(stored.pieces.length).toBeLessThan(4)
  })

  test('takes no more room than a small object needs', async () => {
    const stored = await storeBytes(streamBody([numbered(5)]))
    expect(stored.pieces.map((piece) => piece.buffer.byteLength)).toEqual([5])
  })

  test('cancels the source and passes its error on', async () => {
    let ended = false
    async function* source() {
      try {
        yield numbered(3)
        throw new Error('disk on fire')
      } finally {
        ended = true
      }
    }
    await expect(storeBytes(streamBody(source()))).rejects.toThrow('disk on fire')
    expect(ended).toBe(true)
  })
})

describe('readStored', () => {
  test('gives copies', async () => {
    const stored = await storeBytes(bodyOf('untouched'))
    const first = await read(stored)
    first.fill(0)
    expect(new TextDecoder().decode(await read(stored))).toBe('untouched')
  })

  test('gives chunks of bounded size', async () => {
    const stored = await storeBytes(bodyOf(numbered(3_000_000)))
    const reader = readStored(stored, 0, stored.size, undefined)
    const chunk = await reader.read()
    expect(chunk!.byteLength).toBeLessThanOrEqual(1024 ** 2)
  })

  test('stops with the reason of the signal, and ends when cancelled', async () => {
    const stored = await storeBytes(bodyOf(numbered(600_000)))
    const controller = new AbortController()
    const aborted = readStored(stored, 0, stored.size, controller.signal)
    await aborted.read()
    controller.abort(new Error('enough'))
    expect(() => aborted.read()).toThrow('enough')

    const cancelled = readStored(stored, 0, stored.size, undefined)
    await cancelled.read()
    await cancelled.cancel()
    expect(cancelled.read()).toBeUndefined()
  })
})

test('joinBytes reads as one', async () => {
  const parts = await Promise.all(
    [numbered(300_000), numbered(7), numbered(0), numbered(270_000)].map((bytes) =>
      storeBytes(bodyOf(bytes)),
    ),
  )
  const joined = joinBytes(parts)
  const expected = Buffer.concat(await Promise.all(parts.map((part) => read(part))))
  expect(joined.size).toBe(570_007)
  expect(
    Buffer.compare(await read(joined, 299_999, 300_010), expected.subarray(299_999, 300_010)),
  ).toBe(0)
})
