import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BodyReader } from '../../src/contract/body.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf, type Answerer } from './support/raw-server.ts'
import { eventually, failureOf, requestTo, textOf } from './support/send.ts'

const { serve, transportOf, cleanUp } = fixtures()

afterEach(cleanUp)

// More than is read ahead, and made once.
const zeros = new Uint8Array(640 * 1024)
const largeAnswer = answerOf(zeros)
const large: Answerer = ({ socket }) => void socket.write(largeAnswer)
const smallAnswer = answerOf(zeros.subarray(0, 100_000))
const small: Answerer = ({ socket }) => void socket.write(smallAnswer)

describe('a pool full of bodies that nobody reads', () => {
  test('a call that waits is cancelled at once, or ends at timeouts.queue and says why', async () => {
    const server = await serve(large)
    const transport = transportOf({ maxConnections: 64 })
    const held = await Promise.all(
      Array.from({ length: 64 }, () => transport.send(requestTo(server.origin))),
    )
    expect(transport.stats()).toMatchObject({ active: 64, unread: 64, queued: 0 })

    const controller = new AbortController()
    const cancelled = transport.send(requestTo(server.origin, { signal: controller.signal }))
    await eventually(() => transport.stats().queued === 1)
    const reason = new Error('enough')
    const since = performance.now()
    controller.abort(reason)
    expect(await failureOf(cancelled)).toBe(reason)
    expect(performance.now() - since).toBeLessThan(100)

    const begun = performance.now()
    const error = await failureOf(
      transport.send(requestTo(server.origin, { timeouts: { queue: 200 } })),
    )
    expect(performance.now() - begun).toBeLessThan(400)
    expect(error).toMatchObject({ code: 'Timeout', hint: expect.stringContaining('cancel it') })
    expect(String(error)).toContain(
      'within 200 ms (timeouts.queue): 64 are in use, 64 of them by answers that nobody reads',
    )

    const waiting = transport.send(requestTo(server.origin))
    await held[5]?.body.cancel()
    expect((await waiting).status).toBe(200)
    await Promise.all([...held, await waiting].map(({ body }) => body.cancel()))
    await eventually(() => transport.stats().active === 0)
  })

  test('those that wait are served in their order', async () => {
    const server = await serve(large)
    const transport = transportOf({ maxConnections: 1 })
    const first = await transport.send(requestTo(server.origin))
    const order: number[] = []
    const waits: number[] = []
    const all = [1, 2, 3, 4].map(async (number) => {
      const onWait = (milliseconds: number): void => void waits.push(milliseconds)
      const { body } = await transport.send(requestTo(server.origin, { onWait }))
      order.push(number)
      await body.cancel()
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await first.body.cancel()
    await Promise.all(all)
    expect(order).toEqual([1, 2, 3, 4])
    expect(waits).toHaveLength(4)
    expect(Math.min(...waits)).toBeGreaterThan(40)
  })
})

describe('thousands of bodies', () => {
  const many = 1_000

  test('small ones that nobody reads free their connection', async () => {
    const server = await serve(small)
    const transport = transportOf({ maxConnections: 8 })
    const bodies: BodyReader[] = []
    for (let sent = 0; sent < many; sent += 1) {
      bodies.push((await transport.send(requestTo(server.origin))).body)
    }
    await eventually(() => transport.stats().active === 0)
    expect(server.connections).toBeLessThanOrEqual(8)
    expect(transport.stats().idle).toBe(server.open.size)
    expect(await textOf(bodies[many - 1]!)).toHaveLength(100_000)
  }, 60_000)

  test('large ones that are cancelled leave no connection behind', async () => {
    const server = await serve(large)
    const transport = transportOf({ maxConnections: 8 })
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let sent = 0; sent < many / 8; sent += 1) {
          const { body } = await transport.send(requestTo(server.origin))
          if (sent % 2 === 0) await body.read()
          await body.cancel()
        }
      }),
    )
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
    expect(transport.stats().origins).toEqual({})
  }, 60_000)

  test('large ones that are forgotten are given up when they are collected', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const server = await serve(large)
    const transport = transportOf({ maxConnections: 8 })
    const begin = async (): Promise<BodyReader> => {
      const { body } = await transport.send(
        requestTo(server.origin, { timeouts: { unread: Infinity, queue: 60_000 } }),
      )
      await body.read()
      return body
    }
    const forget = async (): Promise<void> => {
      const bodies = await Promise.all(Array.from({ length: 8 }, begin))
      expect(transport.stats().unread).toBe(8)
      // Until here they are held, whenever garbage is collected by itself.
      expect(bodies).toHaveLength(8)
    }
    for (let round = 0; round < 5; round += 1) {
      await forget()
      for (let tries = 0; tries < 50 && transport.stats().active > 0; tries += 1) {
        collect()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      expect(transport.stats().active).toBe(0)
    }
    await eventually(() => server.open.size === 0)
  }, 60_000)
})

describe('cancelling a body', () => {
  test('with little left keeps the connection', async () => {
    let rest: (() => void) | undefined
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 400000\r\n\r\n')
      socket.write(zeros.subarray(0, 300_000))
      rest = () => void socket.write(zeros.subarray(0, 100_000))
    })
    const transport = transportOf()
    for (let round = 0; round < 3; round += 1) {
      const { body } = await transport.send(requestTo(server.origin))
      let received = 0
      while (received < 300_000) received += (await body.read())?.length ?? 0
      const cancelled = body.cancel()
      rest?.()
      await cancelled
      expect(await body.read()).toBeUndefined()
    }
    await eventually(() => transport.stats().active === 0)
    expect(server.connections).toBe(1)
  })

  test('whose little rest does not come gives the connection up', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')
    })
    const transport = transportOf()
    const { body } = await transport.send(requestTo(server.origin))
    const since = performance.now()
    await body.cancel()
    expect(performance.now() - since).toBeLessThan(1_000)
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('ends a read that waits: with the reason, or as the end', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\nabc')
    })
    const transport = transportOf()
    for (const reason of [undefined, new Error('enough')]) {
      const { body } = await transport.send(requestTo(server.origin))
      await body.read()
      const waiting = Promise.resolve(body.read()).catch((error: unknown) => error)
      await body.cancel(reason)
      expect(await waiting).toBe(reason)
    }
    await eventually(() => transport.stats().active === 0 && server.open.size === 0)
  })

  test('two reads at once are refused, and the first goes on', async () => {
    const server = await serve(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabc')
      setTimeout(() => socket.write('def'), 30)
    })
    const { body } = await transportOf().send(requestTo(server.origin))
    await body.read()
    const first = body.read()
    expect(await failureOf(body.read())).toMatchObject({ code: 'InvalidArgument' })
    expect(Buffer.from((await first)!).toString()).toBe('def')
    expect(await body.read()).toBeUndefined()
  })
})
