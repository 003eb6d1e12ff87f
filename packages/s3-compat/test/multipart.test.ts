import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { etagOfParts } from '../src/operations/multipart.ts'
import type { ProviderFacts } from '../src/profiles/profile.ts'
import { md5, s3Error, s3StandIn, type S3StandIn, type SeenRequest } from './support/s3-stand-in.ts'
import { failureOf, standInDriver, standInFacts } from './support/stand-in-driver.ts'

const MiB = 1024 * 1024
const KiB = 1024
const bytes = Buffer.alloc(11 * KiB, 'some bytes')
const options = { partSize: 5 * KiB }
// As S3 in all but size.
const small: ProviderFacts = { ...standInFacts, multipart: { minPartBytes: KiB } }
let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
})
afterEach(() => server.close())

const isComplete = ({ method, query }: SeenRequest) => method === 'POST' && query.has('uploadId')
const isCreate = ({ method, query }: SeenRequest) => method === 'POST' && query.has('uploads')
const isAbort = ({ method, query }: SeenRequest) => method === 'DELETE' && query.has('uploadId')
const isPart = ({ method, query }: SeenRequest) => method === 'PUT' && query.has('partNumber')

function put(driverOptions = {}, more = {}) {
  const { driver } = standInDriver(server, driverOptions, { facts: small })
  return driver.container('box').put('k', bytes, { ...options, ...more })
}

function expectNothing(): void {
  expect([...server.uploads.keys()]).toEqual([])
  expect(server.objects.has('/box/k')).toBe(false)
}

test('parts make one object, whose ETag is compared', async () => {
  const object = await put()
  expect(server.requests.filter(isPart)).toHaveLength(3)
  expect(object.etag).toMatch(/^[0-9a-f]{32}-3$/)
  expect(Buffer.compare(server.objects.get('/box/k')?.bytes ?? Buffer.alloc(0), bytes)).toBe(0)
})

test('tags are set again where a server forgets those of an upload', async () => {
  await put({}, { tags: { a: 'b' } })
  expect(String(server.requests.at(-1)?.body)).toContain('<Key>a</Key><Value>b</Value>')
  server.fault = ({ query }) => (query.has('tagging') ? s3Error(403, 'AccessDenied') : undefined)
  expect(await failureOf(put({}, { tags: { a: 'b' } }))).toMatchObject({
    code: 'AccessDenied',
    hint: expect.stringContaining('is stored'),
  })
})

describe('a part that fails', () => {
  test.each([
    ['denied', s3Error(403, 'AccessDenied'), 'AccessDenied'],
    ['broken for ever', 'reset' as const, 'Network'],
    ['stored otherwise', { headers: { etag: `"${md5('other')}"` } }, 'ObjectHashMismatch'],
    ['without an ETag', {}, 'MalformedResponse'],
    ['200 with an error inside', s3Error(200, 'AccessDenied'), 'AccessDenied'],
  ])('%s: the upload is aborted and nothing left', async (_name, fault, code) => {
    server.fault = (request) =>
      isPart(request) && request.query.get('partNumber') === '2' ? fault : undefined
    expect(await failureOf(put())).toMatchObject({ code })
    expect(server.requests.some(isAbort)).toBe(true)
    expectNothing()
  })

  test('once is sent again', async () => {
    let failed = false
    server.fault = (request) => {
      if (failed || !isPart(request)) return undefined
      failed = true
      return s3Error(500, 'InternalError')
    }
    await put()
    expect(server.requests.filter(isPart)).toHaveLength(4)
  })

  test('when the abort fails too, both stand in the error', async () => {
    server.fault = (request) => {
      if (isAbort(request)) return s3Error(403, 'AccessDenied')
      return isPart(request) ? s3Error(400, 'InvalidArgument') : undefined
    }
    const { driver } = standInDriver(server, {}, { facts: small })
    const error = await failureOf(driver.container('box').put('k', bytes, options))
    expect(error).toMatchObject({
      code: 'InvalidArgument',
      cleanupError: expect.objectContaining({ code: 'AccessDenied' }),
    })
    expect(driver.stats().strandedUploads).toBe(1)
  })
})

