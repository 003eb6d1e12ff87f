import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { notesOf } from '../../src/http/failure-notes.ts'
import { deadlineAfter } from '../../src/http/timeouts.ts'
import { expectTimeout } from './support/expect-timeout.ts'
import { fixtures } from './support/fixtures.ts'
import type { Answerer } from './support/raw-server.ts'
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

const silent = (): void => undefined

/** Begins an answer that is never finished. */
const halfAnswer: Answerer = ({ socket }) => {
  socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
}

describe.each(Object.entries(transports))('%s: stalls', (_, way) => {
  test('a server that never answers: headers', async () => {
    const server = await serve(silent)
    const transport = keep(way.make())
    const request = requestTo(server.origin, { timeouts: { headers: 100, idle: 10 } })
    const error = await expectTimeout(transport.send(request), 'headers', 100)
    expect(notesOf(error).sent).toBeUndefined()
    await eventually(() => transport.stats().active === 0 && leftOpen(way, server) === 0)
  })

  test('a server that never answers a slow request: long', async () => {
    const server = await serve(silent)
    const transport = keep(way.make())
    const timeouts = { headers: 10, long: 150 }
    const request = requestTo(server.origin, { slow: true, timeouts, body: bytesBody('x') })
    const error = await expectTimeout(transport.send(request), 'long', 150)
    expect(notesOf(error).sent).toBeUndefined()
    await eventually(() => transport.stats().active === 0)
  })

  test('a server that stops in the middle of its answer: idle', async () => {
    const server = await serve(halfAnswer)
    const transport = keep(way.make())
    const timeouts = { idle: 100 }
    const { body } = await transport.send(requestTo(server.origin, { timeouts }))
    expect(await body.read()).toHaveLength(3)
    await expectTimeout(body.read(), 'idle', 100)
    await eventually(() => transport.stats().active === 0 && leftOpen(way, server) === 0)
  })

  test('a body that nobody reads: unread', async () => {
    const server = await serve(halfAnswer)
    const transport = keep(way.make())
    const timeouts = { unread: 150, idle: 10 }
    const { body } = await transport.send(requestTo(server.origin, { timeouts }))
    await eventually(() => transport.stats().unread === 1)
    await eventually(() => transport.stats().active === 0 && leftOpen(way, server) === 0)
    expect(String(await failureOf(body.read()))).toContain('within 150 ms (timeouts.unread)')
  })

  test('an operation that gets no answer in its time: total', async () => {
    const server = await serve(silent)
    const request = requestTo(server.origin, { deadline: deadlineAfter(80) })
    expect(String(await failureOf(keep(way.make()).send(request)))).toContain('(timeouts.total)')
  })

  test('an operation whose body takes too long: total', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 10)
      socket.on('close', () => clearInterval(timer))
    })
    const transport = keep(way.make())
    const request = requestTo(server.origin, { deadline: deadlineAfter(200) })
    const { body } = await transport.send(request)
    const since = performance.now()
    const error = await failureOf(textOf(body))
    expect(error).toMatchObject({ code: 'Timeout', retryable: false })
    expect(String(error)).toContain('within 200 ms (timeouts.total)')
    expect(performance.now() - since).toBeLessThan(500)
    await eventually(() => transport.stats().active === 0)
  })
})

const streaming = Object.entries(transports).filter(([, { streams }]) => streams)

