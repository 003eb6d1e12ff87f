import { afterEach, describe, expect, test } from '@jest/globals'
import { notesOf } from '../../src/http/failure-notes.ts'
import { deadlineAfter, type TimeoutName } from '../../src/http/timeouts.ts'
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

const silent = (): void => undefined

async function expectTimeout(
  promise: Promise<unknown> | undefined | Uint8Array,
  name: TimeoutName,
  milliseconds: number,
): Promise<unknown> {
  const since = performance.now()
  const error = await failureOf(promise)
  const waited = performance.now() - since
  expect(error).toMatchObject({ code: 'Timeout' })
  expect(String(error)).toContain(`within ${milliseconds} ms (timeouts.${name})`)
  expect(notesOf(error).timeout).toBe(name)
  expect(waited).toBeGreaterThan(milliseconds - 20)
  expect(waited).toBeLessThan(milliseconds + 500)
  return error
}

describe('stalls, stage by stage', () => {
  test('a name look-up that never ends: connect', async () => {
    const transport = transportOf({ lookup: silent })
    const request = requestTo(
      { scheme: 'http', host: 'slow.test' },
      { timeouts: { connect: 100 }, body: bytesBody('x') },
    )
    const error = await expectTimeout(transport.send(request), 'connect', 100)
    expect(notesOf(error).sent).toBe('nothing')
    await eventually(() => transport.stats().active === 0)
  })

  test('a server that never answers: headers', async () => {
    const server = await serve(silent)
    const transport = transportOf()
    const request = requestTo(server.origin, { timeouts: { headers: 100, idle: 10 } })
    const error = await expectTimeout(transport.send(request), 'headers', 100)
    expect(notesOf(error).sent).toBeUndefined()
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('a server that never answers a slow request: long', async () => {
    const server = await serve(silent)
    const timeouts = { headers: 10, long: 150 }
    const request = requestTo(server.origin, { slow: true, timeouts, body: bytesBody('x') })
    const error = await expectTimeout(transportOf().send(request), 'long', 150)
    expect(notesOf(error).sent).toBeUndefined()
  })

  test('a server that takes no bytes: idle', async () => {
    const server = await serve(({ socket }) => void socket.pause())
    const body = bytesBody(new Uint8Array(30_000_000))
    const transport = transportOf()
    const request = requestTo(server.origin, { body, timeouts: { headers: 10, idle: 200 } })
    const error = await failureOf(transport.send(request))
    expect(String(error)).toContain('(timeouts.idle)')
    expect(notesOf(error)).toEqual({ timeout: 'idle', sent: 'part' })
    await eventually(() => transport.stats().active === 0)
  })

  test('a server that stops in the middle of its answer: idle', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')
    })
    const transport = transportOf()
    const { body } = await transport.send(requestTo(server.origin, { timeouts: { idle: 100 } }))
    expect(await body.read()).toHaveLength(3)
    await expectTimeout(body.read(), 'idle', 100)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('a body that nobody reads: unread', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
    })
    const transport = transportOf()
    const { body } = await transport.send(
      requestTo(server.origin, { timeouts: { unread: 150, idle: 10 } }),
    )
    await eventually(() => transport.stats().unread === 1)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
    expect(String(await failureOf(body.read()))).toContain('within 150 ms (timeouts.unread)')
  })

  test('an operation that takes too long: total, also while its body is read', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 10)
      socket.on('close', () => clearInterval(timer))
    })
    const transport = transportOf()
    const { body } = await transport.send(
      requestTo(server.origin, { deadline: deadlineAfter(200) }),
    )
    const since = performance.now()
    const error = await failureOf(textOf(body))
    expect(error).toMatchObject({ code: 'Timeout', retryable: false })
    expect(String(error)).toContain('within 200 ms (timeouts.total)')
    expect(performance.now() - since).toBeLessThan(500)
    await eventually(() => transport.stats().active === 0)
  })
})