describe('completing', () => {
  test.each([
    ['InternalError inside of a 200', s3Error(200, 'InternalError')],
    ['500', s3Error(500, 'InternalError')],
    ['503', s3Error(503, 'SlowDown')],
    ['a broken connection', 'reset' as const],
  ])('%s is tried again', async (_name, fault) => {
    let failed = false
    server.fault = (request) => {
      if (failed || !isComplete(request)) return undefined
      failed = true
      return fault
    }
    expect((await put()).size).toBe(bytes.length)
    expect(server.requests.filter(isComplete)).toHaveLength(2)
  })

  test('an error inside of a 200 is never a success', async () => {
    server.fault = (request) => (isComplete(request) ? s3Error(200, 'InternalError') : undefined)
    expect(await failureOf(put())).toMatchObject({ code: 'ServiceUnavailable', attempts: 4 })
    expectNothing()
  })

  test.each([
    ['nothing', ''],
    ['a document that is cut off', '<CompleteMultipartUploadResult><ETag>"a'],
    ['another document', '<ListBucketResult/>'],
    ['a page', '<html>OK</html>'],
  ])('%s for an answer is no success', async (_name, body) => {
    server.fault = (request) => (isComplete(request) ? { body } : undefined)
    expect(await failureOf(put())).toMatchObject({ code: 'MalformedResponse' })
    expectNothing()
  })

  test('white space before the answer keeps a connection alive', async () => {
    const xml =
      '<CompleteMultipartUploadResult><ETag>"abc-3"</ETag></CompleteMultipartUploadResult>'
    server.fault = (request) =>
      isComplete(request) ? { body: `<?xml version="1.0"?>\n${' \n'.repeat(50)}${xml}` } : undefined
    expect((await put()).etag).toBe('abc-3')
  })

  test('an answer that is lost: the upload is gone, and the object tells that it was made', async () => {
    let lost = false
    server.fault = (request) => {
      if (lost || !isComplete(request)) return undefined
      lost = true
      return 'lose'
    }
    const object = await put()
    expect(object.etag).toBe(server.objects.get('/box/k')?.etag)
    expect(server.requests.some(({ method }) => method === 'HEAD')).toBe(true)
    expect(server.uploads.size).toBe(0)
  })

  test('an object that was there before is not taken for it', async () => {
    server.put('/box/k', 'older')
    server.fault = (request) => {
      if (!isComplete(request)) return undefined
      server.uploads.clear()
      return 'reset'
    }
    expect(await failureOf(put())).toMatchObject({ code: expect.stringMatching(/Upload|Network/) })
    expect(String(server.objects.get('/box/k')?.bytes)).toBe('older')
  })

  test('without hashing, the ETags of the parts tell', async () => {
    let lost = false
    server.fault = (request) => {
      if (lost || !isComplete(request)) return undefined
      lost = true
      return 'lose'
    }
    expect((await put({}, { verifyHash: false })).size).toBe(bytes.length)
  })

  test('an answer without an ETag, as of Ceph: the object tells it', async () => {
    server.fault = (request) => {
      if (!isComplete(request)) return undefined
      const body = String(server.uploads.size === 0 ? '' : request.body)
      const numbers = [...body.matchAll(/<ETag>(?:"|&quot;)(\w+)/g)].map(([, sum = '']) => sum)
      const whole = `${md5(Buffer.from(numbers.join(''), 'hex'))}-${numbers.length}`
      server.objects.set('/box/k', { bytes, etag: whole, headers: {} })
      return {
        body: '<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>',
      }
    }
    expect((await put()).etag).toMatch(/^[0-9a-f]{32}-3$/)
  })

  test('another ETag than that of the parts is damage', async () => {
    const xml = `<CompleteMultipartUploadResult><ETag>"${md5('x')}-3"</ETag></CompleteMultipartUploadResult>`
    server.fault = (request) => (isComplete(request) ? { body: xml } : undefined)
    expect(await failureOf(put())).toMatchObject({ code: 'ObjectHashMismatch' })
  })
})

describe('beginning', () => {
  test('is tried again', async () => {
    let failed = false
    server.fault = (request) => {
      if (failed || !isCreate(request)) return undefined
      failed = true
      return s3Error(500, 'InternalError')
    }
    await put()
    expect(server.requests.filter(isCreate)).toHaveLength(2)
  })

  test.each([
    ['NoSuchBucket', s3Error(404, 'NoSuchBucket')],
    ['a 404 without a word', { status: 404 }],
  ])('%s: the container is not there', async (_name, fault) => {
    server.fault = () => fault
    expect(await failureOf(put())).toMatchObject({ code: 'ContainerDoesNotExist' })
    const whole = standInDriver(server).driver.container('box').put('k', 'whole')
    expect(await failureOf(whole)).toMatchObject({ code: 'ContainerDoesNotExist' })
  })

  test('an id that is missing is no upload', async () => {
    const body = '<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>'
    server.fault = (request) => (isCreate(request) ? { body } : undefined)
    expect(await failureOf(put())).toMatchObject({ code: 'MalformedResponse' })
    expect(server.requests).toHaveLength(1)
  })
})

test('a call that is aborted leaves nothing', async () => {
  const controller = new AbortController()
  server.fault = (request) => {
    if (!isPart(request)) return undefined
    controller.abort(new Error('enough'))
    return 'stall'
  }
  expect(await failureOf(put({}, { signal: controller.signal }))).toMatchObject({
    message: 'enough',
  })
  expectNothing()
})

test('parts below 5 MiB are refused before any request', async () => {
  const box = standInDriver(server).driver.container('box')
  const call = box.put('k', Buffer.alloc(11 * MiB), { partSize: MiB })
  expect(await failureOf(call)).toMatchObject({ code: 'InvalidArgument' })
  expect(server.requests).toHaveLength(0)
})

test('more parts than the provider takes are refused before any request', async () => {
  const multipart = { minPartBytes: KiB, maxParts: 2, maxPartBytes: 5 * KiB }
  const facts: ProviderFacts = { ...standInFacts, multipart, maxPutBytes: 5 * KiB }
  const { driver } = standInDriver(server, {}, { facts })
  const call = driver.container('box').put('k', bytes, options)
  expect(await failureOf(call)).toMatchObject({ code: expect.stringMatching(/TooLarge|Argument/) })
  expect(server.requests).toHaveLength(0)
})

describe('etagOfParts', () => {
  const part = (etag: string, md5Hex?: string) => ({ number: 1, size: 1, etag, md5: md5Hex })

  test('is known from what the server has hashed itself', () => {
    const sum = md5('a')
    const expected = `${md5(Buffer.from(sum, 'hex'))}-1`
    expect(etagOfParts([part(sum)])).toBe(expected)
    expect(etagOfParts([part(sum, sum)])).toBe(expected)
  })

  test('is not where the ETag is something else, as of an encrypted part', () => {
    expect(etagOfParts([part(md5('a'), md5('b'))])).toBeUndefined()
    expect(etagOfParts([part('opaque', md5('b'))])).toBeUndefined()
  })
})
