import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isStorageError, type HttpResponse } from '@cloudstore/core'
import { resumingBody } from '../src/resuming-body.ts'
import { s3Error, s3StandIn, type S3StandIn } from './support/s3-stand-in.ts'
import { failureOf, standInDriver } from './support/stand-in-driver.ts'

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
  server.put('/box/k', bytes)
})
afterEach(() => server.close())

function reads(): { range: string | undefined; ifMatch: string | undefined }[] {
  return server.requests.map(({ headers }) => ({
    range: headers['range'],
    ifMatch: headers['if-match'],
  }))
}

/** The object, with the connection broken behind so many bytes of the answer. */
function brokenAt(cutAt: number, headers: Record<string, string> = {}) {
  const { etag = '' } = server.objects.get('/box/k') ?? {}
  return { body: bytes, cutAt, headers: { etag: `"${etag}"`, ...headers } }
}

describe('a download that breaks off', () => {
  test('goes on where it was, if the object is still the same', async () => {
    server.fault = (_request, count) => (count === 1 ? brokenAt(100_000) : undefined)
    const { driver } = standInDriver(server)
    const got = await driver.container('box').get('k').bytes()
    expect(Buffer.compare(got, bytes)).toBe(0)
    const etag = server.objects.get('/box/k')?.etag
    expect(reads()).toEqual([
      { range: undefined, ifMatch: undefined },
      { range: 'bytes=100000-299999', ifMatch: `"${etag}"` },
    ])
  })

  test('a range goes on within its ends', async () => {
    server.fault = (_request, count) =>
      count === 1
        ? {
            ...brokenAt(10),
            status: 206,
            body: bytes.subarray(1000, 2000),
            headers: { etag: '"e"', 'content-range': 'bytes 1000-1999/300000' },
          }
        : undefined
    server.objects.set('/box/k', { bytes, etag: 'e', headers: {} })
    const { driver } = standInDriver(server)
    const got = await driver
      .container('box')
      .get('k', { range: { start: 1000, end: 2000 } })
      .bytes()
    expect(Buffer.compare(got, bytes.subarray(1000, 2000))).toBe(0)
    expect(reads()[1]).toEqual({ range: 'bytes=1010-1999', ifMatch: '"e"' })
  })

  test('an object that was changed meanwhile is not glued together', async () => {
    server.fault = (_request, count) => {
      if (count === 1) return brokenAt(1000, { etag: '"older"' })
      return undefined
    }
    const { driver } = standInDriver(server)
    const error = await failureOf(driver.container('box').get('k').bytes())
    expect(error).toMatchObject({ code: 'Network', hint: expect.stringContaining('was changed') })
    expect(server.requests).toHaveLength(2)
  })

  test.each([
    ['a weak ETag', { etag: 'W/"abc"' }],
    ['no ETag', { 'last-modified': new Date(0).toUTCString() }],
  ])('%s is no ground to go on', async (_name, headers) => {
    server.fault = () => ({ body: bytes, cutAt: 1000, headers })
    const { driver } = standInDriver(server)
    const error = await failureOf(driver.container('box').get('k').bytes())
    expect(error).toMatchObject({ code: 'Network' })
    expect(server.requests).toHaveLength(1)
  })

  test('a server that answers the wrong range, or everything, is not believed', async () => {
    for (const answer of [
      { status: 206, body: 'x', headers: { 'content-range': 'bytes 0-0/300000' } },
      { body: bytes },
    ]) {
      const before = server.requests.length
      server.fault = (_request, count) => (count === before + 1 ? brokenAt(1000) : answer)
      const { driver } = standInDriver(server)
      const error = await failureOf(driver.container('box').get('k').bytes())
      expect(error).toMatchObject({ code: 'Network' })
    }
  })

  test('one that breaks for ever ends', async () => {
    server.fault = ({ headers }) => {
      const start = Number(/\d+/.exec(headers['range'] ?? '0')?.[0])
      const rest = bytes.subarray(start)
      const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
      return {
        ...brokenAt(100, start === 0 ? {} : range),
        body: rest,
        status: start === 0 ? 200 : 206,
      }
    }
    const { driver } = standInDriver(server)
    const error = await failureOf(driver.container('box').get('k').bytes())
    expect(error).toMatchObject({ code: 'Network' })
    expect(server.requests).toHaveLength(4)
  })

  test('one that gets on by a megabyte between breaks does not', async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, 'abcdefg')
    server.put('/box/large', large)
    const etag = `"${server.objects.get('/box/large')?.etag}"`
    const piece = 1_500_000
    server.fault = ({ headers }) => {
      const start = Number(/\d+/.exec(headers['range'] ?? '0')?.[0])
      const range = `bytes ${start}-${large.length - 1}/${large.length}`
      return {
        status: start === 0 ? 200 : 206,
        headers: { etag, ...(start > 0 && { 'content-range': range }) },
        body: large.subarray(start),
        ...(start + piece < large.length && { cutAt: piece }),
      }
    }
    const { driver } = standInDriver(server)
    const got = await driver.container('box').get('large').bytes()
    expect(Buffer.compare(got, large)).toBe(0)
    expect(server.requests.length).toBeGreaterThan(5)
  })
})

