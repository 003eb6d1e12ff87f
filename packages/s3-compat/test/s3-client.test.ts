import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { inspect } from 'node:util'
import type { S3Credentials } from '../src/signing/credentials.ts'
import { s3Error, s3StandIn, type S3StandIn } from './support/s3-stand-in.ts'
import { failureOf, secret, standInDriver, standInFacts } from './support/stand-in-driver.ts'

let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
  server.put('/box/k', 'v')
})
afterEach(() => server.close())

describe('answers that ask for another try', () => {
  test.each([
    ['503 SlowDown', s3Error(503, 'SlowDown')],
    ['429 without a body', { status: 429 }],
    ['500 InternalError', s3Error(500, 'InternalError')],
    ['502 from a proxy', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['400 RequestTimeout', s3Error(400, 'RequestTimeout')],
    ['a connection that breaks', 'reset' as const],
  ])('%s', async (_name, fault) => {
    server.fault = (_request, count) => (count < 3 ? fault : undefined)
    const { driver } = standInDriver(server)
    await driver.container('box').put('new', 'bytes')
    expect(server.requests).toHaveLength(3)
    expect(String(server.objects.get('/box/new')?.bytes)).toBe('bytes')
  })

  test('after four of them the error says so', async () => {
    server.fault = () => s3Error(503, 'SlowDown')
    const { driver } = standInDriver(server)
    const error = await failureOf(driver.container('box').put('new', 'bytes'))
    expect(error).toMatchObject({ code: 'RateLimited', attempts: 4, serverCode: 'SlowDown' })
    expect(server.requests).toHaveLength(4)
  })

  test('Retry-After is kept', async () => {
    server.fault = (_request, count) =>
      count === 1 ? { ...s3Error(503, 'SlowDown'), headers: { 'retry-after': '1' } } : undefined
    const { driver, events } = standInDriver(server)
    await driver.container('box').head('k')
    const retry = events.find((event) => event.type === 'retry')
    expect(retry).toMatchObject({ status: 503, delay: expect.any(Number) })
    expect((retry as { delay: number }).delay).toBeGreaterThanOrEqual(1000)
  })

  test('a wait that is longer than the longest is not made', async () => {
    server.fault = () => ({ ...s3Error(429, 'TooManyRequests'), headers: { 'retry-after': '60' } })
    const { driver } = standInDriver(server)
    const error = await failureOf(driver.container('box').head('k'))
    expect(error).toMatchObject({ code: 'RateLimited', hint: expect.stringContaining('60 s') })
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['AccessDenied', 403],
    ['NoSuchKey', 404],
    ['InvalidArgument', 400],
    ['NotImplemented', 501],
  ])('%s does not', async (code, status) => {
    server.fault = () => s3Error(status, code)
    const { driver } = standInDriver(server)
    await failureOf(driver.container('box').get('k').text())
    expect(server.requests).toHaveLength(1)
  })
})

describe('a conflict', () => {
  test.each(['OperationAborted', 'ConcurrentModification'])(
    '%s is tried again, also what has a condition, since the server says that it did nothing',
    async (code) => {
      server.fault = (_request, count) => (count < 3 ? s3Error(409, code) : undefined)
      const { driver } = standInDriver(server)
      await driver.container('box').put('new', 'bytes', { ifNoneMatch: '*' })
      expect(server.requests).toHaveLength(3)
      server.fault = () => s3Error(409, code)
      expect(await failureOf(driver.container('box').delete('k'))).toMatchObject({
        code: 'Conflict',
        attempts: 4,
        retryable: true,
      })
    },
  )

  test.each(['ConditionalRequestConflict', 'InvalidBucketState', ''])(
    '%j is not: what it was about has changed',
    async (code) => {
      server.fault = () => (code === '' ? { status: 409 } : s3Error(409, code))
      const { driver } = standInDriver(server)
      const error = await failureOf(driver.container('box').put('new', 'x', { ifNoneMatch: '*' }))
      expect(error).toMatchObject({ code: 'Conflict', retryable: false })
      expect(error).not.toHaveProperty('outcome')
      expect(server.requests).toHaveLength(1)
    },
  )
})

describe('what cannot be sent twice', () => {
  test('a source that was read is not, and the error comes out', async () => {
    server.fault = (_request, count) => (count === 1 ? 'reset' : undefined)
    const { driver } = standInDriver(server, { signatureVersion: '2' })
    const source = (async function* () {
      yield Buffer.alloc(1000)
    })()
    const error = await failureOf(driver.container('box').put('new', source, { size: 1000 }))
    expect(error).toMatchObject({ code: 'Network' })
    expect(server.objects.has('/box/new')).toBe(false)
    expect(server.requests).toHaveLength(1)
  })

  test('a source that can be opened again is', async () => {
    server.fault = (_request, count) => (count === 1 ? 'reset' : undefined)
    const { driver } = standInDriver(server, { signatureVersion: '2' })
    let opened = 0
    const source = () => {
      opened += 1
      return [Buffer.alloc(1000, 'x')]
    }
    await driver.container('box').put('new', source, { size: 1000 })
    expect(server.objects.get('/box/new')?.bytes).toHaveLength(1000)
    expect(opened).toBeGreaterThanOrEqual(2)
  })
})

describe('conditional writes', () => {
  const put = () =>
    standInDriver(server).driver.container('box').put('new', 'mine', { ifNoneMatch: '*' })

  test('are sent again when the server says that it did nothing', async () => {
    server.fault = (_request, count) => (count === 1 ? s3Error(503, 'SlowDown') : undefined)
    await put()
    expect(server.requests).toHaveLength(2)
  })

  test.each([
    ['a lost answer', 'lose' as const],
    ['a 500', s3Error(500, 'InternalError')],
    ['a 504', { status: 504 }],
  ])('are not after %s: nobody knows', async (_name, fault) => {
    server.fault = () => fault
    expect(await failureOf(put())).toMatchObject({ outcome: 'unknown' })
    expect(server.requests).toHaveLength(1)
  })

  test('refused ones are ObjectAlreadyExists', async () => {
    server.put('/box/new', 'theirs')
    expect(await failureOf(put())).toMatchObject({ code: 'ObjectAlreadyExists', status: 412 })
    expect(String(server.objects.get('/box/new')?.bytes)).toBe('theirs')
  })
})

describe('a clock that is wrong', () => {
  const skewed = (date: number) => ({
    ...s3Error(403, 'RequestTimeTooSkewed'),
    headers: { date: new Date(date).toUTCString() },
  })
  const hour = 3_600_000

  test('is corrected once, and stays so', async () => {
    server.fault = (_request, count) => (count === 1 ? skewed(Date.now()) : undefined)
    const { driver } = standInDriver(server, { clock: () => Date.now() - hour })
    await driver.container('box').get('k').text()
    await driver.container('box').get('k').text()
    const dates = server.requests.map(({ headers }) => headers['x-amz-date'] ?? '')
    expect(dates).toHaveLength(3)
    const now = new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 11)
    expect(dates.map((date) => date.startsWith(now))).toEqual([false, true, true])
  })

  test('is corrected also by an upload that cannot be sent again: the next one works', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    server.fault = ({ headers }) => {
      const sent = Date.parse(headers['x-amz-date'] ?? '')
      return Math.abs(sent - Date.parse(date)) < 60_000
        ? undefined
        : { ...s3Error(403, 'RequestTimeTooSkewed'), headers: { date } }
    }
    // Version 2 over http sends a stream as it comes.
    const { driver } = standInDriver(server, { signatureVersion: 2 })
    const stream = () => [Buffer.from('bytes')].values()
    const put = () => driver.container('box').put('new', stream(), { size: 5 })
    expect(await failureOf(put())).toMatchObject({ code: 'ClockSkew' })
    expect(await put()).toMatchObject({ size: 5 })
    expect(server.requests).toHaveLength(2)
  })

  test('is reported when that does not help', async () => {
    server.fault = () => skewed(Date.now() + hour)
    const { driver } = standInDriver(server)
    const error = await failureOf(driver.container('box').get('k').text())
    expect(error).toMatchObject({ code: 'ClockSkew', hint: expect.stringContaining('clock') })
    expect(server.requests).toHaveLength(2)
  })

  test('several requests at once are all corrected', async () => {
    const far = (text = ''): boolean => !text.startsWith(new Date().toISOString().slice(0, 4))
    server.fault = ({ headers }) => (far(headers['x-amz-date']) ? skewed(Date.now()) : undefined)
    const { driver } = standInDriver(server, { clock: () => Date.now() - 9000 * hour })
    const box = driver.container('box')
    const texts = Array.from({ length: 8 }, () => box.get('k').text())
    expect(await Promise.all(texts)).toEqual(Array.from({ length: 8 }, () => 'v'))
  })

  test('a server without a date is believed as it is', async () => {
    server.fault = () => ({ ...s3Error(403, 'RequestTimeTooSkewed'), headers: { date: 'soon' } })
    const { driver } = standInDriver(server)
    expect(await failureOf(driver.container('box').get('k').text())).toMatchObject({
      code: 'ClockSkew',
    })
    expect(server.requests).toHaveLength(1)
  })
})