describe.each(streaming)('%s: sending', (_, way) => {
  test('a server that takes none of a stream: idle', async () => {
    const server = await serve(({ socket }) => void socket.pause())
    const transport = keep(way.make())
    const reader = repeated(new Uint8Array(64 * 1024), 1_000)
    const body = streamBody(1_000 * 64 * 1024, reader)
    const request = requestTo(server.origin, { body, timeouts: { headers: 10, idle: 200 } })
    const error = await failureOf(transport.send(request))
    expect(String(error)).toContain('within 200 ms (timeouts.idle)')
    expect(notesOf(error)).toEqual({ timeout: 'idle', sent: 'part' })
    expect(reader.cancelled).toHaveLength(1)
    await eventually(() => transport.stats().active === 0)
  })

  test('a server that takes none of the bytes: idle, where their way is seen', async () => {
    const server = await serve(({ socket }) => void socket.pause())
    const transport = keep(way.make())
    const body = bytesBody(new Uint8Array(30_000_000))
    const timeouts = way.sockets ? { headers: 10, idle: 200 } : { headers: 10, long: 200 }
    const error = await failureOf(transport.send(requestTo(server.origin, { body, timeouts })))
    const name = way.sockets ? 'idle' : 'long'
    expect(String(error)).toContain(`within 200 ms (timeouts.${name})`)
    expect(notesOf(error)).toEqual({ timeout: name, sent: way.sockets ? 'part' : undefined })
    await eventually(() => transport.stats().active === 0)
  })
})

describe.each(Object.entries(transports))('%s: cancelling', (_, way) => {
  const reason = { why: 'the caller has enough' }

  test('beforehand: nothing is sent', async () => {
    const server = await serve(silent)
    const request = requestTo(server.origin, { signal: AbortSignal.abort(reason) })
    expect(await failureOf(keep(way.make()).send(request))).toBe(reason)
    expect(server.connections).toBe(0)
  })

  test('at once', async () => {
    const server = await serve(silent)
    const transport = keep(way.make())
    const controller = new AbortController()
    const sent = transport.send(requestTo(server.origin, { signal: controller.signal }))
    controller.abort(reason)
    expect(await failureOf(sent)).toBe(reason)
    await eventually(() => transport.stats().active === 0)
  })

  test('while the answer is waited for', async () => {
    const controller = new AbortController()
    const server = await serve(() => controller.abort(reason))
    const transport = keep(way.make())
    const request = requestTo(server.origin, { signal: controller.signal })
    expect(await failureOf(transport.send(request))).toBe(reason)
    await eventually(() => transport.stats().active === 0 && leftOpen(way, server) === 0)
  })

  test.each([false, true])('while the body is read; between two reads: %p', async (between) => {
    const server = await serve(halfAnswer)
    const transport = keep(way.make())
    const controller = new AbortController()
    const request = requestTo(server.origin, { signal: controller.signal })
    const { body } = await transport.send(request)
    await body.read()
    const next = between ? undefined : failureOf(body.read())
    controller.abort(reason)
    expect(await (next ?? failureOf(body.read()))).toBe(reason)
    await eventually(() => transport.stats().active === 0 && leftOpen(way, server) === 0)
  })
})

describe.each(Object.entries(transports))('%s: connections', (_, way) => {
  test('a port where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    server.close()
    await once(server, 'close')
    const transport = keep(way.make())
    const request = requestTo({ scheme: 'http', host: '127.0.0.1', port })
    const error = await failureOf(transport.send(request))
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(String(error)).toContain(`127.0.0.1:${port} refused the connection`)
    expect(notesOf(error).sent).toBe('nothing')
    await eventually(() => transport.stats().active === 0)
  })

  test.each([1, 2])('%i bound what is sent at once; close ends everything', async (most) => {
    const server = await serve(halfAnswer)
    const transport = keep(way.make({ maxConnections: most }))
    const sending = Array.from({ length: most }, () => transport.send(requestTo(server.origin)))
    const held = await Promise.all(sending)
    expect(transport.stats()).toMatchObject({ active: most, unread: most })
    const request = requestTo(server.origin, { timeouts: { queue: 50 } })
    const error = String(await failureOf(transport.send(request)))
    expect(error).toContain(`${most} of them by answers`)
    const next = transport.send(requestTo(server.origin))
    await held[0]?.body.cancel()
    await (await next).body.cancel()
    await transport.close()
    await eventually(() => leftOpen(way, server) === 0)
    expect(await failureOf(transport.send(requestTo(server.origin)))).toMatchObject({
      code: 'InvalidArgument',
    })
  })

  test.each([0, -1, 1.5, Number.NaN])('maxConnections: %d is refused', (maxConnections) => {
    expect(() => way.make({ maxConnections })).toThrow('maxConnections')
  })
})
