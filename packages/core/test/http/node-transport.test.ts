import { afterEach, describe, expect, jest, test } from '@jest/globals'
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

const { serve, transportOf, cleanUp } = fixtures()

afterEach(cleanUp)

describe('what goes over the wire', () => {
  test('a small body leaves together with its headers', async () => {
    const firstReads: number[] = []
    const server = await serve(async (request) => {
      const before = request.socket.bytesRead
      await request.body()
      firstReads.push(request.socket.bytesRead - before)
      request.socket.write(answerOf())
    })
    const transport = transportOf()
    for (let round = 0; round < 3; round += 1) {
      const request = requestTo(server.origin, { body: bytesBody('x'.repeat(1000)) })
      await textOf((await transport.send(request)).body)
    }
    expect(firstReads).toEqual([0, 0, 0])
  })

  test('a slow server slows the source down', async () => {
    const server = await serve(async ({ socket }) => {
      socket.pause()
    })
    const reader = repeated(new Uint8Array(64 * 1024), 10_000)
    const controller = new AbortController()
    const body = streamBody(10_000 * 64 * 1024, reader)
    const sent = transportOf().send(requestTo(server.origin, { body, signal: controller.signal }))
    await new Promise((resolve) => setTimeout(resolve, 300))
    const after300 = reader.reads
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(reader.reads).toBe(after300)
    // The kernel's buffers of both sides take some MiB.
    expect(reader.reads).toBeLessThan(300)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await failureOf(sent)).toBe(reason)
    expect(reader.cancelled).toEqual([reason])
  })
})

describe('early answers', () => {
  test('an answer before the body was read stops the sending', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('<Error/>', { status: 403, headers: { connection: 'close' } }))
    })
    const reader = repeated(new Uint8Array(64 * 1024), 100_000)
    const transport = transportOf()
    const body = streamBody(100_000 * 64 * 1024, reader)
    const response = await transport.send(requestTo(server.origin, { body }))
    expect(response.status).toBe(403)
    expect(await textOf(response.body)).toBe('<Error/>')
    expect(reader.reads).toBeLessThan(2_000)
    expect(reader.cancelled).toHaveLength(1)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('a keep-alive early answer does not poison the next request', async () => {
    const server = await serve(async (request) => {
      if (request.method === 'PUT') request.socket.write(answerOf('no', { status: 403 }))
      else request.socket.write(answerOf('yes'))
    })
    const transport = transportOf({ maxConnections: 1 })
    const reader = repeated(new Uint8Array(64 * 1024), 1_000)
    const body = streamBody(1_000 * 64 * 1024, reader)
    const put = await transport.send(requestTo(server.origin, { body }))
    expect([put.status, await textOf(put.body)]).toEqual([403, 'no'])
    const get = await transport.send(requestTo(server.origin))
    expect([get.status, await textOf(get.body)]).toEqual([200, 'yes'])
    expect(server.connections).toBe(2)
  })
})

