import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { Agent } from 'undici'
import { readAll } from '../../src/bytes/chunks.ts'
import { notesOf } from '../../src/http/failure-notes.ts'
import { deadlineAfter } from '../../src/http/timeouts.ts'
import type { Transport } from '../../src/http/transport.ts'
import { undiciTransport } from '../../src/undici.ts'
import { testAuthority } from './support/certificates.ts'
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

function transportOf(...options: Parameters<typeof undiciTransport>): Required<Transport> {
  const transport = undiciTransport(...options) as Required<Transport>
  atEnd(() => transport.close())
  return transport
}

const echo: Answerer = async (request) => {
  const body = await request.body()
  const { method, path, headers } = request
  request.socket.write(answerOf(JSON.stringify({ method, path, headers, size: body.length })))
}

interface Echoed {
  path: string
  headers: Record<string, string>
  size: number
}

const silent = (): void => undefined
const halfAnswer: Answerer = ({ socket }) => {
  socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
}

describe('what goes over the wire', () => {
  test.each(['/a/../b', '/a//b', '/./.', '/%2e%2E/x?uploadId=a%2Fb&x='])(
    'the path %s arrives as it is',
    async (path) => {
      const server = await serve(echo)
      const { body } = await transportOf().send(requestTo(server.origin, { path }))
      expect((JSON.parse(await textOf(body)) as Echoed).path).toBe(path)
    },
  )

  test('bodies from memory and from a reader, with their length', async () => {
    const server = await serve(echo)
    const transport = transportOf()
    const bodies = [
      bytesBody(''),
      bytesBody('abc'),
      bytesBody(new Uint8Array(3_000_000)),
      streamBody(300_000, repeated(new Uint8Array(100_000), 3)),
    ]
    for (const body of [undefined, ...bodies]) {
      const request = requestTo(server.origin, { method: 'PUT', body, headers: { 'x-a': 'b' } })
      const response = await transport.send(request)
      const { size, headers } = JSON.parse(await textOf(response.body)) as Echoed
      expect(size).toBe(body?.size ?? 0)
      expect(headers).toEqual({
        host: `127.0.0.1:${server.port}`,
        connection: 'keep-alive',
        'content-length': String(size),
        'x-a': 'b',
      })
    }
    // It may begin a connection while it still tidies up after the request before.
    expect(server.connections).toBeLessThanOrEqual(2)
  })

  test.each([
    ['a header with a newline', { headers: { 'x-a': 'two\nlines' } }],
    ['a method that is none', { method: 'GE T' }],
  ])('%s is refused', async (_, overrides) => {
    const server = await serve(echo)
    const error = await failureOf(transportOf().send(requestTo(server.origin, overrides)))
    expect(error).toMatchObject({ code: 'InvalidArgument' })
  })

  test.each([
    [2, 'gave 2'],
    [6, 'gave more'],
  ])('a source that gives %i of 5 bytes fails', async (given, message) => {
    const server = await serve(echo)
    const transport = transportOf()
    const body = streamBody(5, repeated(Buffer.from('x'), given))
    const error = await failureOf(transport.send(requestTo(server.origin, { body })))
    expect(String(error)).toContain(message)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('what the source throws comes out unchanged', async () => {
    const server = await serve(echo)
    const failure = { of: 'the caller' }
    const reader = { read: () => Promise.reject(failure), cancel: async () => undefined }
    const sent = transportOf().send(requestTo(server.origin, { body: streamBody(5, reader) }))
    expect(await failureOf(sent)).toBe(failure)
    expect(notesOf(failure).sent).toBe('part')
  })

  test('an early answer stops the sending, also of a source that keeps silent', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('no', { status: 403, headers: { connection: 'close' } }))
    })
    const transport = transportOf()
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
})

