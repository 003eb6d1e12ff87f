import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { s3Error, s3StandIn, type S3StandIn } from './support/s3-stand-in.ts'
import { failureOf, standInDriver } from './support/stand-in-driver.ts'

let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
  server.put('/box/k', 'v')
})
afterEach(() => server.close())

function box(name = 'box') {
  return standInDriver(server).driver.container(name)
}

function trace(): string[] {
  return server.requests.map(({ method, path }) => `${method} ${path}`)
}

describe('a HEAD that answers 404', () => {
  test('is about the key when the container is there', async () => {
    expect(await failureOf(box().head('none'))).toMatchObject({ code: 'ObjectDoesNotExist' })
    expect(trace()).toEqual(['HEAD /box/none', 'HEAD /box'])
  })

  test('is about the container when that is not there', async () => {
    expect(await failureOf(box('nobox').head('k'))).toMatchObject({ code: 'ContainerDoesNotExist' })
  })

  test('the container is not asked for again within a minute', async () => {
    const same = box()
    await same.head('k')
    await failureOf(same.head('none'))
    expect(trace()).toEqual(['HEAD /box/k', 'HEAD /box/none'])
  })

  test('credentials that may not ask for the container get the first answer', async () => {
    server.fault = ({ path }) => (path === '/box' ? { status: 403 } : undefined)
    expect(await failureOf(box().head('none'))).toMatchObject({ code: 'ObjectDoesNotExist' })
    expect(await box().exists('none')).toBe(false)
  })

  test('a container that cannot be asked for leaves the question open', async () => {
    server.fault = ({ path }) => (path === '/box' ? { status: 500 } : undefined)
    expect(await failureOf(box().exists('none'))).toMatchObject({ code: 'ServiceUnavailable' })
  })
})

test.each([
  [403, 'AccessDenied'],
  [400, 'InvalidArgument'],
  [405, 'UnsupportedOperation'],
  [301, 'WrongRegion'],
])('a HEAD that answers %i is %s', async (status, code) => {
  server.fault = () => ({ status })
  expect(await failureOf(box().head('k'))).toMatchObject({ code, status })
})

test('a 304 is NotModified', async () => {
  server.fault = () => ({ status: 304 })
  expect(await failureOf(box().get('k', { ifNoneMatch: 'e' }).text())).toMatchObject({
    code: 'NotModified',
  })
})

describe('a put', () => {
  test('that the server stored otherwise is an error', async () => {
    server.fault = () => ({ headers: { etag: '"9e107d9d372bb6826bd81d3542a419d6"' } })
    expect(await failureOf(box().put('new', 'x'))).toMatchObject({ code: 'ObjectHashMismatch' })
    expect(await box().put('new', 'x', { verifyHash: false })).toMatchObject({ key: 'new' })
  })

  test('is sent with length and hash, and never chunked', async () => {
    await box().put('new', 'bytes')
    await box().put('empty', '')
    const [first, second] = server.requests.map(({ headers }) => headers)
    expect(first).toMatchObject({ 'content-length': '5', 'content-md5': expect.any(String) })
    expect(second).toMatchObject({ 'content-length': '0' })
    for (const headers of [first, second]) {
      expect(headers).not.toHaveProperty('transfer-encoding')
      expect(Object.keys(headers ?? {}).filter((name) => /checksum|trailer/.test(name))).toEqual([])
    }
  })

  test('without hashes sends none of the bytes', async () => {
    await box().put('new', 'bytes', { verifyHash: false })
    expect(server.requests[0]?.headers).not.toHaveProperty('content-md5')
  })

  test('that is refused with a condition on an object that is missing says so', async () => {
    server.fault = () => s3Error(404, 'NoSuchKey')
    expect(await failureOf(box().put('new', 'x', { ifMatch: 'e' }))).toMatchObject({
      code: 'ObjectDoesNotExist',
    })
  })
})

describe('what is no answer of a storage server', () => {
  const page = {
    headers: { 'content-type': 'text/html' },
    body: '\n<!DOCTYPE html>\n<html><body>Log in</body></html>',
  }

  test.each([
    ['a put', () => box().put('new', 'x')],
    ['a delete', () => box().delete('k')],
    ['a new container', () => standInDriver(server).driver.createContainer('another')],
  ])('a web page is no success: %s', async (_name, call) => {
    server.fault = ({ method }) => (method === 'HEAD' ? { status: 404 } : page)
    expect(await failureOf(call())).toMatchObject({
      code: 'MalformedResponse',
      outcome: 'unknown',
      hint: expect.stringContaining('proxy'),
    })
  })

  test('a part is not the whole', async () => {
    server.fault = () => ({
      status: 206,
      headers: { etag: '"e"', 'content-range': 'bytes 0-4/10' },
      body: 'bytes',
    })
    expect(await failureOf(box().get('k').text())).toMatchObject({ code: 'MalformedResponse' })
  })
})