describe('slowness that is not a stall', () => {
  test('a source that is slow', async () => {
    const server = await serve(async (request) => {
      await request.body()
      request.socket.write(answerOf('done'))
    })
    let left = 3
    const reader = {
      async read() {
        await new Promise((resolve) => setTimeout(resolve, 150))
        left -= 1
        return left < 0 ? undefined : Buffer.from('x')
      },
      cancel: async () => undefined,
    }
    const timeouts = { connect: 100, headers: 100, idle: 100, unread: 100 }
    const request = requestTo(server.origin, { body: streamBody(3, reader), timeouts })
    const response = await transportOf().send(request)
    expect(await textOf(response.body)).toBe('done')
  })

  test('a reader that is slow, within its time', async () => {
    const server = await serve(({ socket }) => {
      socket.write(answerOf(new Uint8Array(2_000_000)))
    })
    const timeouts = { idle: 100, unread: 400 }
    const { body } = await transportOf().send(requestTo(server.origin, { timeouts }))
    let bytes = 0
    let reads = 0
    for (;;) {
      if (reads < 4) await new Promise((resolve) => setTimeout(resolve, 200))
      reads += 1
      const chunk = await body.read()
      if (chunk === undefined) break
      bytes += chunk.length
    }
    expect(bytes).toBe(2_000_000)
  })

  test('a server that takes a large body slowly but steadily', async () => {
    const size = 24_000_000
    const server = await serve(async (request) => {
      const { socket } = request
      let since = socket.bytesRead
      socket.on('data', () => {
        if (socket.bytesRead - since < 2_000_000) return
        since = socket.bytesRead
        socket.pause()
        setTimeout(() => socket.resume(), 150)
      })
      await request.body()
      socket.write(answerOf('done'))
    })
    const begun = performance.now()
    const reader = repeated(new Uint8Array(100_000), size / 100_000)
    const body = streamBody(size, reader)
    const request = requestTo(server.origin, { body, timeouts: { idle: 1_000 } })
    const response = await transportOf().send(request)
    expect(await textOf(response.body)).toBe('done')
    expect(performance.now() - begun).toBeGreaterThan(1_000)
  }, 30_000)
})

describe('cancelling', () => {
  const reason = { why: 'the caller has enough' }

  test('beforehand: nothing is sent', async () => {
    const server = await serve(silent)
    const signal = AbortSignal.abort(reason)
    expect(await failureOf(transportOf().send(requestTo(server.origin, { signal })))).toBe(reason)
    expect(server.connections).toBe(0)
  })

  test('while the connection is made', async () => {
    const transport = transportOf({ lookup: silent })
    const controller = new AbortController()
    const request = requestTo({ scheme: 'http', host: 'slow.test' }, { signal: controller.signal })
    const sent = transport.send(request)
    controller.abort(reason)
    expect(await failureOf(sent)).toBe(reason)
    await eventually(() => transport.stats().active === 0)
  })

  test('while the answer is waited for', async () => {
    const server = await serve(() => controller.abort(reason))
    const controller = new AbortController()
    const transport = transportOf()
    const request = requestTo(server.origin, { signal: controller.signal })
    expect(await failureOf(transport.send(request))).toBe(reason)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('while the body is read, and between two reads', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
    })
    const transport = transportOf()
    for (const between of [false, true]) {
      const controller = new AbortController()
      const request = requestTo(server.origin, { signal: controller.signal })
      const { body } = await transport.send(request)
      await body.read()
      const next = between ? undefined : failureOf(body.read())
      controller.abort(reason)
      expect(await (next ?? failureOf(body.read()))).toBe(reason)
      await eventually(() => transport.stats().active === 0 && server.open.size === 0)
    }
  })

  test('a signal that covers many calls causes no warning', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    const server = await serve(({ socket }) => void socket.write(answerOf('x')))
    const transport = transportOf()
    const { signal } = new AbortController()
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        await textOf((await transport.send(requestTo(server.origin, { signal }))).body)
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })
})
