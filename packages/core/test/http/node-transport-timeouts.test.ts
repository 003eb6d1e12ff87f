import { afterEach, describe, expect, test } from '@jest/globals'
import { notesOf } from '../../src/http/failure-notes.ts'
import { expectTimeout } from './support/expect-timeout.ts'
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

  test('while the connection is made', async () => {
    const transport = transportOf({ lookup: silent })
    const controller = new AbortController()
    const request = requestTo({ scheme: 'http', host: 'slow.test' }, { signal: controller.signal })
    const sent = transport.send(request)
    controller.abort(reason)
    expect(await failureOf(sent)).toBe(reason)
    await eventually(() => transport.stats().active === 0)
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
