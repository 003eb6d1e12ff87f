import { afterEach, describe, expect, test } from '@jest/globals'
import { StorageError } from '../../src/errors/errors.ts'
import { httpClient, type HttpAttempt, type HttpCall } from '../../src/http/client.ts'
import type { HttpEvent } from '../../src/http/events.ts'
import type { RateLimit } from '../../src/http/rate-limit.ts'
import { resolveRetries, type RetryOptions } from '../../src/http/retry.ts'
import { resolveTimeouts, type TimeoutOptions } from '../../src/http/timeouts.ts'
import type { HttpOrigin, HttpResponse } from '../../src/http/transport.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf, type Answerer, type RawServer } from './support/raw-server.ts'
import { bytesBody, eventually, failureOf, repeated, streamBody, textOf } from './support/send.ts'

const { serve, transportOf, cleanUp } = fixtures()

afterEach(cleanUp)

interface Setup {
  client: ReturnType<typeof httpClient>
  events: HttpEvent[]
  server: RawServer
  origin: HttpOrigin
}

async function setup(
  answer: Answerer,
  settings: {
    retries?: RetryOptions
    timeouts?: TimeoutOptions
    rateLimit?: RateLimit
  } = {},
): Promise<Setup> {
  const server = await serve(answer)
  const events: HttpEvent[] = []
  const client = httpClient({
    transport: transportOf(),
    retries: resolveRetries(settings.retries ?? { baseDelay: 1 }),
    timeouts: resolveTimeouts(settings.timeouts),
    rateLimit: settings.rateLimit,
    onEvent: (event) => void events.push(event),
  })
  return { client, events, server, origin: server.origin }
}

const call: HttpCall = { operation: 'getObject', kind: 'safe', replayable: true }

/** Answers with these statuses, one after the other, the last for ever. */
function statuses(...list: number[]): Answerer & { count: number } {
  const answer = Object.assign(
    async (request: Parameters<Answerer>[0]) => {
      await request.body()
      const status = list[Math.min(answer.count, list.length - 1)] ?? 200
      answer.count += 1
      request.socket.write(answerOf(`${status}`, { status }))
    },
    { count: 0 },
  )
  return answer
}

/** What a provider does in an attempt: sends, and turns a bad answer into an error. */
function getting(origin: HttpOrigin): (attempt: HttpAttempt) => Promise<HttpResponse> {
  return async (attempt) => {
    const response = await attempt.send({ method: 'GET', origin, path: '/k?secret=1', headers: {} })
    if (response.status < 300) return response
    await response.body.cancel()
    throw new StorageError(
      response.status === 503 || response.status === 500 ? 'ServiceUnavailable' : 'AccessDenied',
      'it did not work',
      { status: response.status },
    )
  }
}

