import type { Container, ObjectStream } from '@cloudstore/core'
import { check, equal, rejects, sameBytes, sameList } from '../assert.ts'
import {
  group,
  notApplicable,
  slow,
  type ConformanceCase,
  type ConformanceContext,
} from '../case.ts'
import { builtin } from '../platform.ts'
import { collect, joined, kibi, mebi, sample, utf8 } from '../samples.ts'

const bytes = sample(300 * kibi)

async function withObject(context: ConformanceContext): Promise<Container> {
  const container = await context.container()
  await container.put('object.bin', bytes)
  return container
}

/** Ways to take all bytes of a stream. */
const ways: Readonly<Record<string, (stream: ObjectStream) => Promise<unknown>>> = {
  bytes: (stream) => stream.bytes(),
  text: (stream) => stream.text(),
  loop: (stream) => collect(stream),
  response: async (stream) => (await stream.response()).arrayBuffer(),
}

export const streams: readonly ConformanceCase[] = group('object streams', {
  'nothing is sent before a stream is used': async (context) => {
    const { name } = await withObject(context)
    const { driver, sent } = context.recording()
    const stream = driver.container(name).get('object.bin')
    equal(stream.key, 'object.bin', 'key')
    equal(stream.container.name, name, 'name of the container')
    await new Promise((resolve) => setTimeout(resolve, 20))
    sameList(sent, [], 'requests before use')
    await stream.bytes()
    sameList(sent, ['getObject'], 'requests after use')
  },

  'bytes, text and json give the contents': async (context) => {
    const container = await context.container()
    await container.put('object', '{"grün":[1,"😀"]}')
    sameBytes(await container.get('object').bytes(), utf8('{"grün":[1,"😀"]}'), 'bytes')
    equal(await container.get('object').text(), '{"grün":[1,"😀"]}', 'text')
    const json = await container.get('object').json<{ grün: unknown[] }>()
    sameList(json.grün, [1, '😀'], 'json')
  },

  'text replaces what is no UTF-8': async (context) => {
    const container = await context.container()
    await container.put('object', new Uint8Array([0x61, 0xff, 0x62]))
    equal(await container.get('object').text(), 'a\uFFFDb', 'text')
    sameBytes(await container.get('object').bytes(), new Uint8Array([0x61, 0xff, 0x62]), 'bytes')
  },

  'a loop gives the bytes, and no chunk is empty': async (context) => {
    const container = await withObject(context)
    const chunks = await collect(container.get('object.bin'))
    check(
      chunks.every((chunk) => chunk.length > 0),
      'a chunk is empty',
    )
    sameBytes(joined(chunks), bytes, 'bytes')
  },

  'with chunkSize every chunk has that size but the last': slow(async (context) => {
    const container = await withObject(context)
    for (const chunkSize of [1000, 64 * kibi, 300 * kibi, mebi]) {
      const chunks = await collect(container.get('object.bin', { chunkSize }))
      equal(chunks.length, Math.ceil(bytes.length / chunkSize), `chunks of ${chunkSize}`)
      for (const chunk of chunks.slice(0, -1)) equal(chunk.length, chunkSize, 'length of a chunk')
      sameBytes(joined(chunks), bytes, `bytes by chunks of ${chunkSize}`)
    }
    const range = { start: 5, end: 2505 }
    const parts = await collect(container.get('object.bin', { chunkSize: 1000, range }))
    sameList(
      parts.map((part) => part.length),
      [1000, 1000, 500],
      'chunks of a range',
    )
  }),

  'chunks already given do not change while reading on': async (context) => {
    const container = await withObject(context)
    const kept: Uint8Array[] = []
    const copies: Uint8Array[] = []
    for await (const chunk of container.get('object.bin', { chunkSize: 10 * kibi })) {
      kept.push(chunk)
      copies.push(chunk.slice())
    }
    sameBytes(joined(kept), joined(copies), 'chunks kept')
  },

  'a chunkSize that is no count is refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    for (const chunkSize of [0, -1, 1.5, Number.NaN, '1' as unknown as number]) {
      const read = () => container.get('object', { chunkSize }).bytes()
      await rejects(read, 'InvalidArgument', `chunkSize ${chunkSize}`)
    }
    sameList(sent, [], 'requests that reached the provider')
  },

  'info gives the facts, and the bytes can still be read': async (context) => {
    const { name } = await withObject(context)
    const { driver, sent } = context.recording()
    const stream = driver.container(name).get('object.bin')
    const info = await stream.info()
    equal(info.key, 'object.bin', 'key')
    equal(info.size, bytes.length, 'size')
    equal((await stream.info()).size, bytes.length, 'size asked again')
    sameBytes(await stream.bytes(), bytes, 'bytes')
    equal((await stream.info()).size, bytes.length, 'size asked afterwards')
    sameList(sent, ['getObject'], 'requests')
  },

  'a stream can be consumed once, whichever way': async (context) => {
    const container = await withObject(context)
    for (const [first, take] of Object.entries(ways)) {
      for (const [second, again] of Object.entries(ways)) {
        const stream = container.get('object.bin')
        await take(stream)
        await rejects(() => again(stream), 'InvalidArgument', `${second} after ${first}`)
      }
    }
  },

  'toWeb gives a web stream': async (context) => {
    if (typeof ReadableStream !== 'function') notApplicable('no web streams')
    const container = await withObject(context)
    const answer = new Response(container.get('object.bin').toWeb())
    sameBytes(new Uint8Array(await answer.arrayBuffer()), bytes, 'bytes')
    const reader = container.get('object.bin').toWeb().getReader()
    const { value } = await reader.read()
    check(value && value.length > 0, 'the first chunk is empty')
    await reader.cancel()
    equal(await container.exists('object.bin'), true, 'the next call')
  },

  'toNode gives a Node stream': async (context) => {
    const stream = builtin('node:stream')
    if (!stream) notApplicable('this runtime has no Node streams')
    const container = await withObject(context)
    const readable = container.get('object.bin').toNode()
    check(readable instanceof stream.Readable, 'it is no Readable')
    const chunks = await collect(readable as AsyncIterable<Uint8Array>)
    sameBytes(joined(chunks), bytes, 'bytes')
    const other = container.get('object.bin').toNode()
    for await (const chunk of other) {
      check(chunk, 'an empty chunk')
      break
    }
    equal(other.destroyed, true, 'destroyed after leaving the loop')
  },

  'a failure arrives through toWeb and toNode': async (context) => {
    const container = await context.container()
    const web = container.get('missing').toWeb().getReader()
    await rejects(() => web.read(), 'ObjectDoesNotExist', 'toWeb')
    if (!builtin('node:stream')) return
    const read = async () => collect(container.get('missing').toNode() as AsyncIterable<unknown>)
    await rejects(read, 'ObjectDoesNotExist', 'toNode')
  },

  'response has status 200 and the stored headers': async (context) => {
    const container = await context.container()
    const { features } = context.driver
    const typed = features.attributes.includes('contentType')
    const cached = features.attributes.includes('cacheControl')
    await container.put('page.html', '<p>', {
      ...(typed && { contentType: 'text/html; charset=utf-8' }),
      ...(cached && { cacheControl: 'no-cache' }),
    })
    const response = await container.get('page.html').response()
    equal(response.status, 200, 'status')
    equal(response.headers.get('content-length'), '3', 'content-length')
    if (typed)
      equal(response.headers.get('content-type'), 'text/html; charset=utf-8', 'content-type')
    if (cached) equal(response.headers.get('cache-control'), 'no-cache', 'cache-control')
    const { etag } = await container.head('page.html')
    if (etag !== undefined) equal(response.headers.get('etag'), `"${etag}"`, 'etag')
    equal(await response.text(), '<p>', 'body')
  },

  'response of a range has status 206 and says which': async (context) => {
    const container = await withObject(context)
    const response = await container.get('object.bin', { range: { start: 10, end: 20 } }).response()
    equal(response.status, 206, 'status')
    equal(response.headers.get('content-length'), '10', 'content-length')
    const range = response.headers.get('content-range')
    equal(range, `bytes 10-19/${bytes.length}`, 'content-range')
    sameBytes(new Uint8Array(await response.arrayBuffer()), bytes.subarray(10, 20), 'body')
  },

  'response for download has a safe file name and own headers': async (context) => {
    const container = await context.container()
    const key = 'reports/Grüße "2026".txt'
    await container.put(key, 'x')
    const response = await container
      .get(key)
      .response({ download: true, headers: { 'x-own': 'yes', 'cache-control': 'private' } })
    const disposition = response.headers.get('content-disposition') ?? ''
    check(disposition.startsWith('attachment'), `content-disposition: ${disposition}`)
    check(disposition.includes("filename*=UTF-8''"), `content-disposition: ${disposition}`)
    check(!disposition.includes('reports'), `content-disposition names the folder: ${disposition}`)
    equal(response.headers.get('x-own'), 'yes', 'own header')
    equal(response.headers.get('cache-control'), 'private', 'replaced header')
    await response.arrayBuffer()
  },

  'leaving a loop early releases the object': slow(async (context) => {
    const container = await context.container()
    await container.put('object', sample(4 * mebi))
    // More often than any pool of connections is large.
    for (let round = 0; round < 80; round++) {
      for await (const chunk of container.get('object', { chunkSize: kibi })) {
        check(chunk.length === kibi, 'the first chunk is too short')
        break
      }
    }
    equal(await container.exists('object'), true, 'the next call')
  }),

  'cancel gives up a stream before, during and after reading': async (context) => {
    const container = await withObject(context)
    const unused = container.get('object.bin')
    await unused.cancel()
    await rejects(() => unused.bytes(), 'InvalidArgument', 'bytes after cancel')
    const begun = container.get('object.bin')
    await begun.info()
    await begun.cancel(new Error('enough'))
    const done = container.get('object.bin')
    await done.bytes()
    await done.cancel()
    equal(await container.exists('object.bin'), true, 'the next call')
  },
})
