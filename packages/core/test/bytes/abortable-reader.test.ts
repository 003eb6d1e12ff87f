import { describe, expect, test } from '@jest/globals'
import { abortable, InterruptibleReader } from '../../src/bytes/abortable-reader.ts'
import type { BodyReader } from '../../src/contract/body.ts'
import { listenedSignal } from '../support/listened-signal.ts'
import { chunksFrom, failure, silence, watchedReader } from '../support/readers.ts'
import { thrownBy } from '../support/thrown-by.ts'

const one = Uint8Array.of(1)

test('without a signal it is the reader itself', () => {
  const reader = watchedReader([])
  expect(abortable(reader, undefined)).toBe(reader)
})

test('chunks that are at hand come without a promise', () => {
  const { signal } = listenedSignal()
  const reader = abortable(watchedReader([one]), signal)
  expect(reader.read()).toBe(one)
  expect(reader.read()).toBeUndefined()
})

describe('abort', () => {
  test('ends a read that waits for a silent source, and cancels that', async () => {
    const { signal, abort, listeners } = listenedSignal()
    const source = watchedReader([silence()])
    const waiting = abortable(source, signal).read()
    abort('stop')
    await expect(waiting).rejects.toBe('stop')
    expect(source.cancelled).toEqual(['stop'])
    expect(listeners()).toBe(0)
  })

  test('cancels a source that nobody reads at the moment; the next read fails', () => {
    const { signal, abort } = listenedSignal()
    const source = watchedReader([one])
    const reader = abortable(source, signal)
    expect(reader.read()).toBe(one)
    abort('stop')
    expect(source.cancelled).toEqual(['stop'])
    expect(thrownBy(() => reader.read())).toBe('stop')
    expect(source.reads).toBe(1)
  })

  test('before the first read: nothing is read at all', () => {
    const source = watchedReader([one])
    const reader = abortable(source, AbortSignal.abort('earlier'))
    expect(thrownBy(() => reader.read())).toBe('earlier')
    expect(source).toMatchObject({ cancelled: ['earlier'], reads: 0 })
  })

  test('what arrives after it is dropped', async () => {
    const { signal, abort } = listenedSignal()
    let give: (chunk: Uint8Array) => void = () => undefined
    const arriving = new Promise<Uint8Array>((resolve) => {
      give = resolve
    })
    const waiting = abortable(watchedReader([arriving]), signal).read()
    abort('stop')
    give(one)
    await expect(waiting).rejects.toBe('stop')
  })
})

describe('the listener goes', () => {
  test('at the end', async () => {
    const { signal, listeners } = listenedSignal()
    await chunksFrom(abortable(watchedReader([one, Promise.resolve(one)]), signal))
    await chunksFrom(abortable(watchedReader([Promise.resolve(undefined)]), signal))
    expect(listeners()).toBe(0)
  })

  test('on a failure, thrown or rejected', async () => {
    const { signal, listeners } = listenedSignal()
    const throwing: BodyReader = {
      read() {
        throw new Error('thrown')
      },
      cancel: async () => undefined,
    }
    expect(thrownBy(() => abortable(throwing, signal).read())).toMatchObject({ message: 'thrown' })
    const rejecting = abortable(watchedReader([failure('rejected')]), signal)
    await expect(rejecting.read()).rejects.toBe('rejected')
    expect(listeners()).toBe(0)
  })

  test('on cancel', async () => {
    const { signal, listeners } = listenedSignal()
    const source = watchedReader([])
    await abortable(source, signal).cancel('enough')
    expect(source.cancelled).toEqual(['enough'])
    expect(listeners()).toBe(0)
  })
})

test('a reader that was interrupted fails from then on, and tells when a read waits', async () => {
  const source = watchedReader([one, silence()])
  const waits: boolean[] = []
  const reader = new InterruptibleReader(source)
  reader.onWait = (begins) => waits.push(begins)
  expect(reader.read()).toBe(one)
  const waiting = reader.read()
  expect(waits).toEqual([true])
  reader.interrupt('stop')
  await expect(waiting).rejects.toBe('stop')
  expect(thrownBy(() => reader.read())).toBe('stop')
  expect(source.cancelled).toEqual(['stop'])
})

test('cancelling ends a read that waits', async () => {
  const { signal } = listenedSignal()
  const reader = abortable(watchedReader([silence()]), signal)
  const waiting = reader.read()
  await reader.cancel('enough')
  await expect(waiting).rejects.toBe('enough')
  const other = abortable(watchedReader([silence()]), signal)
  const also = other.read()
  await other.cancel()
  await expect(also).rejects.toMatchObject({ name: 'AbortError' })
})