test('a server that takes no signature of version 2 says so in words that are understood', async () => {
  server.fault = () => ({
    status: 400,
    body: '<Error><Code>InvalidRequest</Code><Message>The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.</Message></Error>',
  })
  const { driver } = standInDriver(server, { signatureVersion: 2 })
  expect(await failureOf(driver.container('box').put('k', 'x'))).toMatchObject({
    hint: expect.stringContaining('signatureVersion'),
  })
})

describe('a container in another region', () => {
  const facts = () => ({
    ...standInFacts,
    endpoint: `http://{region}.test.localhost:${server.port}`,
    defaultRegion: 'nyc3',
    addressing: ['path'] as const,
  })
  const moved = (region = 'fra1') => ({
    ...s3Error(301, 'PermanentRedirect'),
    headers: { 'x-amz-bucket-region': region },
  })

  test('is asked for there, from then on', async () => {
    server.fault = ({ host }) => (host.startsWith('nyc3') ? moved() : undefined)
    const { driver } = standInDriver(server, {}, { facts: facts() })
    const box = driver.container('box')
    expect(await box.get('k').text()).toBe('v')
    expect(await box.get('k').text()).toBe('v')
    expect(server.requests.map(({ host }) => host.split('.')[0])).toEqual(['nyc3', 'fra1', 'fra1'])
    expect(server.requests[1]?.headers['authorization']).toContain('/fra1/s3/')
    expect((await box.presign('k')).url).toContain('fra1.test.localhost')
    const form = await box.uploadForm('k')
    expect(form.url).toContain('fra1.test.localhost')
    expect(form.fields['x-amz-credential']).toContain('/fra1/s3/')
  })

  test('several requests at once all get there', async () => {
    server.fault = ({ host }) => (host.startsWith('nyc3') ? moved() : undefined)
    const { driver } = standInDriver(server, {}, { facts: facts() })
    const box = driver.container('box')
    const texts = Array.from({ length: 8 }, () => box.get('k').text())
    expect(await Promise.all(texts)).toEqual(Array.from({ length: 8 }, () => 'v'))
  })

  test('servers that point at each other are not followed for ever', async () => {
    server.fault = ({ host }) => moved(host.startsWith('nyc3') ? 'fra1' : 'nyc3')
    const { driver } = standInDriver(server, {}, { facts: facts() })
    expect(await failureOf(driver.container('box').get('k').text())).toMatchObject({
      code: 'WrongRegion',
    })
    expect(server.requests.length).toBeLessThanOrEqual(3)
  })

  test.each(['evil.example/', 'a@b', '', '../x', 'x'.repeat(300) + '.'])(
    'the region %j leads nowhere',
    async (region) => {
      server.fault = () => moved(region)
      const { driver } = standInDriver(server, {}, { facts: facts() })
      expect(await failureOf(driver.container('box').get('k').text())).toMatchObject({
        code: 'WrongRegion',
      })
      expect(server.requests).toHaveLength(1)
    },
  )

  test('a caller’s own endpoint is not left: the error names the region', async () => {
    server.fault = () => ({
      ...moved(),
      headers: { ...moved().headers, location: 'http://x.example' },
    })
    const { driver } = standInDriver(server)
    expect(await failureOf(driver.container('box').get('k').text())).toMatchObject({
      code: 'WrongRegion',
      hint: expect.stringContaining('fra1'),
    })
    expect(server.requests).toHaveLength(1)
  })
})

