import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ProviderFacts } from '../src/profiles/profile.ts'
import { md5, s3Error, s3StandIn, type S3StandIn, type SeenRequest } from './support/s3-stand-in.ts'
import { failureOf, standInDriver, standInFacts } from './support/stand-in-driver.ts'

const bytes = Buffer.alloc(10_500, 'some bytes')
const facts: ProviderFacts = { ...standInFacts, acls: { objects: [], containers: [] } }
const inParts: ProviderFacts = { ...facts, maxCopyBytes: 1000 }
let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
  server.put('/box/k', bytes, { 'content-type': 'text/x', 'x-amz-meta-a': 'b' })
})
afterEach(() => server.close())

const isCopy = ({ headers }: SeenRequest) => headers['x-amz-copy-source'] !== undefined
const isAbort = ({ method, query }: SeenRequest) => method === 'DELETE' && query.has('uploadId')

function copy(used: ProviderFacts = facts, options = {}) {
  const box = standInDriver(server, {}, { facts: used }).driver.container('box')
  return box.copy('k', 'copy', options)
}

test('is one request after a look at the source', async () => {
  await copy()
  expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'PUT'])
  expect(server.requests[1]?.headers['x-amz-copy-source']).toBe('/box/k')
})

test.each(['a b+c%2F', '/x', 'a/../b', 'ü😀', "quote'(*)!"])(
  'the source %j is encoded',
  async (key) => {
    server.fault = (request) =>
      isCopy(request)
        ? { body: '<CopyObjectResult><ETag>e</ETag></CopyObjectResult>' }
        : { headers: { etag: '"e"', 'content-length': '1' } }
    const box = standInDriver(server, {}, { facts }).driver.container('box')
    await box.copy(key, 'copy')
    const source = server.requests.find(isCopy)?.headers['x-amz-copy-source'] ?? ''
    expect(source).toMatch(/^\/box\/[\w./~%-]*$/)
    expect(decodeURIComponent(source)).toBe(`/box/${key}`)
  },
)

describe('a 200 with an error inside', () => {
  test('is tried again', async () => {
    let failed = false
    server.fault = (request) => {
      if (failed || !isCopy(request)) return undefined
      failed = true
      return s3Error(200, 'InternalError')
    }
    await copy()
    expect(server.requests.filter(isCopy)).toHaveLength(2)
  })

  test.each([
    ['InternalError', 'ServiceUnavailable', 4],
    ['SlowDown', 'RateLimited', 4],
    ['AccessDenied', 'AccessDenied', 1],
  ])('%s is never a success', async (serverCode, code, requests) => {
    server.fault = (request) => (isCopy(request) ? s3Error(200, serverCode) : undefined)
    expect(await failureOf(copy())).toMatchObject({ code })
    expect(server.requests.filter(isCopy)).toHaveLength(requests)
    expect(server.objects.has('/box/copy')).toBe(false)
  })

  test.each(['', '<Error>', '<CopyObjectResult>', '<Error><Co'])('%j neither', async (body) => {
    server.fault = (request) => (isCopy(request) ? { body } : undefined)
    expect(await failureOf(copy())).toMatchObject({ code: 'MalformedResponse' })
  })
})

