import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readAll } from '../../src/bytes/chunks.ts'
import { notesOf } from '../../src/http/failure-notes.ts'
import type { FetchInit, FetchTransportOptions } from '../../src/http/fetch-options.ts'
import { fetchTransport } from '../../src/http/fetch-transport.ts'
import type { Transport } from '../../src/http/transport.ts'
import { echo, echoed } from './support/echo.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf, type Answerer } from './support/raw-server.ts'
import {
  bytesBody,
  eventually,
  failureOf,
  repeated,
  requestTo,
  streamBody,
  textOf,
} from './support/send.ts'

const { serve, keep, cleanUp } = fixtures()

afterEach(cleanUp)

const transportOf = (options: FetchTransportOptions = {}): Required<Transport> =>
  keep(fetchTransport(options))

const silent = (): void => undefined

describe('what it sends', () => {
  test.each(['/a/../b', '/.', '/a/%2e%2E/b', '/a/./b', '/a\\b', '/a#b', '/a?', '/{a}'])(
    'the path %s is refused, since fetch would change it',
    async (path) => {
      const server = await serve(echo)
      const error = await failureOf(transportOf().send(requestTo(server.origin, { path })))
      expect(error).toMatchObject({ code: 'UnsupportedOperation' })
      expect(server.connections).toBe(0)
    },
  )

  test.each([true, false])(
    'a body from a reader arrives with its length, streamed: %s',
    async (streamUploads) => {
      const server = await serve(echo)
      const body = streamBody(300_000, repeated(new Uint8Array(100_000), 3))
      const transport = transportOf({ streamUploads })
      const response = await transport.send(requestTo(server.origin, { body }))
      const { size, headers } = await echoed(response.body)
      expect(size).toBe(300_000)
      expect(headers).toMatchObject({
        'content-length': '300000',
        'accept-encoding': 'identity',
      })
      expect(headers).not.toHaveProperty('transfer-encoding')
    },
  )

  test('another host header is refused, the same one is not', async () => {
    const server = await serve(echo)
    const transport = transportOf()
    const same = { host: `127.0.0.1:${server.port}` }
    expect((await transport.send(requestTo(server.origin, { headers: same }))).status).toBe(200)
    const other = requestTo(server.origin, { headers: { host: 'elsewhere.test' } })
    expect(await failureOf(transport.send(other))).toMatchObject({ code: 'UnsupportedOperation' })
  })

  test('a body too large for memory is refused where it cannot be streamed', async () => {
    const server = await serve(echo)
    const reader = repeated(new Uint8Array(1024), 1)
    const request = requestTo(server.origin, { body: streamBody(65 * 1024 * 1024, reader) })
    const error = await failureOf(transportOf({ streamUploads: false }).send(request))
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(server.connections).toBe(0)
  })
})

describe('what it takes', () => {
  const zipped = gzipSync('the stored bytes')
  const gzip: Answerer = ({ socket, method }) => {
    const answer = answerOf(zipped, { headers: { 'content-encoding': 'gzip' } })
    socket.write(method === 'HEAD' ? answer.subarray(0, answer.length - zipped.length) : answer)
  }

  test('an answer that fetch has decompressed is refused', async () => {
    const server = await serve(gzip)
    const transport = transportOf()
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(String(error)).toContain('allowDecoded')
    await eventually(() => transport.stats().active === 0)
  })

  test('unless it is allowed, or has no body', async () => {
    const server = await serve(gzip)
    const { body } = await transportOf({ allowDecoded: true }).send(requestTo(server.origin))
    expect(await textOf(body)).toBe('the stored bytes')
    const head = await transportOf().send(requestTo(server.origin, { method: 'HEAD' }))
    expect(head.headers['content-encoding']).toBe('gzip')
    expect(await textOf(head.body)).toBe('')
  })

  test('a redirect that a browser hides is an error', async () => {
    const hidden = { status: 0, headers: new Headers(), body: null }
    const transport = transportOf({ fetch: async () => hidden })
    const error = await failureOf(transport.send(requestTo({ scheme: 'https', host: 'x.test' })))
    expect(error).toMatchObject({ code: 'Network', retryable: false })
    expect(transport.stats().active).toBe(0)
  })

  test.each([
    ['too few', 3],
    ['too many', 7],
  ])('%s bytes are an error, whatever fetch makes of them', async (_, given) => {
    const answer = async (): Promise<Response> =>
      new Response('x'.repeat(given), { headers: { 'content-length': '5' } })
    const transport = transportOf({ fetch: answer })
    const { body } = await transport.send(requestTo({ scheme: 'https', host: 'x.test' }))
    expect(await failureOf(readAll(body))).toMatchObject({ code: 'Network', retryable: true })
    expect(transport.stats().active).toBe(0)
  })

  test('a failure is explained by its cause', async () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const transport = transportOf({
      fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    })
    const error = await failureOf(transport.send(requestTo({ scheme: 'https', host: 'x.test' })))
    expect(String(error)).toContain('https://x.test refused the connection')
    expect(notesOf(error).sent).toBe('nothing')
  })
})

