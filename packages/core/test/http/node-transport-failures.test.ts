import { afterEach, describe, expect, test } from '@jest/globals'
import { readAll } from '../../src/bytes/chunks.ts'
import { notesOf } from '../../src/http/failure-notes.ts'
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

const { serve, transportOf, cleanUp } = fixtures()

afterEach(cleanUp)

describe('no connection', () => {
  test('a host with several addresses, none of which answers, names all', async () => {
    const addresses = [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]
    const transport = transportOf({
      lookup: (_host, _options, callback) => callback(null, addresses),
    })
    const error = await failureOf(
      transport.send(requestTo({ scheme: 'http', host: 'several.test', port: 1 })),
    )
    expect(error).toMatchObject({ code: 'Network' })
    expect(String(error)).toMatch(/several\.test:1 .*127\.0\.0\.1:1.*::1:1/)
  })

  test('a name that does not exist', async () => {
    const transport = transportOf({
      lookup: (hostname, _options, callback) =>
        callback(
          Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
            code: 'ENOTFOUND',
            hostname,
          }),
          '',
        ),
    })
    const error = await failureOf(
      transport.send(requestTo({ scheme: 'http', host: 'nowhere.test' })),
    )
    expect(error).toMatchObject({ code: 'Network', hint: expect.stringContaining('endpoint') })
    expect(String(error)).toContain('there is no host nowhere.test')
    expect(notesOf(error).sent).toBe('nothing')
  })
})

describe('no answer', () => {
  test.each([
    ['resets', 'resetAndDestroy'],
    ['closes', 'end'],
  ] as const)('the server %s after the request', async (_, how) => {
    const server = await serve(({ socket }) => void socket[how]())
    const transport = transportOf()
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(notesOf(error).sent).toBeUndefined()
    await eventually(() => transport.stats().active === 0)
  })

  test('the server resets while the body is sent', async () => {
    const server = await serve(({ socket }) => {
      setTimeout(() => socket.resetAndDestroy(), 20)
      socket.pause()
    })
    const reader = repeated(new Uint8Array(64 * 1024), 10_000)
    const transport = transportOf()
    const body = streamBody(10_000 * 64 * 1024, reader)
    const error = await failureOf(transport.send(requestTo(server.origin, { body })))
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(notesOf(error).sent).toBe('part')
    expect(reader.cancelled).toHaveLength(1)
    await eventually(() => transport.stats().active === 0)
  })

  test('the server resets after the whole body', async () => {
    const server = await serve(async (request) => {
      await request.body()
      request.socket.resetAndDestroy()
    })
    const transport = transportOf()
    for (const body of [bytesBody('abc'), bytesBody(new Uint8Array(1_000_000))]) {
      const error = await failureOf(transport.send(requestTo(server.origin, { body })))
      expect(error).toMatchObject({ code: 'Network' })
      expect(notesOf(error).sent).toBeUndefined()
    }
  })

  test.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
  ])('%s', async (_, answer) => {
    const server = await serve(({ socket }) => void socket.write(answer))
    const transport = transportOf()
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'MalformedResponse', retryable: false })
    expect(String(error)).toContain('is not HTTP')
    await eventually(() => transport.stats().active === 0)
  })

  test('an answer to something else (101) is no answer', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
    })
    const transport = transportOf()
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'Network' })
    await eventually(() => transport.stats().active === 0)
  })

  test('answers in between (1xx) are passed over', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n')
      socket.write(answerOf('final'))
    })
    const response = await transportOf().send(requestTo(server.origin))
    expect([response.status, await textOf(response.body)]).toEqual([200, 'final'])
  })
})

describe('broken answers', () => {
  test('chunks without an end fail', async () => {
    const server = await serve(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n')
    })
    const { body } = await transportOf().send(requestTo(server.origin))
    expect(await failureOf(readAll(body))).toMatchObject({ code: 'Network' })
  })

  test('chunks that are none fail', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabcdefg\r\n')
    })
    const { body } = await transportOf().send(requestTo(server.origin))
    expect(await failureOf(readAll(body))).toMatchObject({ code: 'MalformedResponse' })
  })

  test('more than announced is neither read nor taken for the next answer', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\nevil')
    })
    const transport = transportOf()
    const { body } = await transport.send(requestTo(server.origin))
    expect(await textOf(body)).toBe('abc')
    await eventually(() => server.open.size === 0)
    expect(transport.stats()).toMatchObject({ active: 0, idle: 0 })
  })

  test('without a length, the end of the connection is the end of the body', async () => {
    const server = await serve(({ socket }) => {
      socket.end('HTTP/1.0 200 OK\r\n\r\nabc')
    })
    const { body } = await transportOf().send(requestTo(server.origin))
    expect(await textOf(body)).toBe('abc')
  })

  test.each(['HEAD', 'GET'])(
    '%s with a 304 or a HEAD has no body, whatever its length',
    async (method) => {
      const server = await serve(({ socket }) => {
        const status = method === 'HEAD' ? 200 : 304
        socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 5000\r\netag: "x"\r\n\r\n`)
      })
      const transport = transportOf()
      for (let round = 0; round < 3; round += 1) {
        const response = await transport.send(requestTo(server.origin, { method }))
        expect(response.headers['content-length']).toBe('5000')
        expect(await textOf(response.body)).toBe('')
      }
      expect(server.connections).toBe(1)
    },
  )
})
