import { describe, expect, test } from '@jest/globals'
import type { Progress } from '../../src/surface/options.ts'
import { reportProgress } from '../../src/bytes/progress.ts'
import { readAll } from '../../src/bytes/chunks.ts'
import { unmarked } from '../../src/errors/caller-failure.ts'
import { verified } from '../../src/download/verified-reader.ts'
import { watchedReader } from '../support/readers.ts'
import { md5Of, sample } from '../support/stored-objects.ts'

const whole = sample(100)

function reading(size: number, md5?: string, listener?: (step: Progress) => void) {
  const source = watchedReader([whole.subarray(0, 40), Promise.resolve(whole.subarray(40))])
  let received = 0
  const reader = verified(source, {
    size,
    md5,
    progress: reportProgress(listener, size),
    received: (bytes) => {
      received += bytes
    },
  })
  return { reader, source, received: () => received }
}

test('what is as announced passes, is counted and reported', async () => {
  const steps: Progress[] = []
  const { reader, received } = reading(100, md5Of(whole), (step) => steps.push(step))
  expect(await readAll(reader)).toEqual(whole)
  expect(await reader.read()).toBeUndefined()
  expect(received()).toBe(100)
  expect(steps).toEqual([
    { loaded: 40, total: 100 },
    { loaded: 100, total: 100 },
  ])
})

describe('fails instead of ending', () => {
  test('when less came: nothing is cut off in silence, and another try may help', async () => {
    const error: unknown = await readAll(reading(101).reader).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(String(error)).toContain('after 100 of 101 bytes')
  })

  test('when more came, at once', async () => {
    const { reader, source } = reading(39)
    expect(() => reader.read()).toThrow('more than the announced 39 bytes')
    expect(source.reads).toBe(1)
  })

  test('when the bytes are others', async () => {
    const error = readAll(reading(100, md5Of(sample(100, 9))).reader)
    await expect(error).rejects.toMatchObject({ code: 'ObjectHashMismatch' })
    await expect(error).rejects.toThrow(md5Of(whole))
  })

  test('when the listener does, with what it threw', async () => {
    const own = new Error('own')
    const { reader } = reading(100, undefined, () => {
      throw own
    })
    const error: unknown = await readAll(reader).catch((thrown: unknown) => thrown)
    expect(unmarked(error)).toBe(own)
  })
})

test('an empty object is verified too', async () => {
  const empty = md5Of(new Uint8Array())
  const expectation = { size: 0, progress: reportProgress(undefined, 0), received: () => undefined }
  expect(await verified(watchedReader([]), { ...expectation, md5: empty }).read()).toBeUndefined()
  expect(() => verified(watchedReader([]), { ...expectation, md5: md5Of(whole) }).read()).toThrow(
    'not those that were stored',
  )
})
