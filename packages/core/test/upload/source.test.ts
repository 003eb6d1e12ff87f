import { describe, expect, test } from '@jest/globals'
import { createReadStream, openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { discardSource, openSource } from '../../src/upload/source.ts'
import { sourceSymbol } from '../../src/upload/described-source.ts'
import type { UploadSource } from '../../src/surface/source-types.ts'
import { inTurn, textFrom } from '../support/readers.ts'

describe('kinds of sources', () => {
  const webStream = (): ReadableStream<string> =>
    new ReadableStream({
      start(controller) {
        controller.enqueue('grüße')
        controller.close()
      },
    })
  const bytes = new TextEncoder().encode('grüße')
  const shared = new Uint8Array(new SharedArrayBuffer(7))
  shared.set(bytes)

  test.each<[string, UploadSource, number | undefined, boolean]>([
    ['text', 'grüße', 7, true],
    ['bytes', bytes, 7, true],
    ['a Buffer out of the pool', Buffer.from('grüße'), 7, true],
    ['an ArrayBuffer', bytes.buffer, 7, true],
    ['a shared buffer', shared.buffer as unknown as ArrayBuffer, 7, true],
    ['another view', new DataView(bytes.buffer) as unknown as Uint8Array, 7, true],
    ['bytes of another realm', runInNewContext('new Uint8Array(b)', { b: [...bytes] }), 7, true],
    ['a Blob', new Blob(['grüße']), 7, true],
    ['a File', new File(['grüße'], 'name'), 7, true],
    ['a web stream', webStream(), undefined, false],
    ['a Node stream', Readable.from(['grü', 'ße']), undefined, false],
    ['a sync iterable', ['grü', 'ße'], undefined, false],
    ['an async iterable', inTurn(['grü', 'ße']), undefined, false],
    ['a function of text', () => 'grüße', 7, true],
    ['a function of a stream', () => webStream(), undefined, true],
    ['a function of a promise', async () => new Blob(['grüße']), 7, true],
  ])('%s', async (_name, source, size, replayable) => {
    const opened = await openSource(source)
    expect(opened).toMatchObject({ size, replayable })
    expect(await textFrom(opened.open())).toBe('grüße')
    if (replayable) expect(await textFrom(opened.open())).toBe('grüße')
    else expect(() => opened.open()).toThrow('once only')
    if (opened.slice !== undefined) expect(await textFrom(opened.slice(2, 4))).toBe('ü')
    await opened.close()
  })

  test('a Blob tells its type, and its slices are read on their own', async () => {
    const opened = await openSource(new Blob(['0123456789'], { type: 'text/x-digits' }))
    expect(opened.described).toEqual({ contentType: 'text/x-digits' })
    const slices = [opened.slice?.(0, 4), opened.slice?.(4, 10)]
    expect(await Promise.all(slices.map((slice) => textFrom(slice!)))).toEqual(['0123', '456789'])
    expect((await openSource(new Blob(['x']))).described).toBeUndefined()
  })
})

describe('what can’t be a source', () => {
  test.each<[unknown, RegExp]>([
    [undefined, /is undefined/],
    [null, /is null/],
    [7, /is a number/],
    [true, /is a boolean/],
    [{}, /is an object/],
    [new Date(), /is a Date/],
    [Promise.resolve('x'), /is a promise.*Await it/],
    [new Writable(), /is a Writable/],
    [new Response('x'), /is a Response/],
    [() => undefined, /is undefined/],
    [() => () => 'x', /is a function/],
  ])('%p', async (source, message) => {
    const opening = openSource(source as UploadSource)
    await expect(opening).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(opening).rejects.toThrow(message)
  })

  test('its contents are not told', async () => {
    const secret = openSource({ token: 's3cr3t' } as unknown as UploadSource)
    await expect(secret).rejects.not.toThrow(/s3cr3t/)
  })

  test('a web stream that somebody else reads', async () => {
    const stream = new ReadableStream<Uint8Array>()
    stream.getReader()
    await expect(openSource(stream)).rejects.toThrow(/locked.*fresh source/s)
  })

  test('Node streams that have ended or were destroyed: they would be stored as nothing', async () => {
    const ended = Readable.from(['x'])
    ended.resume()
    await new Promise((resolve) => ended.once('close', resolve))
    const destroyed = new PassThrough().destroy()
    for (const stream of [ended, destroyed]) {
      await expect(openSource(stream)).rejects.toMatchObject({ code: 'InvalidArgument' })
    }
  })
})

test('an iterator that an upload has read: the second one would store nothing', async () => {
  const sync = (function* () {
    yield 'x'
  })()
  for (const iterator of [inTurn('x'), sync]) {
    await (await openSource(iterator)).close('never begun')
    expect(await textFrom((await openSource(iterator)).open())).toBe('x')
    const again = openSource(iterator)
    await expect(again).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(again).rejects.toThrow(/read by another upload.*function that makes one/s)
  }
  const list = ['x']
  for (let time = 0; time < 2; time += 1) {
    expect(await textFrom((await openSource(list)).open())).toBe('x')
  }
})

test('a Node stream that has failed already: with what it has failed', async () => {
  const own = new Error('own')
  const failed = new PassThrough()
  const heard = new Promise((resolve) => failed.once('error', resolve))
  failed.destroy(own)
  await heard
  await expect(openSource(failed)).rejects.toMatchObject({ error: own })
})

describe('discardSource', () => {
  test('ends what holds something and leaves the rest alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cloudstore-source-'))
    const path = join(directory, 'file')
    await writeFile(path, 'x')
    const file = createReadStream(path)
    let cancelled: unknown
    const web = new ReadableStream({
      cancel(reason) {
        cancelled = reason
      },
    })
    const locked = new ReadableStream()
    locked.getReader()
    let told: unknown
    const stream = {
      [sourceSymbol]: () => ({
        cancel: async (reason: unknown) => {
          told = reason
          throw new Error('objects')
        },
      }),
    }
    const unwilling = (): never => {
      throw new Error('objects')
    }
    const streams = [
      { getReader: unwilling, cancel: unwilling, locked: false },
      { pipe: unwilling, destroy: unwilling },
    ]
    const reason = new Error('refused')
    const blob = await openAsBlob(path)
    const others = [blob, 'x', null, undefined, 7, ['x']]
    for (const source of [file, web, locked, stream, ...streams, ...others]) {
      discardSource(source, reason)
    }
    expect(file.destroyed).toBe(true)
    expect([cancelled, told]).toEqual([reason, reason])
    expect(await blob.text()).toBe('x')
    await rm(directory, { recursive: true })
  })
})