describe('answers', () => {
  test('headers are plain data, each byte one character', async () => {
    const server = await serve(({ socket }) => {
      const head =
        'HTTP/1.1 200 OK\r\n__proto__: x\r\nX-A: 1\r\nx-a: \xe4\r\ncontent-length: 0\r\n\r\n'
      socket.write(Buffer.from(head, 'latin1'))
    })
    const { headers, body } = await transportOf().send(requestTo(server.origin))
    expect(headers['x-a']).toBe('1, ä')
    expect(Object.keys(headers)).toContain('__proto__')
    await body.cancel()
  })

  test('answers in between (1xx) are passed over', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n')
      socket.write(answerOf('final'))
    })
    const response = await transportOf().send(requestTo(server.origin))
    expect([response.status, await textOf(response.body)]).toEqual([200, 'final'])
  })

  test('a body that breaks off', async () => {
    const server = await serve(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')
    })
    const transport = transportOf()
    const { body } = await transport.send(requestTo(server.origin))
    const error = await failureOf(readAll(body))
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(String(error)).toContain('broke off after 3 bytes of 10')
    await eventually(() => transport.stats().active === 0)
  })

  test.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'MalformedResponse'],
    [
      'too large headers',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
      'MalformedResponse',
    ],
  ])('%s', async (_, answer, code) => {
    const server = await serve(({ socket }) => void socket.write(answer))
    const error = await failureOf(transportOf().send(requestTo(server.origin)))
    expect(error).toMatchObject({ code })
    expect(inspect(error)).not.toContain('OpenSSH')
  })

  test('a large body does not run ahead of its reader', async () => {
    let written = 0
    const chunk = new Uint8Array(64 * 1024)
    const server = await serve(({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${chunk.length * 1_000}\r\n\r\n`)
      const more = (): void => {
        while (written < 1_000) {
          written += 1
          if (!socket.write(chunk)) {
            socket.once('drain', more)
            return
          }
        }
      }
      more()
    })
    const { body } = await transportOf().send(requestTo(server.origin))
    await body.read()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(written).toBeLessThan(300)
    await readAll(body)
    expect(written).toBe(1_000)
  })
})

describe('waiting', () => {
  test.each([
    ['headers', silent, {}],
    ['long', silent, { slow: true }],
    [
      'idle',
      ({ socket }: Parameters<Answerer>[0]) => void socket.pause(),
      {
        body: bytesBody(new Uint8Array(30_000_000)),
      },
    ],
  ] as const)('no answer: %s', async (timeout, answer, overrides) => {
    const server = await serve(answer)
    const transport = transportOf()
    const request = requestTo(server.origin, { ...overrides, timeouts: { [timeout]: 150 } })
    const error = await failureOf(transport.send(request))
    expect(String(error)).toContain(`within 150 ms (timeouts.${timeout})`)
    await eventually(() => transport.stats().active === 0)
  })

  test('a body that stops, one that nobody reads, and the whole', async () => {
    const server = await serve(halfAnswer)
    const transport = transportOf()
    const timeouts = { idle: 100, unread: 150 }
    const read = await transport.send(requestTo(server.origin, { timeouts }))
    await read.body.read()
    expect(String(await failureOf(read.body.read()))).toContain('(timeouts.idle)')
    const unread = await transport.send(requestTo(server.origin, { timeouts }))
    await eventually(() => transport.stats().active === 0)
    expect(String(await failureOf(unread.body.read()))).toContain('(timeouts.unread)')
    const request = requestTo(server.origin, { deadline: deadlineAfter(100) })
    const whole = await transport.send(request)
    expect(String(await failureOf(textOf(whole.body)))).toContain('(timeouts.total)')
  })

  test('cancelling while connecting, waiting, and reading', async () => {
    const server = await serve(({ socket, path }) => {
      if (path === '/half') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')
    })
    const transport = transportOf()
    const reason = new Error('enough')
    for (const path of ['/silent', '/half']) {
      const controller = new AbortController()
      const sent = transport.send(requestTo(server.origin, { path, signal: controller.signal }))
      if (path === '/half') {
        const { body } = await sent
        await body.read()
        const waiting = failureOf(body.read())
        controller.abort(reason)
        expect(await waiting).toBe(reason)
      } else {
        controller.abort(reason)
        expect(await failureOf(sent)).toBe(reason)
      }
      await eventually(() => transport.stats().active === 0)
    }
  })

  test('nobody listens', async () => {
    const error = await failureOf(
      transportOf().send(requestTo({ scheme: 'http', host: '127.0.0.1', port: 1 })),
    )
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(notesOf(error).sent).toBe('nothing')
  })

  test('slots bound what is sent at once; close ends everything', async () => {
    const server = await serve(halfAnswer)
    const transport = transportOf(undefined, { maxConnections: 2 })
    const held = await Promise.all([1, 2].map(() => transport.send(requestTo(server.origin))))
    expect(transport.stats()).toMatchObject({ active: 2, unread: 2 })
    const request = requestTo(server.origin, { timeouts: { queue: 50 } })
    expect(String(await failureOf(transport.send(request)))).toContain('2 of them by answers')
    const next = transport.send(requestTo(server.origin))
    await held[0]?.body.cancel()
    await (await next).body.cancel()
    await transport.close()
    await eventually(() => server.open.size === 0)
  })
})

test('a dispatcher of the caller is used, and left open', async () => {
  const authority = testAuthority()
  const server = await serve(echo, authority.issue())
  const agent = new Agent({ connect: { ca: authority.cert } })
  atEnd(() => agent.destroy())
  const transport = transportOf(agent)
  expect((await transport.send(requestTo(server.origin))).status).toBe(200)
  await transport.close()
  expect(agent.closed).toBe(false)
  const stranger = await failureOf(transportOf().send(requestTo(server.origin)))
  expect(stranger).toMatchObject({ code: 'Network', retryable: false })
})
