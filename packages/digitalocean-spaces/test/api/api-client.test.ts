import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { cdnSetting, type CdnSetting } from '../support/cdn-setting.ts'
import { apiToken, failure } from '../support/digitalocean-api.ts'
import { failureOf } from '../support/failure-of.ts'
import type { Answer } from '../support/http-server.ts'

const origin = 'photos.nyc3.digitaloceanspaces.com'

let setting: CdnSetting

beforeEach(async () => {
  setting = await cdnSetting()
  setting.api.addEndpoint(origin)
})

afterEach(async () => {
  jest.useRealTimers()
  await setting.close()
})

describe('answers that are none', () => {
  const cases: [string, Answer, object, RegExp][] = [
    [
      '401',
      failure(401, 'Unauthorized', 'Unable to authenticate you'),
      { code: 'InvalidCredentials', status: 401, serverCode: 'Unauthorized' },
      /cdn\.token/,
    ],
    [
      '403',
      failure(403, 'forbidden', 'You are not authorized'),
      { code: 'AccessDenied', status: 403 },
      /cdn\.token needs the scope cdn:read/,
    ],
    [
      '404',
      failure(404, 'not_found', 'none'),
      { code: 'InvalidArgument', status: 404 },
      /none.*not in the team that the token belongs to/,
    ],
    [
      '422',
      failure(422, 'unprocessable_entity', 'Cold Storage buckets are not supported'),
      { code: 'InvalidArgument', status: 422 },
      /have no CDN/,
    ],
    ['418', failure(418, 'teapot', 'short and stout'), { code: 'Unknown' }, /short and stout/],
    [
      'a redirection',
      { status: 302, headers: { location: 'https://evil.example' } },
      { code: 'Unknown', status: 302, retryable: false },
      /127\.0\.0\.1:\d+\/v2\/cdn\/endpoints leads elsewhere.*apiEndpoint.*proxy/,
    ],
    [
      'a page',
      { status: 400, body: '<html><h1>Bad gateway</h1></html>' },
      { code: 'InvalidArgument' },
      /Bad gateway/,
    ],
    ['no JSON', { status: 200, body: '{"endpoints": [' }, { code: 'MalformedResponse' }, /no JSON/],
    ['nothing', { status: 200 }, { code: 'MalformedResponse' }, /the answer/],
    ['a list', { status: 200, body: [] }, { code: 'MalformedResponse' }, /as documented/],
    ['no total', { status: 200, body: { endpoints: [] } }, { code: 'MalformedResponse' }, /meta/],
    [
      'another type',
      { status: 200, body: { endpoints: [{ id: 5 }], meta: { total: 1 } } },
      { code: 'MalformedResponse' },
      /endpoints\.0\.id/,
    ],
    [
      'a host that is none',
      {
        status: 200,
        body: {
          endpoints: [{ id: 'a', origin: 'b', endpoint: 'evil.example/?', ttl: 60 }],
          meta: { total: 1 },
        },
      },
      { code: 'MalformedResponse' },
      /endpoints\.0\.endpoint/,
    ],
    [
      'a domain that is none',
      {
        status: 200,
        body: {
          endpoints: [
            { id: 'a', origin: 'b', endpoint: 'a.b.c', ttl: 60, custom_domain: 'evil.example/?' },
          ],
          meta: { total: 1 },
        },
      },
      { code: 'MalformedResponse' },
      /endpoints\.0\.custom_domain/,
    ],
    [
      'a total that is none',
      { status: 200, body: { endpoints: [], meta: { total: -1 } } },
      { code: 'MalformedResponse' },
      /meta\.total/,
    ],
    [
      'an empty page before the end',
      { status: 200, body: { endpoints: [], meta: { total: 3 } } },
      { code: 'MalformedResponse' },
      /meta\.total is 3/,
    ],
    [
      'an endless one',
      { status: 200, body: 'x'.repeat(4_200_000) },
      { code: 'MalformedResponse' },
      /more than/,
    ],
  ]

  test.each(cases)('%s', async (_what, answer, expected, words) => {
    setting.api.plan('GET', answer)
    const error = await failureOf(setting.open().container('photos').cdnUrl())
    expect(error).toMatchObject({
      ...expected,
      operation: 'getContainerCdnUrl',
      provider: 'digitalocean_spaces',
      container: 'photos',
      retryable: false,
    })
    expect(error.message).toMatch(words)
    expect(setting.api.count('GET')).toBe(1)
  })

  test('never repeat the token, even where the answer does', async () => {
    setting.api.plan('GET', failure(400, `id ${apiToken}`, `bad header: Bearer ${apiToken}`))
    const error = await failureOf(setting.open().container('photos').cdnUrl())
    expect(error.message).toContain('bad header')
    expect(JSON.stringify(error)).not.toContain(apiToken)
    expect(String(error.stack)).not.toContain(apiToken)
  })

  test('never repeat a part of the token, where a long answer is cut off', async () => {
    for (let before = 290; before < 300; before += 1) {
      setting.api.plan('GET', failure(400, 'bad_request', `${'x'.repeat(before)}${apiToken} end`))
      const error = await failureOf(setting.open().container('photos').cdnUrl())
      expect(error.message).toContain('xxx')
      expect(JSON.stringify(error)).not.toContain(apiToken.slice(0, 4))
    }
    // Where a page without end is cut off, and nothing of it is left but the token.
    const cut = 64 * 1024 - 10
    const page = `${'<br>'.repeat(cut / 4)}${apiToken}${'<br>'.repeat(9999)}`
    setting.api.plan('GET', { status: 400, body: page })
    const error = await failureOf(setting.open().container('photos').cdnUrl())
    expect(JSON.stringify(error)).not.toContain(apiToken.slice(0, 4))
  })

  test('a token that may read only is told which scope is missing', async () => {
    const { api } = setting
    api.scopes.delete('cdn:delete')
    const driver = setting.open()
    const photos = driver.container('photos')
    for (const call of [
      () => driver.purgeContainerCdn(photos, ['a']),
      () => driver.disableContainerCdn(photos),
    ]) {
      const error = await failureOf(call)
      expect(error).toMatchObject({ code: 'AccessDenied', status: 403 })
      expect(error.hint).toContain('cdn:delete')
    }
    expect(api.endpoints).toHaveLength(1)
  })
})

