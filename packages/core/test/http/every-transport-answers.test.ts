import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readAll } from '../../src/bytes/chunks.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf } from './support/raw-server.ts'
import { eventually, failureOf, requestTo, textOf } from './support/send.ts'
import { transports } from './support/transports.ts'

const { serve, keep, cleanUp } = fixtures()

afterEach(cleanUp)

describe.each(Object.entries(transports))('%s: answers', (_, way) => {
  test('answers in between (1xx) are passed over', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n')
      socket.write(answerOf('final'))
    })
    const response = await keep(way.make()).send(requestTo(server.origin))
    expect([response.status, await textOf(response.body)]).toEqual([200, 'final'])
  })

  test.each([
    [301, 'http://elsewhere.test/'],
    [307, '/elsewhere'],
  ])('a redirect, %i, is an answer like others', async (status, location) => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('', { status, headers: { location } }))
    })
    const response = await keep(way.make()).send(requestTo(server.origin))
    expect([response.status, response.headers['location']]).toEqual([status, location])
    expect(await textOf(response.body)).toBe('')
  })

  test.each([
    ['closed', 'end'],
    ['reset', 'resetAndDestroy'],
  ] as const)('a body that is %s early gives what came, then fails', async (_name, how) => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', () => {
        setTimeout(() => socket[how](), 20)
      })
    })
    const transport = keep(way.make())
    const { body } = await transport.send(requestTo(server.origin))
    expect(Buffer.from((await body.read())!).toString()).toBe('abc')
    const error = await failureOf(body.read())
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(String(error)).toContain('broke off after 3 bytes of 10')
    // And stays so.
    expect(await failureOf(body.read())).toBe(error)
    await body.cancel()
    await eventually(() => transport.stats().active === 0)
  })

  test('a body that breaks off together with its beginning', async () => {
    const server = await serve(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')
    })
    const transport = keep(way.make())
    const { body } = await transport.send(requestTo(server.origin))
    const error = await failureOf(readAll(body))
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(String(error)).toContain('broke off after 3 bytes of 10')
    await eventually(() => transport.stats().active === 0)
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
    const { body } = await keep(way.make()).send(requestTo(server.origin))
    await body.read()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(written).toBeLessThan(300)
    await readAll(body)
    expect(written).toBe(1_000)
  })
})

const withSockets = Object.entries(transports).filter(([, { sockets }]) => sockets)

describe.each(withSockets)('%s: answers, to the byte', (_, way) => {
  test('headers from the wire are plain data, each byte one character', async () => {
    const server = await serve(({ socket }) => {
      const head =
        'HTTP/1.1 200 OK\r\n__proto__: x\r\nX-A: 1\r\nx-a: \xe4\r\ncontent-length: 0\r\n\r\n'
      socket.write(Buffer.from(head, 'latin1'))
    })
    const { headers, body } = await keep(way.make()).send(requestTo(server.origin))
    expect(Object.keys(headers)).toEqual(['__proto__', 'x-a', 'content-length'])
    expect(headers['x-a']).toBe('1, ä')
    await body.cancel()
  })

  test.each([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'is not HTTP'],
    ['too large headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, '32 KiB'],
  ])('%s is no answer', async (_name, answer, message) => {
    const server = await serve(({ socket }) => void socket.write(answer))
    const transport = keep(way.make())
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'MalformedResponse', retryable: false })
    expect(String(error)).toContain(message)
    expect(inspect(error)).not.toContain('OpenSSH')
    await eventually(() => transport.stats().active === 0)
  })
})