describe('retries', () => {
  test('until it works, with a new attempt each time', async () => {
    const answer = statuses(503, 500, 200)
    const { client, origin, events } = await setup(answer)
    const numbers: number[] = []
    const response = await client.run(call, (attempt) => {
      numbers.push(attempt.number)
      return getting(origin)(attempt)
    })
    expect(await textOf(response.body)).toBe('200')
    expect(numbers).toEqual([1, 2, 3])
    expect(events.filter(({ type }) => type === 'retry')).toMatchObject([
      { attempt: 1, code: 'ServiceUnavailable', status: 503, operation: 'getObject' },
      { attempt: 2, code: 'ServiceUnavailable', status: 500 },
    ])
  })

  test('until the attempts are used up; the error says how many there were', async () => {
    const answer = statuses(503)
    const { client, origin } = await setup(answer)
    const error = await failureOf(client.run(call, getting(origin)))
    expect(error).toMatchObject({ code: 'ServiceUnavailable', status: 503, attempts: 4 })
    expect(error).not.toHaveProperty('outcome')
    expect(answer.count).toBe(4)
  })

  test.each([
    ['what is final', 403, {}, { baseDelay: 1 }],
    ['a body that is gone', 503, { replayable: false }, { baseDelay: 1 }],
    ['retries: false', 503, {}, false],
    ['a conditional operation that may have been done', 500, { kind: 'conditional' }, {}],
  ] as const)('none for %s', async (_, status, overrides, retries) => {
    const answer = statuses(status)
    const { client, origin } = await setup(answer, { retries })
    const error = await failureOf(client.run({ ...call, ...overrides }, getting(origin)))
    expect(answer.count).toBe(1)
    expect(error).not.toMatchObject({ attempts: 2 })
  })

  test('of a broken connection, also of a one-shot body that nobody has read', async () => {
    let opened = 0
    const { client, origin } = await setup(statuses(200))
    let tries = 0
    const reader = repeated(Buffer.from('x'), 1)
    const body = { ...streamBody(1, reader), open: () => ((opened += 1), reader) }
    const response = await client.run(
      { ...call, kind: 'conditional', replayable: false },
      (attempt) => {
        tries += 1
        const target = tries < 3 ? { ...origin, port: 1 } : origin
        return attempt.send({ method: 'PUT', origin: target, path: '/k', headers: {}, body })
      },
    )
    expect([response.status, tries, opened]).toEqual([200, 3, 1])
    await response.body.cancel()
  })

  test('not once the caller has cancelled, not even while sleeping', async () => {
    const answer = statuses(503)
    const { client, origin, events } = await setup(answer, {
      retries: { baseDelay: 60_000, maxDelay: 60_000 },
    })
    const controller = new AbortController()
    const running = failureOf(client.run({ ...call, signal: controller.signal }, getting(origin)))
    await eventually(() => events.some(({ type }) => type === 'retry'))
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await running).toBe(reason)
    expect(answer.count).toBe(1)
    expect(
      await failureOf(client.run({ ...call, signal: controller.signal }, getting(origin))),
    ).toBe(reason)
    expect(answer.count).toBe(1)
  })

  test('what the attempt throws besides comes out unchanged', async () => {
    const { client } = await setup(statuses(200))
    const failure = { of: 'the signer' }
    expect(await failureOf(client.run(call, () => Promise.reject(failure)))).toBe(failure)
  })

  test('stop when the budget of the origin is used up', async () => {
    const answer = statuses(503)
    const { client, origin } = await setup(answer, {
      retries: { attempts: 10, baseDelay: 0, budget: 0 },
    })
    const errors = await Promise.all(
      Array.from({ length: 30 }, () => failureOf(client.run(call, getting(origin)))),
    )
    expect(answer.count).toBeLessThan(50)
    expect(
      errors.filter((error) => String(error).includes('retries.budget')).length,
    ).toBeGreaterThan(20)
  })
})

test('the answer of an attempt that fails is let go', async () => {
  const server = await serve(({ socket }) => {
    socket.write(answerOf(new Uint8Array(1_000_000), { status: 404 }))
  })
  const transport = transportOf()
  const client = httpClient({ transport, retries: resolveRetries(), timeouts: resolveTimeouts() })
  const failure = new Error('unread')
  const running = client.run(call, async (attempt) => {
    await attempt.send({ method: 'GET', origin: server.origin, path: '/k', headers: {} })
    throw failure
  })
  expect(await failureOf(running)).toBe(failure)
  await eventually(() => transport.stats().active === 0)
})

describe('Retry-After', () => {
  const asking = (value: string): Answerer & { count: number } => {
    const answer = Object.assign(
      ({ socket }: Parameters<Answerer>[0]) => {
        answer.count += 1
        const first = { status: 503, headers: { 'retry-after': value } }
        socket.write(answerOf('x', answer.count === 1 ? first : {}))
      },
      { count: 0 },
    )
    return answer
  }

  test('is waited for', async () => {
    const { client, origin, events } = await setup(asking('0.2'))
    const since = performance.now()
    await (await client.run(call, getting(origin))).body.cancel()
    expect(performance.now() - since).toBeGreaterThan(195)
    const retry = events.find((event) => event.type === 'retry')
    expect(retry?.delay).toBeGreaterThanOrEqual(200)
  })

  test('that is longer than maxDelay ends the attempts, and the error says so', async () => {
    const answer = asking('3600')
    const { client, origin } = await setup(answer)
    const error = await failureOf(client.run(call, getting(origin)))
    expect(String(error)).toContain('The server asks to wait for 3600 s')
    expect(answer.count).toBe(1)
  })
})