describe('credentials', () => {
  test('from a provider are fetched once at a time, ahead of their end, and used by every attempt', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    let given = 0
    const credentials = jest.fn(async (): Promise<S3Credentials> => {
      given += 1
      return {
        key: `KEY${given}`,
        secret,
        sessionToken: `TOKEN${given}`,
        expiresAt: new Date(now + 3_600_000),
      }
    })
    const { driver } = standInDriver(server, { credentials, clock: () => now })
    const box = driver.container('box')
    server.fault = (_request, count) => {
      if (count !== 5) return undefined
      now += 3_500_000
      return s3Error(503, 'SlowDown')
    }
    await Promise.all(Array.from({ length: 4 }, () => box.get('k').text()))
    expect(credentials).toHaveBeenCalledTimes(1)
    await box.get('k').text()
    await box.get('k').text()
    const tokens = server.requests.map(({ headers }) => headers['x-amz-security-token'])
    expect(tokens.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'TOKEN1'))
    expect(tokens.at(-1)).toBe('TOKEN2')
    expect(credentials).toHaveBeenCalledTimes(2)
  })

  test('that cannot be had are an error before any request', async () => {
    const credentials = () => Promise.reject(new Error('vault is sealed'))
    const { driver } = standInDriver(server, { credentials })
    expect(await failureOf(driver.container('box').get('k').text())).toMatchObject({
      code: 'InvalidCredentials',
      cause: expect.objectContaining({ message: 'vault is sealed' }),
    })
    expect(server.requests).toHaveLength(0)
  })
})