describe('lengths that are not true', () => {
  test('fewer bytes than announced are an error', async () => {
    server.fault = () => ({ body: 'short', headers: { etag: '"e"', 'content-length': '10' } })
    const { driver } = standInDriver(server, { timeouts: { idle: 200 }, retries: false })
    const error = await failureOf(driver.container('box').get('k').bytes())
    expect(isStorageError(error, 'Network', 'Timeout')).toBe(true)
  })

  test('an answer that does not say its length is refused, and lets its connection go', async () => {
    server.fault = () => ({ body: 'x', headers: { etag: '"e"', 'content-length': 'none' } })
    const { driver } = standInDriver(server, { retries: false })
    const error = await failureOf(driver.container('box').get('k').bytes())
    expect(isStorageError(error, 'MalformedResponse', 'Network')).toBe(true)
  })

  test.each([
    ['a shorter range', { 'content-range': 'bytes 0-4/300000' }],
    ['another range', { 'content-range': 'bytes 10-19/300000' }],
    ['no range', {}],
  ])('%s than was asked for is refused', async (_name, headers) => {
    server.fault = () => ({ status: 206, body: 'abcde', headers: { etag: '"e"', ...headers } })
    const { driver } = standInDriver(server)
    const call = driver
      .container('box')
      .get('k', { range: { start: 0, end: 10 } })
      .bytes()
    expect(await failureOf(call)).toMatchObject({
      code: 'MalformedResponse',
      message: expect.stringContaining('the range that was asked for'),
    })
  })

  test('a server that ignores the range is believed when everything was meant', async () => {
    server.fault = () => ({ body: 'whole', headers: { etag: '"e"' } })
    const box = standInDriver(server).driver.container('box')
    expect(await box.get('k', { range: { start: 0 } }).text()).toBe('whole')
    expect(await failureOf(box.get('k', { range: { start: 1 } }).text())).toMatchObject({
      code: 'MalformedResponse',
    })
  })
})

test('a reading that is cancelled while its rest is asked for lets that answer go', async () => {
  let cancelled = 0
  let arrive: ((response: HttpResponse) => void) | undefined
  const response = (read: () => Promise<undefined>): HttpResponse => ({
    status: 206,
    headers: { etag: '"e"', 'content-range': 'bytes 0-9/10' },
    body: {
      read,
      async cancel() {
        cancelled += 1
      },
    },
  })
  const { driver } = standInDriver(server)
  server.fault = () => 'reset'
  const broken = await failureOf(driver.container('box').exists('k'))
  const body = resumingBody({
    request: { container: 'box', key: 'k' },
    response: response(() => Promise.reject(broken)),
    start: 0,
    end: 10,
    get: () =>
      new Promise((resolve) => {
        arrive = resolve
      }),
  })
  const reading = failureOf(Promise.resolve(body.read()))
  await new Promise((resolve) => setTimeout(resolve, 1))
  await body.cancel()
  arrive?.(response(async () => undefined))
  expect(await reading).toBe(broken)
  expect(cancelled).toBe(2)
})

test('an object that is not there, or whose container is not, is named as that', async () => {
  const { driver } = standInDriver(server)
  expect(await failureOf(driver.container('box').get('none').text())).toMatchObject({
    code: 'ObjectDoesNotExist',
  })
  expect(await failureOf(driver.container('nobox').get('none').text())).toMatchObject({
    code: 'ContainerDoesNotExist',
  })
  server.fault = () => s3Error(403, 'AccessDenied')
  expect(await failureOf(driver.container('box').get('k').text())).toMatchObject({
    code: 'AccessDenied',
  })
})
