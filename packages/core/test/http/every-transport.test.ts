import { afterEach, describe, expect, test } from '@jest/globals'
import { isStorageError } from '../../src/errors/errors.ts'
import { notesOf } from '../../src/http/failure-notes.ts'
import type { BodyReader } from '../../src/contract/body.ts'
import type { HttpRequest } from '../../src/http/transport.ts'
import { echo, echoed } from './support/echo.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf } from './support/raw-server.ts'
import {
  bytesBody,
  eventually,
  failureOf,
  repeated,
  requestTo,
  streamBody,
  textOf,
} from './support/send.ts'
import { leftOpen, transports } from './support/transports.ts'

const { serve, keep, cleanUp } = fixtures()

afterEach(cleanUp)

const plainPaths = [
  '/a',
  '/a//b',
  '/a+b%2Bc',
  '/%F0%9F%98%80',
  "/a+b%2Bc/%20/!*'()~",
  '/%F0%9F%98%80?uploadId=a%2Fb&x=',
]
/** Those that `fetch` would send as others. */
const exactPaths = [
  '/a/../b',
  '//',
  '/./.',
  '/%2e%2E/x',
  '/%2e%2E/x?uploadId=a%2Fb&x=',
  "/a?b='*()!~",
]

describe.each(Object.entries(transports))('%s: what goes over the wire', (_, way) => {
  test.each(way.sockets ? [...plainPaths, ...exactPaths] : plainPaths)(
    'the path %s arrives as it is',
    async (path) => {
      const server = await serve(echo)
      const { body } = await keep(way.make()).send(requestTo(server.origin, { path }))
      expect((await echoed(body)).path).toBe(path)
    },
  )

  test.each(['', 'x', '/a b', '/ä', '/a\r\nx: y', 'http://elsewhere/'])(
    'the path %j is refused',
    async (path) => {
      const server = await serve(echo)
      const error = await failureOf(keep(way.make()).send(requestTo(server.origin, { path })))
      expect(isStorageError(error, 'InvalidArgument')).toBe(true)
      expect(server.connections).toBe(0)
    },
  )

  test.each<[string, Omit<Partial<HttpRequest>, 'timeouts'>]>([
    ['a body of unknown length', { body: { ...bytesBody('x'), size: undefined } }],
    ['the header transfer-encoding', { headers: { 'transfer-encoding': 'chunked' } }],
    ['the header expect', { headers: { expect: '100-continue' } }],
    ['the header connection', { headers: { connection: 'close' } }],
    ['another content-length', { headers: { 'content-length': '7' } }],
    ['the method GE T', { method: 'GE T' }],
    ['a header of two lines', { headers: { 'x-amz-meta-a': 'two\nlines' } }],
    ['a header beyond latin1', { headers: { 'x-amz-meta-a': 'smile 😀' } }],
    ['a header with a space in its name', { headers: { 'x amz': 'y' } }],
  ])('%s is refused', async (_name, overrides) => {
    const server = await serve(echo)
    const transport = keep(way.make())
    const error = await failureOf(transport.send(requestTo(server.origin, overrides)))
    expect(isStorageError(error, 'InvalidArgument')).toBe(true)
    expect(String(error)).not.toContain('smile')
    expect(transport.stats().active).toBe(0)
    expect(server.connections).toBe(0)
  })

  test.each([
    ['none', undefined],
    ['an empty one', bytesBody('')],
    ['a short one', bytesBody('abc')],
    ['an empty reader', streamBody(0, repeated(Buffer.from(''), 0))],
  ])('a PUT always says the length of its body: %s', async (_name, body) => {
    const server = await serve(echo)
    const request = requestTo(server.origin, { method: 'PUT', body, headers: { 'x-a': 'b' } })
    const response = await keep(way.make()).send(request)
    const { headers, size } = await echoed(response.body)
    expect(size).toBe(body?.size ?? 0)
    expect(headers).toMatchObject({ 'content-length': String(size), 'x-a': 'b' })
  })

  test.each([0, 1, 1024, 64 * 1024, 64 * 1024 + 1, 3_000_000])(
    '%i bytes from memory and from a reader arrive',
    async (size) => {
      const bytes = new Uint8Array(size).map((_byte, index) => index % 251)
      const arrived: Buffer[] = []
      const lengths: unknown[] = []
      const server = await serve(async (request) => {
        arrived.push(await request.body())
        lengths.push(request.headers['content-length'])
        request.socket.write(answerOf())
      })
      const transport = keep(way.make())
      const chunks = [bytes.subarray(0, 10), bytes.subarray(10)].filter((chunk) => chunk.length > 0)
      const reader = { read: async () => chunks.shift(), cancel: async () => undefined }
      for (const body of [bytesBody(bytes), streamBody(size, reader)]) {
        const response = await transport.send(requestTo(server.origin, { body }))
        expect(await textOf(response.body)).toBe('')
      }
      expect(arrived.map((body) => Buffer.compare(body, bytes))).toEqual([0, 0])
      expect(lengths).toEqual([String(size), String(size)])
      expect(server.connections).toBeLessThanOrEqual(way.connections)
    },
  )

  test.each([
    [2, 'gave 2'],
    [3, 'gave 3'],
    [6, 'gave more'],
    [10, 'gave more'],
  ])('a source that gives %i of 5 bytes fails the request', async (given, message) => {
    let complete = false
    const server = await serve(async (request) => {
      await request.body()
      complete = true
    })
    const transport = keep(way.make())
    const body = streamBody(5, repeated(Buffer.from('x'), given))
    const error = await failureOf(transport.send(requestTo(server.origin, { body })))
    expect(isStorageError(error, 'InvalidArgument')).toBe(true)
    expect(String(error)).toContain(message)
    await eventually(() => transport.stats().active === 0 && leftOpen(way, server) === 0)
    expect(complete && given < 5).toBe(false)
  })

  test('what the source throws comes out unchanged', async () => {
    const server = await serve(echo)
    const failure = { not: 'even an error' }
    const reader = {
      cancelled: false,
      read: () => Promise.reject(failure),
      async cancel() {
        this.cancelled = true
      },
    }
    const transport = keep(way.make())
    const sent = transport.send(requestTo(server.origin, { body: streamBody(5, reader) }))
    expect(await failureOf(sent)).toBe(failure)
    expect(reader.cancelled).toBe(true)
    expect(notesOf(failure).sent).toBe(way.streams ? 'part' : undefined)
    await eventually(() => transport.stats().active === 0)
  })
})