describe('secrets', () => {
  test.each(['2', '4'] as const)(
    'are in no error and no event, version %s',
    async (signatureVersion) => {
      const customerKey = new Uint8Array(32).fill(0x41)
      const sessionToken = 'session-token-that-nobody-sees'
      const shown: unknown[] = []
      // A server that repeats all that it was sent, in every place that an error is made of.
      server.fault = ({ headers, path }) => {
        const echo = JSON.stringify(headers)
        if (path.endsWith('html')) return { status: 500, body: `<html>${echo}</html>` }
        if (path.endsWith('200')) return { body: echo, headers: { 'content-length': '0' } }
        const text = echo.replaceAll('<', '&lt;')
        return {
          status: 403,
          body: `<Error><Code>SignatureDoesNotMatch</Code><Message>${text}</Message><RequestId>${headers['authorization']}</RequestId></Error>`,
        }
      }
      const { driver, events } = standInDriver(server, { signatureVersion, sessionToken })
      const box = driver.container('box')
      const options = { sseCustomerKey: customerKey }
      for (const key of ['xml', 'html', '200']) {
        shown.push(await failureOf(box.get(key, options).text()))
        shown.push(await failureOf(box.put(key, 'x', options)))
      }
      shown.push(await failureOf(driver.listContainers()))
      shown.push(await failureOf(box.presign('k', { expiresIn: 0 })))
      const all = [...shown, ...events, driver, box, driver.s3, driver.backend]
        .map(
          (item) =>
            `${inspect(item, { depth: 9, showHidden: true })} ${JSON.stringify(item)} ${String(item)}`,
        )
        .join('\n')
      const authorizations = server.requests.map(({ headers }) => headers['authorization'] ?? '')
      const signatures = authorizations.map((text) => /[^=:\s]+=*$/.exec(text)?.[0] ?? 'none')
      const hidden = [
        secret,
        sessionToken,
        Buffer.from(customerKey).toString('base64'),
        ...signatures,
      ]
      expect(hidden.filter((text) => all.includes(text))).toEqual([])
      expect(all).toContain('[concealed]')
    },
  )
})

test('nothing that needs a NUL is sent: servers refuse it without a word', async () => {
  const { driver } = standInDriver(server)
  expect(await failureOf(driver.container('box').put('a\0b', 'x'))).toMatchObject({
    code: 'InvalidObjectName',
  })
  expect(server.requests).toHaveLength(0)
})