describe('trying again', () => {
  test.each([
    ['500', failure(500, 'server_error', 'oh')],
    ['502 from a proxy', { status: 502, body: '<html>' }],
    ['500 with a page without end', { status: 500, body: 'x'.repeat(5_000_000) }],
    ['a connection that breaks', { status: 200, broken: true }],
    ['an answer that is cut short', { status: 200, body: { endpoints: [] }, half: 'breaks' }],
    [
      '429 with retry-after',
      { ...failure(429, 'too_many_requests', 'slow down'), headers: { 'retry-after': '0' } },
    ],
    [
      '429 with ratelimit-reset',
      {
        ...failure(429, 'too_many_requests', 'slow down'),
        headers: { 'ratelimit-reset': String(Math.floor(Date.now() / 1000)) },
      },
    ],
    [
      '429 that says nothing',
      { ...failure(429, 'too_many_requests', 'slow down'), headers: { 'ratelimit-reset': '' } },
    ],
  ] as const)('after %s', async (_what, answer) => {
    setting.api.plan('GET', answer)
    expect(await setting.open().container('photos').cdnUrl()).toContain('photos')
    expect(setting.api.count('GET')).toBe(2)
  })

  test('waits as long as the answer asks', async () => {
    const answer = failure(429, 'too_many_requests', 'slow down')
    setting.api.plan('GET', { ...answer, headers: { 'retry-after': '1' } })
    await setting.open().container('photos').cdnUrl()
    const [first, second] = setting.api.requests
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990)
  })

  test('a wait that is longer than retries.maxDelay is reported', async () => {
    // The stand-in says that requests are free again in an hour.
    setting.api.plan('GET', failure(429, 'too_many_requests', 'API rate limit exceeded.'))
    const error = await failureOf(setting.open().container('photos').cdnUrl())
    expect(error).toMatchObject({ code: 'RateLimited', status: 429, retryable: true })
    expect(error.hint).toMatch(/3\d\d\d s.*retries\.maxDelay/)
  })

  test('making an endpoint is not repeated when the server may have done it', async () => {
    const { api } = setting
    api.endpoints.length = 0
    api.plan('POST', failure(500, 'server_error', 'oh'))
    const error = await failureOf(setting.open().container('photos').enableCdn())
    // It was looked for afterwards, so the outcome is known.
    expect(error).toMatchObject({ code: 'ServiceUnavailable', status: 500, retryable: true })
    expect(error).not.toHaveProperty('outcome')
    expect(error.hint).toContain('Nothing was left behind')
    expect(api.count('POST')).toBe(1)
    expect(api.endpoints).toEqual([])
  })

  test('making an endpoint is repeated when the server has done nothing', async () => {
    const { api } = setting
    api.endpoints.length = 0
    const answer = failure(429, 'too_many_requests', 'API rate limit exceeded.')
    api.plan('POST', { ...answer, headers: { 'retry-after': '0' } }, { times: 2 })
    expect(await setting.open().container('photos').enableCdn()).toBe(true)
    expect(api.count('POST')).toBe(3)
    expect(api.endpoints).toHaveLength(1)
  })

  test('it ends with retries.attempts', async () => {
    setting.api.plan('GET', failure(503, 'unavailable', 'later'), { times: 9 })
    const error = await failureOf(setting.open().container('photos').cdnUrl())
    expect(error).toMatchObject({ code: 'ServiceUnavailable', attempts: 4 })
  })
})