describe('in parts', () => {
  test('gives the same bytes, with attributes and metadata', async () => {
    const object = await copy(inParts)
    expect(object).toMatchObject({
      size: bytes.length,
      contentType: 'text/x',
      metadata: { a: 'b' },
    })
    expect(Buffer.compare(server.objects.get('/box/copy')?.bytes ?? Buffer.alloc(0), bytes)).toBe(0)
    expect(server.requests.filter(isCopy)).toHaveLength(11)
    const ranges = server.requests
      .filter(isCopy)
      .map(({ headers }) => headers['x-amz-copy-source-range'])
    expect(ranges).toContain('bytes=10000-10499')
    const created = server.requests.find(({ query }) => query.has('uploads'))
    expect(created?.headers).toMatchObject({ 'content-type': 'text/x', 'x-amz-meta-a': 'b' })
  })

  test('keeps the tags, which one request would copy by itself', async () => {
    const tagging = '<Tagging><TagSet><Tag><Key>a b</Key><Value>c</Value></Tag></TagSet></Tagging>'
    server.fault = ({ query }) => (query.has('tagging') ? { body: tagging } : undefined)
    await copy(inParts)
    const created = server.requests.find(({ query }) => query.has('uploads'))
    expect(created?.headers['x-amz-tagging']).toBe('a%20b=c')
  })

  test('needs no right to read the tags', async () => {
    server.fault = ({ query }) => (query.has('tagging') ? s3Error(403, 'AccessDenied') : undefined)
    await copy(inParts)
    expect(server.objects.has('/box/copy')).toBe(true)
  })

  test('keeps within the number of parts', async () => {
    await copy({ ...inParts, multipart: { maxParts: 3 } })
    expect(server.requests.filter(isCopy)).toHaveLength(3)
    expect(server.objects.get('/box/copy')?.bytes).toHaveLength(bytes.length)
  })

  test('pins the source, so that it is one version of it', async () => {
    await copy(inParts)
    const conditions = server.requests
      .filter(isCopy)
      .map(({ headers }) => headers['x-amz-copy-source-if-match'])
    expect(new Set(conditions)).toEqual(new Set([`"${md5(bytes)}"`]))
  })

  test('a source that changes meanwhile is not glued together, where the server ignores the pin', async () => {
    server.fault = (request) => {
      if (isCopy(request) && request.query.get('partNumber') === '5') {
        server.put('/box/k', Buffer.alloc(bytes.length, 'others'))
      }
      return undefined
    }
    expect(await failureOf(copy(inParts))).toMatchObject({ code: 'PreconditionFailed' })
    expect([server.objects.has('/box/copy'), server.uploads.size]).toEqual([false, 0])
  })

  test('one that fails ends the others before the upload is aborted', async () => {
    server.fault = (request) => {
      if (!isCopy(request)) return undefined
      return request.query.get('partNumber') === '3' ? s3Error(403, 'AccessDenied') : undefined
    }
    expect(await failureOf(copy(inParts))).toMatchObject({ code: 'AccessDenied' })
    const last = server.requests.at(-1)
    expect(last !== undefined && isAbort(last)).toBe(true)
    expect(server.uploads.size).toBe(0)
    expect(server.requests.filter(isCopy).length).toBeLessThan(11)
  })

  test('a failing abort is attached', async () => {
    server.fault = (request) => {
      if (isAbort(request)) return s3Error(400, 'InvalidArgument')
      return isCopy(request) ? s3Error(403, 'AccessDenied') : undefined
    }
    expect(await failureOf(copy(inParts))).toMatchObject({
      code: 'AccessDenied',
      cleanupError: expect.objectContaining({ code: 'InvalidArgument' }),
    })
  })

  test('parts that a cancelled copy leaves behind are counted, although the error is the signal’s own', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    server.fault = (request) => {
      if (isAbort(request)) return s3Error(403, 'AccessDenied')
      if (isCopy(request)) controller.abort(reason)
      return isCopy(request) ? 'stall' : undefined
    }
    const { driver } = standInDriver(server, {}, { facts: inParts })
    const { signal } = controller
    expect(await failureOf(driver.container('box').copy('k', 'copy', { signal }))).toBe(reason)
    expect(driver.stats().strandedUploads).toBe(1)
  })

  test.each([
    ['a provider that copies no parts', { copyParts: false }, 'k'],
    ['a key that may be mistaken for another', {}, 'a%2Fb'],
  ])('%s: refused before anything is written', async (_name, more, key) => {
    server.put(`/box/${encodeURIComponent(key)}`, bytes)
    const driver = standInDriver(server, {}, { facts: { ...inParts, ...more } }).driver
    expect(await failureOf(driver.container('box').copy(key, 'copy'))).toMatchObject({
      code: 'UnsupportedOperation',
    })
    expect(server.requests.every(({ method }) => method === 'HEAD')).toBe(true)
  })

  test('a condition that would be lost on the way is refused', async () => {
    const used = { ...inParts, conditions: { copy: ['ifNoneMatch'] as const } }
    const error = await failureOf(copy(used, { ifNoneMatch: '*' }))
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(server.requests.every(({ method }) => method === 'HEAD')).toBe(true)
  })

  test('a condition that is held goes with the completion', async () => {
    const conditions = { copy: ['ifNoneMatch'], complete: ['ifNoneMatch'] } as const
    await copy({ ...inParts, conditions }, { ifNoneMatch: '*' })
    const completion = server.requests.find(
      ({ method, query }) => method === 'POST' && query.has('uploadId'),
    )
    expect(completion?.headers['if-none-match']).toBe('*')
  })
})

test('"only if it is not there" that fails says that it is there', async () => {
  server.fault = (request) => (isCopy(request) ? s3Error(412, 'PreconditionFailed') : undefined)
  const used = { ...facts, conditions: { copy: ['ifNoneMatch'] as const } }
  expect(await failureOf(copy(used, { ifNoneMatch: '*' }))).toMatchObject({
    code: 'ObjectAlreadyExists',
  })
})

