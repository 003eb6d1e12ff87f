import { describe, expect, test } from '@jest/globals'
import { createReadStream, openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import type { BodyReader } from '../../src/contract/body.ts'
import { describeType, discardSource, openSource, sourceSymbol } from '../../src/upload/source.ts'
import type { UploadSource } from '../../src/surface/source-types.ts'
import { unmarked } from '../../src/upload/source-readers.ts'
import { chunksFrom, failure, silence, watchedReader } from '../support/readers.ts'

const text = async (reader: BodyReader): Promise<string> =>
  Buffer.concat(await chunksFrom(reader)).toString()

async function* inTurn(...items: string[]): AsyncGenerator<string> {
  yield* items
}

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
    ['an async iterable', inTurn('grü', 'ße'), undefined, false],
    ['a function of text', () => 'grüße', 7, true],
    ['a function of a stream', () => webStream(), undefined, true],
    ['a function of a promise', async () => new Blob(['grüße']), 7, true],
  ])('%s', async (_name, source, size, replayable) => {
    const opened = await openSource(source)
    expect(opened).toMatchObject({ size, replayable })
    expect(await text(opened.open())).toBe('grüße')
    if (replayable) expect(await text(opened.open())).toBe('grüße')
    else expect(() => opened.open()).toThrow('once only')
    if (opened.slice !== undefined) expect(await text(opened.slice(2, 4))).toBe('ü')
    await opened.close()
  })

  test('a Blob tells its type, and its slices are read on their own', async () => {
    const opened = await openSource(new Blob(['0123456789'], { type: 'text/x-digits' }))
    expect(opened.described).toEqual({ contentType: 'text/x-digits' })
    const slices = [opened.slice?.(0, 4), opened.slice?.(4, 10)]
    expect(await Promise.all(slices.map((slice) => text(slice!)))).toEqual(['0123', '456789'])
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
    expect(await text((await openSource(iterator)).open())).toBe('x')
    const again = openSource(iterator)
    await expect(again).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(again).rejects.toThrow(/read by another upload.*function that makes one/s)
  }
  const list = ['x']
  for (let time = 0; time < 2; time += 1) {
    expect(await text((await openSource(list)).open())).toBe('x')
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

describe('functions', () => {
  test('are called once for one reading, and again for every other', async () => {
    let calls = 0
    const opened = await openSource(() => {
      calls += 1
      return inTurn(`call ${calls}`)
    })
    expect(calls).toBe(1)
    expect(await text(opened.open())).toBe('call 1')
    expect(await text(opened.open())).toBe('call 2')
    expect(calls).toBe(2)
  })

  test('what they throw is the caller’s', async () => {
    const own = new Error('own')
    const opening = openSource(() => {
      throw own
    })
    expect(unmarked(await opening.catch((error: unknown) => error))).toBe(own)
    let calls = 0
    const opened = await openSource(() => {
      calls += 1
      return calls === 1 ? inTurn('x') : failure(own)
    })
    opened.open()
    const read = Promise.resolve(opened.open().read())
    expect(unmarked(await read.catch((error: unknown) => error))).toBe(own)
  })

  test('closing closes all that they made', async () => {
    const made: Readable[] = []
    const opened = await openSource(() => {
      const stream = Readable.from(['a', 'b'])
      made.push(stream)
      return stream
    })
    await opened.open().read()
    await opened.open().read()
    await opened.close()
    expect(made.map(({ destroyed }) => destroyed)).toEqual([true, true])
  })

  test('a source that is made too late is closed', async () => {
    let give: (stream: Readable) => void = () => undefined
    let calls = 0
    const opened = await openSource(() => {
      calls += 1
      if (calls === 1) return inTurn('x')
      return new Promise<Readable>((resolve) => {
        give = resolve
      })
    })
    opened.open()
    const second = opened.open()
    const waiting = second.read()
    await second.cancel()
    const late = new PassThrough()
    give(late)
    await new Promise((resolve) => late.once('close', resolve))
    expect(await waiting).toBeUndefined()
  })
})

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

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [[], 'an array'],
  [{}, 'an object'],
  [Object.create(null), 'an object'],
  [new Map(), 'a Map'],
  [1n, 'a bigint'],
  [() => 1, 'a function'],
])('describeType(%p)', (value, expected) => {
  expect(describeType(value)).toBe(expected)
})
