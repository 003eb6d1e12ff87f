import { expect, test } from '@jest/globals'
import { toWebStream } from '../../src/bytes/web-stream.ts'
import { failure, silence, watchedReader } from '../support/readers.ts'

const chunk = Uint8Array.of(1, 2, 3)

test('nothing is read before the stream is, and then one chunk at a time', async () => {
  const source = watchedReader([chunk, Promise.resolve(chunk)])
  const reader = toWebStream(source).getReader()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(source.reads).toBe(0)
  expect(await reader.read()).toEqual({ done: false, value: chunk })
  expect(source.reads).toBe(1)
  expect(await reader.read()).toEqual({ done: false, value: chunk })
  expect(await reader.read()).toEqual({ done: true, value: undefined })
})

test('is no byte stream: chunks keep their memory', async () => {
  const pooled = Buffer.from('pooled')
  const stream = toWebStream(watchedReader([pooled]))
  expect(() => stream.getReader({ mode: 'byob' } as never)).toThrow(/byte stream|byob/i)
  const { value } = await stream.getReader().read()
  expect(value).toBe(pooled)
  expect(pooled.buffer.byteLength).toBeGreaterThan(0)
})

test('cancelling cancels the reader with the reason, also while a read waits', async () => {
  const source = watchedReader([silence()])
  const reader = toWebStream(source).getReader()
  const waiting = reader.read()
  await reader.cancel('enough')
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(source.cancelled).toEqual(['enough'])
})

test('a failure errors the stream', async () => {
  const reader = toWebStream(watchedReader([failure('broken')])).getReader()
  await expect(reader.read()).rejects.toBe('broken')
  await expect(reader.closed).rejects.toBe('broken')
})