describe('the outcome', () => {
  const resetting: Answerer = async (request) => {
    await request.body()
    request.socket.resetAndDestroy()
  }
  const putting =
    (origin: HttpOrigin) =>
    (attempt: HttpAttempt): Promise<HttpResponse> =>
      attempt.send({ method: 'PUT', origin, path: '/k', headers: {}, body: bytesBody('abc') })

  test('of a write that the server may have done is unknown', async () => {
    const { client, origin } = await setup(resetting)
    const conditional = await failureOf(
      client.run({ ...call, kind: 'conditional' }, putting(origin)),
    )
    expect(conditional).toMatchObject({ code: 'Network', outcome: 'unknown', attempts: 1 })
    const idempotent = await failureOf(client.run({ ...call, kind: 'idempotent' }, putting(origin)))
    expect(idempotent).toMatchObject({ code: 'Network', outcome: 'unknown', attempts: 4 })
  })

  test('is not, of a read or where nothing was sent', async () => {
    const { client, origin } = await setup(resetting)
    const safe = await failureOf(client.run(call, putting(origin)))
    expect(safe).not.toHaveProperty('outcome')
    const unsent = await failureOf(
      client.run({ ...call, kind: 'conditional' }, putting({ ...origin, port: 1 })),
    )
    expect(unsent).toMatchObject({ code: 'Network', attempts: 4 })
    expect(unsent).not.toHaveProperty('outcome')
  })

  test('is not, where the server said no', async () => {
    const { client, origin } = await setup(statuses(403))
    const error = await failureOf(client.run({ ...call, kind: 'conditional' }, getting(origin)))
    expect(error).not.toHaveProperty('outcome')
  })
})

describe('repair', () => {
  test('tries again at once, without a delay and also with retries: false', async () => {
    const answer = statuses(403, 200)
    const { client, origin, events } = await setup(answer, { retries: false })
    const repaired: string[] = []
    const repair = (error: StorageError): boolean => {
      repaired.push(error.code)
      return true
    }
    const response = await client.run({ ...call, repair }, getting(origin))
    expect(await textOf(response.body)).toBe('200')
    expect(repaired).toEqual(['AccessDenied'])
    expect(events.some(({ type }) => type === 'retry')).toBe(false)
  })

  test('is tried twice at most, and not for a body that is gone', async () => {
    const answer = statuses(403)
    const { client, origin } = await setup(answer)
    const error = await failureOf(client.run({ ...call, repair: () => true }, getting(origin)))
    expect(error).toMatchObject({ code: 'AccessDenied', attempts: 3 })
    expect(answer.count).toBe(3)
    await failureOf(client.run({ ...call, replayable: false, repair: () => true }, getting(origin)))
    expect(answer.count).toBe(4)
  })
})

describe('timeouts.total', () => {
  test('spans attempts and waits', async () => {
    const { client, origin } = await setup(statuses(503), {
      timeouts: { total: 200 },
      retries: { attempts: 100, baseDelay: 50, maxDelay: 50 },
    })
    const since = performance.now()
    // The last attempt is over before the time is, or cut off by it: either way the error says whose bound it was.
    expect(String(await failureOf(client.run(call, getting(origin))))).toContain('timeouts.total')
    expect(performance.now() - since).toBeLessThan(400)
  })

  test('covers the body of the answer', async () => {
    const { client, origin } = await setup(
      ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
      { timeouts: { total: 150 } },
    )
    const { body } = await client.run(call, getting(origin))
    await body.read()
    expect(String(await failureOf(body.read()))).toContain('within 150 ms (timeouts.total)')
  })
})

