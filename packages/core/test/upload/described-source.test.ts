import { describe, expect, test } from '@jest/globals'
import type { BodyReader } from '../../src/contract/body.ts'
import { unmarked } from '../../src/errors/caller-failure.ts'
import type { UploadSource } from '../../src/surface/source-types.ts'
import { sourceSymbol } from '../../src/upload/described-source.ts'
import { openSource } from '../../src/upload/source.ts'
import { chunksFrom, failure, silence, watchedReader } from '../support/readers.ts'

describe('objects that describe themselves', () => {
  const describing = (reader: BodyReader): UploadSource =>
    ({
      [sourceSymbol]: () => ({
        open: async () => ({ info: { contentType: 'text/x-own' }, size: 3, reader }),
        cancel: async (reason?: unknown) => reader.cancel(reason),
      }),
    }) as never

  test('give size and attributes; they are read once', async () => {
    const opened = await openSource(describing(watchedReader([Uint8Array.of(1, 2, 3)])))
    expect(opened).toMatchObject({
      size: 3,
      replayable: false,
      described: { contentType: 'text/x-own' },
    })
    expect(await chunksFrom(opened.open())).toHaveLength(1)
  })

  test('their failures are not those of the upload', async () => {
    const error = new Error('the other provider is down')
    const opened = await openSource(describing(watchedReader([failure(error)])))
    const read = Promise.resolve(opened.open().read())
    expect(unmarked(await read.catch((thrown: unknown) => thrown))).toBe(error)
    const opening = openSource({
      [sourceSymbol]: () => ({ open: () => failure(error) }),
    } as never)
    expect(unmarked(await opening.catch((thrown: unknown) => thrown))).toBe(error)
  })

  test('an abort while they are silent gives them up', async () => {
    const controller = new AbortController()
    const reader = watchedReader([])
    const claim = { open: silence, cancel: async (reason?: unknown) => reader.cancel(reason) }
    void openSource({ [sourceSymbol]: () => claim } as never, controller.signal)
    controller.abort('stop')
    expect(reader.cancelled).toEqual(['stop'])
  })

  test('closing gives them up', async () => {
    const reader = watchedReader([])
    const opened = await openSource(describing(reader))
    await opened.close('enough')
    expect(reader.cancelled).toEqual(['enough'])
  })
})