test('an ACL that no canned one describes is no reason to lose it', async () => {
  const grant =
    '<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee><ID>someone</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>'
  server.fault = ({ query }) => (query.has('acl') ? { body: grant } : undefined)
  expect(await failureOf(copy(standInFacts))).toMatchObject({
    code: 'UnsupportedOperation',
    hint: expect.stringContaining('acl'),
  })
  await copy(standInFacts, { acl: 'public-read' })
  expect(server.requests.find(isCopy)?.headers['x-amz-acl']).toBe('public-read')
})

test('credentials that may not read the ACL may copy', async () => {
  server.fault = ({ query }) => (query.has('acl') ? s3Error(403, 'AccessDenied') : undefined)
  await copy(standInFacts)
  expect(server.objects.has('/box/copy')).toBe(true)
})

describe('keys of the customer', () => {
  const given = {
    sseCustomerKey: new Uint8Array(32).fill(1),
    sourceSseCustomerKey: new Uint8Array(32).fill(2),
  }
  const prefix = 'x-amz-server-side-encryption-customer'
  const [own, sources] = [given.sseCustomerKey, given.sourceSseCustomerKey].map((key) =>
    Buffer.from(key).toString('base64'),
  )
  const confirmed = { [`${prefix}-algorithm`]: 'AES256' }
  const xml = (root: string) => `<${root}><ETag>e</ETag></${root}>`

  test('both go with one request, and the source’s with the look at it', async () => {
    server.fault = (request) =>
      isCopy(request) ? { headers: confirmed, body: xml('CopyObjectResult') } : undefined
    await copy({ ...facts, copyCustomerKeys: true }, given)
    expect(server.requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining({ [`${prefix}-key`]: sources }),
      expect.objectContaining({
        [`${prefix}-key`]: own,
        [`x-amz-copy-source-server-side-encryption-customer-key`]: sources,
        [`x-amz-copy-source-server-side-encryption-customer-algorithm`]: 'AES256',
      }),
    ])
  })

  test('both go with every part', async () => {
    server.fault = (request) =>
      isCopy(request) ? { headers: confirmed, body: xml('CopyPartResult') } : undefined
    await copy({ ...inParts, copyCustomerKeys: true }, given)
    const parts = server.requests.filter(isCopy)
    expect(parts).toHaveLength(11)
    for (const { headers } of parts) {
      expect(headers).toMatchObject({
        [`${prefix}-key`]: own,
        [`x-amz-copy-source-server-side-encryption-customer-key`]: sources,
      })
    }
    const created = server.requests.find(({ query }) => query.has('uploads'))
    expect(created?.headers[`${prefix}-key`]).toBe(own)
  })

  test('a move looks at source and copy with the key of each', async () => {
    server.fault = (request) =>
      isCopy(request) ? { headers: confirmed, body: xml('CopyObjectResult') } : undefined
    server.put('/box/moved', bytes)
    const { driver } = standInDriver(server, {}, { facts: { ...facts, copyCustomerKeys: true } })
    await driver.container('box').move('k', 'moved', given)
    const heads = server.requests.filter(({ method }) => method === 'HEAD')
    expect(heads.map(({ path, headers }) => [path, headers[`${prefix}-key`]])).toEqual([
      ['/box/k', sources],
      ['/box/k', sources],
      ['/box/moved', own],
    ])
  })

  test.each([
    ['one for the copy', { sseCustomerKey: given.sseCustomerKey }],
    ['one of the source', { sourceSseCustomerKey: given.sourceSseCustomerKey }],
  ])('%s is refused where it may be ignored, before anything is sent', async (_name, options) => {
    expect(await failureOf(copy(facts, options))).toMatchObject({
      code: 'UnsupportedOperation',
      hint: expect.stringContaining('put'),
    })
    expect(server.requests).toEqual([])
  })

  test.each([
    ['one request', facts],
    ['parts', inParts],
  ])('a copy that is not said to be encrypted is no success: %s', async (_name, used) => {
    const failure = await failureOf(copy({ ...used, copyCustomerKeys: true }, given))
    expect(failure).toMatchObject({ code: 'UnsupportedOperation' })
    expect(server.uploads.size).toBe(0)
  })

  test('a key of the wrong length is named by its option', async () => {
    const used = { ...facts, copyCustomerKeys: true }
    const short = { sourceSseCustomerKey: new Uint8Array(16) }
    expect(await failureOf(copy(used, short))).toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('SseCustomerKey'),
    })
  })
})