test('an answer that does not come is waited for as long as timeouts.headers says', async () => {
  setting.api.plan('GET', { status: 200, delay: 2000 })
  const driver = setting.open({ timeouts: { headers: 50 }, retries: false })
  const error = await failureOf(driver.container('photos').cdnUrl())
  expect(error).toMatchObject({ code: 'Timeout' })
  expect(error.message).toContain('timeouts.headers')
})

test('an answer that stops in the middle is waited for as long as timeouts.idle says', async () => {
  setting.api.plan('GET', { status: 200, body: { endpoints: [] }, half: 'stalls' })
  const driver = setting.open({ timeouts: { idle: 50 }, retries: false })
  const error = await failureOf(driver.container('photos').cdnUrl())
  expect(error).toMatchObject({ code: 'Timeout' })
  expect(error.message).toContain('timeouts.idle')
})

test('a call can be cancelled', async () => {
  setting.api.plan('DELETE', { status: 204, delay: 2000 })
  const driver = setting.open()
  const controller = new AbortController()
  const purging = driver.purgeContainerCdn(driver.container('photos'), ['a'], {
    signal: controller.signal,
  })
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await expect(purging).rejects.toThrow('enough')
})

test('requests are held back to five in ten seconds, unless told otherwise', async () => {
  const driver = setting.open({ rateLimit: undefined, clientRateLimit: false })
  for (let call = 0; call < 5; call += 1) await driver.cdn.getEndpoint('photos')
  const controller = new AbortController()
  const sixth = driver.cdn.getEndpoint('photos', { signal: controller.signal })
  setTimeout(() => controller.abort(new Error('still waiting')), 200)
  await expect(sixth).rejects.toThrow('still waiting')
  expect(setting.api.count('GET')).toBe(5)
})

test('a wait for a turn that would end after timeouts.total is refused at once', async () => {
  const driver = setting.open({
    rateLimit: undefined,
    timeouts: { total: 5000 },
  })
  for (let call = 0; call < 5; call += 1) await driver.cdn.getEndpoint('photos')
  const begin = performance.now()
  const error = await failureOf(driver.cdn.getEndpoint('photos'))
  expect(performance.now() - begin).toBeLessThan(1000)
  expect(error).toMatchObject({ code: 'Timeout', operation: 'getEndpoint', container: 'photos' })
  expect(error.message).toMatch(/in 1\d s.*timeouts\.total/)
  expect(setting.api.count('GET')).toBe(5)
})

test('a wait for a turn is told', async () => {
  // Nothing but the clock of the limits, which goes on by itself.
  const others = ['Date', 'hrtime', 'nextTick', 'queueMicrotask'] as const
  const timers = ['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const
  jest.useFakeTimers({
    doNotFake: [...others, ...timers, 'setTimeout', 'clearTimeout'],
    advanceTimers: true,
  })
  const waits: object[] = []
  const driver = setting.open({
    rateLimit: undefined,
    onEvent: (event) => {
      if (event.type === 'wait') waits.push(event)
    },
  })
  for (let call = 0; call < 5; call += 1) await driver.cdn.getEndpoint('photos')
  expect(waits).toEqual([])
  jest.advanceTimersByTime(10_000)
  await driver.cdn.getEndpoint('photos')
  expect(waits).toEqual([
    {
      type: 'wait',
      for: 'rate',
      operation: 'getEndpoint',
      attempt: 1,
      origin: setting.api.url,
      milliseconds: expect.any(Number),
    },
  ])
})