const withSockets = Object.entries(transports).filter(([, { sockets }]) => sockets)

describe.each(withSockets)('%s: what is in its own hands', (_, way) => {
  test('host, length and nothing else is added', async () => {
    const server = await serve(echo)
    const transport = keep(way.make())
    const added = { host: `127.0.0.1:${server.port}`, connection: 'keep-alive' }
    const get = await transport.send(requestTo(server.origin))
    expect((await echoed(get.body)).headers).toEqual(added)
    const headers = { 'x-amz-acl': 'private' }
    for (const body of [
      undefined,
      bytesBody(''),
      bytesBody('abc'),
      streamBody(3, repeated(Buffer.from('x'), 3)),
    ]) {
      const put = await transport.send(requestTo(server.origin, { method: 'PUT', headers, body }))
      const length = { 'content-length': String(body?.size ?? 0) }
      expect((await echoed(put.body)).headers).toEqual({ ...added, ...headers, ...length })
    }
  })

  test('an early answer stops the sending, also of a source that keeps silent', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('no', { status: 403, headers: { connection: 'close' } }))
    })
    const transport = keep(way.make())
    const chunks = [Buffer.from('abc')]
    const cancelled: unknown[] = []
    const reader = {
      read: () => chunks.shift() ?? new Promise<undefined>(() => undefined),
      cancel: async (reason: unknown) => void cancelled.push(reason),
    }
    const response = await transport.send(requestTo(server.origin, { body: streamBody(9, reader) }))
    expect([response.status, await textOf(response.body)]).toEqual([403, 'no'])
    expect(cancelled).toHaveLength(1)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('success before all bytes were taken is none, also of bytes in memory', async () => {
    const server = await serve(({ socket }) => {
      socket.pause()
      socket.write(answerOf('', { headers: { etag: '"x"' } }))
    })
    const transport = keep(way.make({ maxConnections: 1 }))
    const large = bytesBody(new Uint8Array(64 * 1024 * 1024))
    for (const body of [large, streamBody(9, silentAfter('abc'))]) {
      const error = await failureOf(transport.send(requestTo(server.origin, { body })))
      expect(error).toMatchObject({ code: 'MalformedResponse', status: 200, outcome: 'unknown' })
      expect(String(error)).toContain('before it had taken all bytes')
      await eventually(() => transport.stats().active === 0)
    }
  })
})

function silentAfter(text: string): BodyReader {
  const chunks = [Buffer.from(text)]
  return {
    read: () => chunks.shift() ?? new Promise<undefined>(() => undefined),
    cancel: async () => undefined,
  }
}