describe('waiting', () => {
  test('an answer to bytes, whose way it does not see: long', async () => {
    const server = await serve(silent)
    const transport = transportOf()
    const body = bytesBody(new Uint8Array(100_000))
    const request = requestTo(server.origin, { body, timeouts: { long: 100 } })
    const error = await failureOf(transport.send(request))
    expect(String(error)).toContain('within 100 ms (timeouts.long)')
    await eventually(() => transport.stats().active === 0)
  })

  test('a fetch that ignores its signal is left alone', async () => {
    const transport = transportOf({ fetch: () => new Promise<never>(() => undefined) })
    const request = requestTo({ scheme: 'https', host: 'x.test' }, { timeouts: { headers: 50 } })
    expect(await failureOf(transport.send(request))).toMatchObject({ code: 'Timeout' })
    expect(transport.stats().active).toBe(0)
  })

  test('a late answer to a call that was cancelled is released', async () => {
    let answer: ((response: Response) => void) | undefined
    let cancelled = 0
    const controller = new AbortController()
    const transport = transportOf({
      fetch: (_url: string, _init: FetchInit) =>
        new Promise<Response>((resolve) => {
          answer = resolve
        }),
    })
    const request = requestTo({ scheme: 'https', host: 'x.test' }, { signal: controller.signal })
    const sent = failureOf(transport.send(request))
    await eventually(() => answer !== undefined)
    controller.abort(new Error('enough'))
    expect(await sent).toBe(controller.signal.reason)
    answer?.(new Response(new ReadableStream({ cancel: () => void (cancelled += 1) })))
    await eventually(() => cancelled === 1)
  })

  test('a large body does not run ahead of its reader', async () => {
    let given = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1
        controller.enqueue(new Uint8Array(64 * 1024))
        if (given === 1_000) controller.close()
      },
    })
    const transport = transportOf({ fetch: async () => new Response(stream) })
    const { body } = await transport.send(requestTo({ scheme: 'https', host: 'x.test' }))
    await body.read()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(given).toBeLessThan(20)
    expect((await readAll(body)).length).toBe(999 * 64 * 1024)
  })
})

test('a runtime that takes the length from the kind of a stream', async () => {
  const lengths: number[] = []
  class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
    constructor(length: number) {
      super()
      lengths.push(length)
    }
  }
  Object.assign(globalThis, { FixedLengthStream })
  try {
    const server = await serve(echo)
    const body = streamBody(6, repeated(Buffer.from('abc'), 2))
    const transport = transportOf({ streamUploads: true })
    const response = await transport.send(requestTo(server.origin, { body }))
    expect((await echoed(response.body)).size).toBe(6)
    expect(lengths).toEqual([6])
  } finally {
    Reflect.deleteProperty(globalThis, 'FixedLengthStream')
  }
})