describe('connections', () => {
  test('are used again, and counted', async () => {
    const server = await serve(echo)
    const transport = transportOf()
    for (let round = 0; round < 5; round += 1) {
      await textOf((await transport.send(requestTo(server.origin))).body)
    }
    expect(server.connections).toBe(1)
    expect(transport.stats()).toEqual({
      active: 0,
      unread: 0,
      queued: 0,
      idle: 1,
      origins: {
        [`http://127.0.0.1:${server.port}`]: { active: 0, unread: 0, queued: 0, idle: 1 },
      },
    })
  })

  test('never outnumber maxConnections', async () => {
    let most = 0
    const server = await serve(async (request) => {
      most = Math.max(most, server.open.size)
      await new Promise((resolve) => setTimeout(resolve, 2))
      await echo(request)
    })
    const transport = transportOf({ maxConnections: 3 })
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const body = index % 2 === 0 ? undefined : bytesBody('x'.repeat(100_000))
        await textOf((await transport.send(requestTo(server.origin, { body }))).body)
      }),
    )
    expect(most).toBe(3)
    expect(server.connections).toBe(3)
  })

  test('announced to be short-lived are not used again', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('x', { headers: { 'keep-alive': 'timeout=1' } }))
    })
    const transport = transportOf()
    await textOf((await transport.send(requestTo(server.origin))).body)
    await eventually(() => server.open.size === 0)
    await textOf((await transport.send(requestTo(server.origin))).body)
    expect(server.connections).toBe(2)
  })

  test('that speak without being asked are dropped', async () => {
    const server = await serve(({ socket, number }) => {
      socket.write(answerOf(`answer ${number}`))
      setTimeout(() => socket.write(answerOf('not for you', { status: 408 })), 20)
    })
    const transport = transportOf()
    expect(await textOf((await transport.send(requestTo(server.origin))).body)).toBe('answer 1')
    await eventually(() => transport.stats().idle === 0)
    expect(await textOf((await transport.send(requestTo(server.origin))).body)).toBe('answer 1')
    expect(server.connections).toBe(2)
  })

  test('that the server closed while idle are forgotten', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf('x'))
      setTimeout(() => socket.end(), 20)
    })
    const transport = transportOf()
    await textOf((await transport.send(requestTo(server.origin))).body)
    await eventually(() => transport.stats().idle === 0)
    expect(transport.stats().origins).toEqual({})
    await textOf((await transport.send(requestTo(server.origin))).body)
    expect(server.connections).toBe(2)
  })

  test('that break when used again say so, and the request may be repeated', async () => {
    const server = await serve(({ socket, number }) => {
      if (number === 1) socket.write(answerOf('x'))
      else socket.resetAndDestroy()
    })
    const transport = transportOf()
    await textOf((await transport.send(requestTo(server.origin))).body)
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'Network', retryable: true })
    expect(String(error)).toContain('kept-alive')
    expect(await textOf((await transport.send(requestTo(server.origin))).body)).toBe('x')
  })
})

test('with the timers of a test runner in place of the real ones, requests still end', async () => {
  const server = await serve(echo)
  const transport = transportOf()
  jest.useFakeTimers()
  try {
    for (const size of [0, 10, 2_000_000]) {
      const body = bytesBody(new Uint8Array(size))
      const response = await transport.send(requestTo(server.origin, { body }))
      expect((await echoed(response.body)).size).toBe(size)
    }
  } finally {
    jest.useRealTimers()
  }
})

describe('close', () => {
  test('refuses what comes, waits for what is on its way, closes what is idle', async () => {
    let answerLater: (() => void) | undefined
    const server = await serve(({ socket, path }) => {
      if (path === '/slow') answerLater = () => void socket.write(answerOf('done'))
      else socket.write(answerOf('x'))
    })
    const transport = transportOf({ maxConnections: 2 })
    const slow = transport.send(requestTo(server.origin, { path: '/slow' }))
    await textOf((await transport.send(requestTo(server.origin))).body)
    await eventually(() => answerLater !== undefined)
    let closed = false
    const closing = transport.close().then(() => {
      closed = true
    })
    expect(await failureOf(transport.send(requestTo(server.origin)))).toMatchObject({
      code: 'InvalidArgument',
      retryable: false,
    })
    await eventually(() => server.open.size === 1)
    expect(closed).toBe(false)
    answerLater?.()
    expect(await textOf((await slow).body)).toBe('done')
    await closing
    await eventually(() => server.open.size === 0)
  })

  test('refuses what waits, and gives up a body that nobody reads', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\nstart')
    })
    const transport = transportOf({ maxConnections: 1 })
    const { body } = await transport.send(requestTo(server.origin))
    expect(Buffer.from((await body.read())!).toString()).toBe('start')
    const waiting = failureOf(transport.send(requestTo(server.origin)))
    const since = performance.now()
    await transport.close()
    expect(performance.now() - since).toBeLessThan(2_000)
    expect(await waiting).toMatchObject({ code: 'InvalidArgument' })
    expect(await failureOf(body.read())).toMatchObject({ code: 'Timeout' })
    await eventually(() => server.open.size === 0)
  })
})