describe('an object that shall be encrypted with a key of the customer', () => {
  const sseCustomerKey = new Uint8Array(32)

  test('is no success where the server does not say that it is', async () => {
    expect(await failureOf(box().put('new', 'x', { sseCustomerKey }))).toMatchObject({
      code: 'UnsupportedOperation',
      hint: expect.stringContaining('delete'),
    })
    const options = { sseCustomerKey, partSize: 5 * 1024 ** 2 }
    const large = box().put('large', Buffer.alloc(6 * 1024 ** 2), options)
    expect(await failureOf(large)).toMatchObject({ code: 'UnsupportedOperation' })
    expect([server.objects.has('/box/large'), server.uploads.size]).toEqual([false, 0])
  })

  test('is one where it says so', async () => {
    const headers = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }
    server.fault = () => ({ headers })
    expect(await box().put('new', 'x', { sseCustomerKey })).toMatchObject({ size: 1 })
  })

  test('a HEAD without the key, to which nobody says what is wrong, has a hint', async () => {
    server.fault = () => ({ status: 400 })
    expect(await failureOf(box().head('k'))).toMatchObject({
      code: 'InvalidArgument',
      hint: expect.stringContaining('sseCustomerKey'),
    })
  })
})

describe('a delete', () => {
  test('of a key that is not there is none the worse', async () => {
    server.fault = () => s3Error(404, 'NoSuchKey')
    expect(await box().delete('none')).toBe(true)
  })

  test('in a container that is not there is an error', async () => {
    server.fault = () => s3Error(404, 'NoSuchBucket')
    expect(await failureOf(box().delete('k'))).toMatchObject({ code: 'ContainerDoesNotExist' })
  })
})

describe('a batch of deletes', () => {
  test('says which keys failed, and goes on with the others', async () => {
    server.fault = () => ({
      body: '<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error><Error><Key>c</Key><Code>NoSuchKey</Code></Error></DeleteResult>',
    })
    const error = await failureOf(box().deleteMany(['a', 'b', 'c']))
    expect(error).toMatchObject({
      failures: [expect.objectContaining({ key: 'b', code: 'AccessDenied' })],
    })
    expect(server.requests[0]?.headers).toHaveProperty('content-md5')
  })

  test.each(['', '<Error>', '<DeleteResult>', '<html/>'])(
    '%j for an answer is no success',
    async (body) => {
      server.fault = () => ({ body })
      expect(await failureOf(box().deleteMany(['a']))).toMatchObject({
        failures: [expect.objectContaining({ key: 'a', code: 'MalformedResponse' })],
      })
    },
  )

  test('a 404 without a word is the container', async () => {
    server.fault = () => ({ status: 404 })
    expect(await failureOf(box().deleteMany(['a']))).toMatchObject({
      failures: [expect.objectContaining({ code: 'ContainerDoesNotExist' })],
    })
  })

  test('a thousand at a time', async () => {
    server.fault = () => ({ body: '<DeleteResult/>' })
    const keys = Array.from({ length: 2001 }, (_, index) => `k${index}`)
    expect(await box().deleteMany(keys)).toEqual({ deleted: 2001 })
    const sizes = server.requests.map(({ body }) => String(body).split('<Object>').length - 1)
    expect(sizes).toEqual([1000, 1000, 1])
  })
})

test('a web server that answers 200 to everything is no storage', async () => {
  const page = { headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' }
  server.fault = () => page
  const { driver } = standInDriver(server, { retries: false })
  const same = driver.container('box')
  for (const call of [same.get('k').text(), same.head('k'), same.exists('k')]) {
    expect(await failureOf(call)).toMatchObject({
      code: 'MalformedResponse',
      hint: expect.stringContaining('check option endpoint'),
    })
  }
  for (const headers of [
    { etag: '"e"' },
    { 'last-modified': new Date(0).toUTCString() },
    { 'x-amz-request-id': 'tx' },
  ]) {
    server.fault = () => ({ ...page, headers })
    expect(await same.get('k').text()).toBe(page.body)
  }
})