test('the rate limit is kept by container, and waiting for it is told', async () => {
  const { client, origin, events } = await setup(statuses(200), {
    rateLimit: { requestsPerSecond: 20, burst: 1 },
  })
  const since = performance.now()
  const get = async (container: string): Promise<void> => {
    await (await client.run({ ...call, container }, getting(origin))).body.cancel()
  }
  await Promise.all([get('a'), get('a'), get('a'), get('b')])
  expect(performance.now() - since).toBeGreaterThan(95)
  const waits = events.filter((event) => event.type === 'wait')
  expect(waits.map(({ container, for: what }) => [container, what])).toEqual([
    ['a', 'rate'],
    ['a', 'rate'],
  ])
})

describe('events', () => {
  test('tell a request from its beginning to its end, without secrets', async () => {
    const { client, origin, events } = await setup(({ socket }) => {
      socket.write(answerOf('hello', { headers: { 'x-amz-request-id': 'r1' } }))
    })
    const response = await client.run({ ...call, container: 'c' }, (attempt) =>
      attempt.send({
        method: 'GET',
        origin,
        path: '/k?X-Amz-Signature=topsecret',
        headers: { authorization: 'topsecret' },
      }),
    )
    await textOf(response.body)
    const context = {
      operation: 'getObject',
      attempt: 1,
      origin: `http://127.0.0.1:${origin.port}`,
      container: 'c',
    }
    const milliseconds = expect.any(Number)
    expect(events).toEqual([
      { type: 'request', ...context, method: 'GET', path: '/k?X-Amz-Signature', size: 0 },
      { type: 'response', ...context, status: 200, milliseconds, requestId: 'r1' },
      { type: 'end', ...context, bytes: 5, complete: true, milliseconds },
    ])
    expect(JSON.stringify(events)).not.toContain('topsecret')
  })

  test('tell timeouts, failures, and bodies that are left', async () => {
    const { client, origin, events } = await setup(
      ({ socket, path }) => {
        if (path === '/reset') socket.resetAndDestroy()
        if (path === '/half') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')
        if (path === '/whole') socket.write(answerOf('abc'))
      },
      { timeouts: { headers: 50, idle: 50 }, retries: false },
    )
    const get = (path: string): Promise<HttpResponse> =>
      client.run(call, (attempt) => attempt.send({ method: 'GET', origin, path, headers: {} }))
    await failureOf(get('/silent'))
    await failureOf(get('/reset'))
    const half = await get('/half')
    await half.body.read()
    await failureOf(half.body.read())
    const whole = await get('/whole')
    await whole.body.cancel()
    expect(events.filter(({ type }) => type !== 'request' && type !== 'response')).toMatchObject([
      { type: 'timeout', timeout: 'headers' },
      { type: 'failure', code: 'Network' },
      { type: 'timeout', timeout: 'idle' },
      { type: 'end', complete: false },
    ])
  })

  test('a listener that throws does not touch the request', async () => {
    const server = await serve(statuses(200))
    const failure = new Error('of the listener')
    const client = httpClient({
      transport: transportOf(),
      retries: resolveRetries(),
      timeouts: resolveTimeouts(),
      onEvent() {
        throw failure
      },
    })
    const uncaught: unknown[] = []
    const real = globalThis.queueMicrotask
    globalThis.queueMicrotask = (callback) => {
      try {
        callback()
      } catch (error) {
        uncaught.push(error)
      }
    }
    try {
      expect(await textOf((await client.run(call, getting(server.origin))).body)).toBe('200')
    } finally {
      globalThis.queueMicrotask = real
    }
    expect(uncaught).toEqual([failure, failure, failure])
  })
})

test('a transport written by hand needs nothing but send', async () => {
  let tries = 0
  const client = httpClient({
    transport: {
      async send() {
        tries += 1
        if (tries < 3) throw new StorageError('Network', 'not now')
        return { status: 200, headers: {}, body: repeated(Buffer.from('x'), 1) }
      },
    },
    retries: resolveRetries({ baseDelay: 1 }),
    timeouts: resolveTimeouts(),
  })
  const response = await client.run(call, getting({ scheme: 'https', host: 'a.test' }))
  expect([response.status, tries]).toEqual([200, 3])
})
