import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readAll } from '../../src/bytes/chunks.ts'
import { notesOf } from '../../src/http/failure-notes.ts'
import type { FetchInit, FetchTransportOptions } from '../../src/http/fetch-options.ts'
import { fetchTransport } from '../../src/http/fetch-transport.ts'
import { deadlineAfter } from '../../src/http/timeouts.ts'
import type { Transport } from '../../src/http/transport.ts'
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

const { serve, atEnd, cleanUp } = fixtures()

afterEach(cleanUp)

function transportOf(options: FetchTransportOptions = {}): Required<Transport> {
  const transport = fetchTransport(options) as Required<Transport>
  atEnd(() => transport.close())
  return transport
}

const echo: Answerer = async (request) => {
  const body = await request.body()
  const { method, path, headers } = request
  const close = { connection: 'close' }
  request.socket.end(
    answerOf(JSON.stringify({ method, path, headers, size: body.length }), { headers: close }),
  )
}

interface Echoed {
  method: string
  path: string
  headers: Record<string, string>
  size: number
}

const silent = (): void => undefined

describe('what it sends', () => {
  test.each(['/a', '/a//b', "/a+b%2Bc/%20/!*'()~", '/%F0%9F%98%80?uploadId=a%2Fb&x='])(
    'the path %s arrives as it is',
    async (path) => {
      const server = await serve(echo)
      const { body } = await transportOf().send(requestTo(server.origin, { path }))
      expect((JSON.parse(await textOf(body)) as Echoed).path).toBe(path)
    },
  )

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
      const echoed = JSON.parse(await textOf(response.body)) as Echoed
      expect(echoed.size).toBe(300_000)
      expect(echoed.headers).toMatchObject({
        'content-length': '300000',
        'accept-encoding': 'identity',
      })
      expect(echoed.headers).not.toHaveProperty('transfer-encoding')
    },
  )

  test.each([
    undefined,
    bytesBody(''),
    bytesBody('abc'),
    streamBody(0, repeated(Buffer.from(''), 0)),
  ])('a PUT always has a length (%#)', async (body) => {
    const server = await serve(echo)
    const request = requestTo(server.origin, { method: 'PUT', body })
    const response = await transportOf().send(request)
    const { headers } = JSON.parse(await textOf(response.body)) as Echoed
    expect(headers['content-length']).toBe(String(body?.size ?? 0))
  })

  test('another host header is refused, the same one is not', async () => {
    const server = await serve(echo)
    const transport = transportOf()
    const same = { host: `127.0.0.1:${server.port}` }
    expect((await transport.send(requestTo(server.origin, { headers: same }))).status).toBe(200)
    const other = requestTo(server.origin, { headers: { host: 'elsewhere.test' } })
    expect(await failureOf(transport.send(other))).toMatchObject({ code: 'UnsupportedOperation' })
  })

  test.each([
    [true, 2],
    [true, 6],
    [false, 2],
    [false, 6],
  ])('a source of another length fails (streamed: %s, %i of 5)', async (streamUploads, given) => {
    const server = await serve(echo)
    const transport = transportOf({ streamUploads })
    const body = streamBody(5, repeated(Buffer.from('x'), given))
    const error = await failureOf(transport.send(requestTo(server.origin, { body })))
    expect(error).toMatchObject({ code: 'InvalidArgument' })
    await eventually(() => transport.stats().active === 0)
  })

  test.each([true, false])(
    'what a source throws comes out unchanged: %s',
    async (streamUploads) => {
      const server = await serve(echo)
      const failure = new Error('of the caller')
      const reader = { read: () => Promise.reject(failure), cancel: async () => undefined }
      const transport = transportOf({ streamUploads })
      const sent = transport.send(requestTo(server.origin, { body: streamBody(5, reader) }))
      expect(await failureOf(sent)).toBe(failure)
      await eventually(() => transport.stats().active === 0)
    },
  )

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

  test('a redirect is an answer like others', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('', { status: 301, headers: { location: 'http://elsewhere.test/' } }))
    })
    const { status, headers } = await transportOf().send(requestTo(server.origin))
    expect([status, headers['location']]).toEqual([301, 'http://elsewhere.test/'])
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

  test('a body that breaks off', async () => {
    const server = await serve(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')
    })
    const { body } = await transportOf().send(requestTo(server.origin))
    const error = await failureOf(readAll(body))
    expect(String(error)).toContain('broke off after 3 bytes of 10')
  })

  test('a connection that is refused says so', async () => {
    const error = await failureOf(
      transportOf().send(requestTo({ scheme: 'http', host: '127.0.0.1', port: 1 })),
    )
    expect(error).toMatchObject({ code: 'Network', retryable: true })
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
  test.each([
    ['headers', {}],
    ['long', { slow: true }],
    ['long', { body: bytesBody(new Uint8Array(100_000)) }],
  ] as const)('no answer: %s (%#)', async (timeout, overrides) => {
    const server = await serve(silent)
    const transport = transportOf()
    const request = requestTo(server.origin, { ...overrides, timeouts: { [timeout]: 100 } })
    const error = await failureOf(transport.send(request))
    expect(String(error)).toContain(`within 100 ms (timeouts.${timeout})`)
    await eventually(() => transport.stats().active === 0)
  })

  test('a server that takes no bytes of a stream: idle', async () => {
    const server = await serve(({ socket }) => void socket.pause())
    const reader = repeated(new Uint8Array(64 * 1024), 1_000)
    const transport = transportOf({ streamUploads: true })
    const body = streamBody(1_000 * 64 * 1024, reader)
    const request = requestTo(server.origin, { body, timeouts: { idle: 200, headers: 10 } })
    const error = await failureOf(transport.send(request))
    expect(String(error)).toContain('(timeouts.idle)')
    expect(notesOf(error).sent).toBe('part')
    expect(reader.cancelled).toHaveLength(1)
    await eventually(() => transport.stats().active === 0)
  })

  test('a body that stops, and one that nobody reads', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
    })
    const transport = transportOf()
    const timeouts = { idle: 100, unread: 150 }
    const read = await transport.send(requestTo(server.origin, { timeouts }))
    await read.body.read()
    expect(String(await failureOf(read.body.read()))).toContain('(timeouts.idle)')
    const unread = await transport.send(requestTo(server.origin, { timeouts }))
    await eventually(() => transport.stats().active === 0)
    expect(String(await failureOf(unread.body.read()))).toContain('(timeouts.unread)')
  })

  test('total', async () => {
    const server = await serve(silent)
    const request = requestTo(server.origin, { deadline: deadlineAfter(80) })
    expect(String(await failureOf(transportOf().send(request)))).toContain('(timeouts.total)')
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

  test('slots are shared, and waiting for one ends at timeouts.queue', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
    })
    const transport = transportOf({ maxConnections: 1 })
    const held = await transport.send(requestTo(server.origin))
    const request = requestTo(server.origin, { timeouts: { queue: 50 } })
    expect(String(await failureOf(transport.send(request)))).toContain('1 of them by answers')
    const next = transport.send(requestTo(server.origin))
    await held.body.cancel()
    await (await next).body.cancel()
    await transport.close()
    expect(await failureOf(transport.send(requestTo(server.origin)))).toMatchObject({
      code: 'InvalidArgument',
    })
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
    expect((JSON.parse(await textOf(response.body)) as Echoed).size).toBe(6)
    expect(lengths).toEqual([6])
  } finally {
    Reflect.deleteProperty(globalThis, 'FixedLengthStream')
  }
})

test.each([0, 1.5])('maxConnections: %d is refused', (maxConnections) => {
  expect(() => fetchTransport({ maxConnections })).toThrow('maxConnections')
})
