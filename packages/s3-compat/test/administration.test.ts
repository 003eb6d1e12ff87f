import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { StorageError } from '@cloudstore/core'
import { s3Error, s3StandIn, type S3StandIn } from './support/s3-stand-in.ts'
import { failureOf, standInDriver, standInFacts } from './support/stand-in-driver.ts'

let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
})
afterEach(() => server.close())

describe('what is not configured is empty', () => {
  test.each([
    ['getCors', 'NoSuchCORSConfiguration', []],
    ['getLifecycle', 'NoSuchLifecycleConfiguration', []],
  ] as const)('%s', async (method, code, expected) => {
    server.fault = () => s3Error(404, code)
    expect(await standInDriver(server).driver.s3[method]('box')).toEqual(expected)
  })

  test('but not what cannot be asked', async () => {
    const { driver } = standInDriver(server)
    for (const [fault, code] of [
      [s3Error(404, 'NoSuchBucket'), 'ContainerDoesNotExist'],
      [s3Error(403, 'AccessDenied'), 'AccessDenied'],
      [{ body: '<html/>' }, 'MalformedResponse'],
      [{ status: 404 }, 'ContainerDoesNotExist'],
    ] as const) {
      server.fault = () => fault
      expect(await failureOf(driver.s3.getCors('box'))).toMatchObject({
        code,
        operation: 'getCors',
        container: 'box',
      })
    }
  })
})

test('what a provider is known not to have is refused before anything is sent', async () => {
  const none = { cors: false, lifecycle: false, objectTagging: false }
  const { driver } = standInDriver(server, {}, { facts: { ...standInFacts, administration: none } })
  const { s3 } = driver
  for (const call of [
    s3.getCors('box'),
    s3.putCors('box', []),
    s3.deleteCors('box'),
    s3.getLifecycle('box'),
    s3.putLifecycle('box', []),
    s3.deleteLifecycle('box'),
    s3.getObjectTags('box', 'k'),
    s3.putObjectTags('box', 'k', { a: 'b' }),
    s3.deleteObjectTags('box', 'k'),
    driver.container('box').put('k', 'x', { tags: { a: 'b' } }),
  ]) {
    expect(await failureOf(call)).toMatchObject({ code: 'UnsupportedOperation' })
  }
  expect(server.requests).toEqual([])
})

describe('rules that mean nothing, or something else, are refused before anything is sent', () => {
  const cors = { allowedOrigins: ['*'], allowedMethods: ['GET'] }
  const days = { expiration: { days: 1 } }

  test.each([
    ['no list', null, 'list'],
    ['no rule', [null], 'rule 0'],
    ['a name that is misspelt', [cors, { ...cors, allowedHeader: ['*'] }], 'rule 1'],
    ['no origin', [{ ...cors, allowedOrigins: [] }], 'allowedOrigins'],
    ['no method', [{ allowedOrigins: ['*'] }], 'allowedMethods'],
    ['no rule at all', [], 'deleteCors'],
    ['a method that S3 has not', [{ ...cors, allowedMethods: ['PATCH'] }], 'GET, PUT, POST'],
    ["Amazon's names", [{ AllowedOrigins: ['*'] }], 'Did you mean allowedOrigins?'],
    ['a time that is none', [{ ...cors, maxAgeSeconds: -1 }], 'maxAgeSeconds'],
  ])('CORS: %s', async (_name, rules, part) => {
    const { s3 } = standInDriver(server).driver
    const error = await failureOf(s3.putCors('box', rules as never))
    expect(error).toMatchObject({
      code: 'InvalidArgument',
    })
    expect(`${(error as StorageError).message} ${(error as StorageError).hint}`).toContain(part)
    expect(server.requests).toEqual([])
  })

  test.each([
    ['no list', 'all', 'list'],
    ['a name that is misspelt', [{ ...days, prefx: 'tmp/' }], 'prefx'],
    ['no rule at all', [], 'deleteLifecycle'],
    ["Amazon's names", [{ ...days, ID: 'x' }], 'Did you mean id?'],
    ['a filter', [{ ...days, Filter: {} }], 'Known: id, prefix, enabled, expiration'],
    ['nothing to do', [{ prefix: 'tmp/' }], 'something to do'],
    ['no day', [{ expiration: { days: 0 } }], 'expiration'],
    ['a date that is none', [{ expiration: { date: new Date(Number.NaN) } }], 'expiration'],
    ['both', [{ expiration: { days: 1, date: new Date(0) } }], 'expiration'],
    ['half a day', [{ abortIncompleteUploadDays: 0.5 }], 'abortIncompleteUploadDays'],
  ])('lifecycle: %s', async (_name, rules, part) => {
    const { s3 } = standInDriver(server).driver
    const error = await failureOf(s3.putLifecycle('box', rules as never))
    expect(error).toMatchObject({
      code: 'InvalidArgument',
    })
    expect(`${(error as StorageError).message} ${(error as StorageError).hint}`).toContain(part)
    expect(server.requests).toEqual([])
  })
})

describe('where a container is', () => {
  const said = (text: string) => ({ body: `<LocationConstraint>${text}</LocationConstraint>` })

  test('as the server says, or not at all', async () => {
    const { s3 } = standInDriver(server).driver
    server.fault = () => said('ams3')
    expect(await s3.getLocation('box')).toBe('ams3')
    server.fault = () => said('')
    expect(await s3.getLocation('box')).toBeUndefined()
    server.fault = () => s3Error(404, 'NoSuchBucket')
    expect(await failureOf(s3.getLocation('box'))).toMatchObject({
      code: 'ContainerDoesNotExist',
      operation: 'getLocation',
    })
  })

  test('the region of Amazon that has no name there', async () => {
    const facts = { ...standInFacts, locationConstraint: 'region' as const }
    server.fault = () => said('')
    const { s3 } = standInDriver(server, {}, { facts }).driver
    expect(await s3.getLocation('box')).toBe('us-east-1')
  })
})

describe('a container', () => {
  const rules = [{ allowedOrigins: ['*'], allowedMethods: ['GET'] as const }]

  test('may be given as a handle', async () => {
    const { driver } = standInDriver(server)
    await driver.s3.putCors(driver.container('box'), rules)
    expect(server.requests.map(({ path }) => path)).toEqual(['/box'])
    const part = { uploadId: 'u', partNumber: 1 }
    const { url } = await driver.s3.presignPart(driver.container('box'), 'k', part)
    expect(url).toContain('/box/k?')
  })

  test('of another driver is refused, under its name', async () => {
    const other = standInDriver(server).driver.container('box')
    const { s3 } = standInDriver(server).driver
    expect(await failureOf(s3.putCors(other, rules))).toMatchObject({
      code: 'InvalidArgument',
      container: 'box',
      message: expect.stringContaining('belongs to another driver'),
    })
    for (const nothing of [undefined, null, 5, {}]) {
      const failure = (await failureOf(s3.deleteCors(nothing as never))) as StorageError
      expect(failure).toMatchObject({ code: 'InvalidArgument' })
      expect(failure.container).toBeUndefined()
    }
    expect(server.requests).toEqual([])
  })
})

test('documents are sent with their hash, since servers insist on it', async () => {
  const { driver } = standInDriver(server)
  await driver.s3.putCors('box', [{ allowedOrigins: ['*'], allowedMethods: ['GET'] }])
  await driver.s3.putLifecycle('box', [{ expiration: { days: 1 } }])
  await driver.s3.putObjectTags('box', 'k', { a: 'b' })
  for (const { headers } of server.requests) {
    expect(headers).toMatchObject({
      'content-md5': expect.any(String),
      'content-type': 'application/xml',
    })
  }
})

describe('parts that others send', () => {
  const good = { uploadId: 'u', partNumber: 1 }

  test.each([
    [{ partNumber: 1 }],
    [{ ...good, uploadId: '' }],
    [{ ...good, partNumber: 0 }],
    [{ ...good, partNumber: 10_001 }],
    [{ ...good, partNumber: 1.5 }],
    [{ ...good, expiresIn: 0 }],
    [{ ...good, expiresIn: 604_801 }],
    [{ ...good, size: -1 }],
    [{ ...good, contentType: 'x' }],
    [undefined],
    [null],
  ])('%j is refused before any request', async (options) => {
    const { driver } = standInDriver(server)
    const call = driver.s3.presignPart('box', 'k', options as typeof good)
    expect(await failureOf(call)).toMatchObject({ code: 'InvalidArgument' })
    expect(server.requests).toHaveLength(0)
  })

  test('what an upload is begun with is checked', async () => {
    const { driver } = standInDriver(server)
    for (const options of [
      { acl: 'public' },
      { metadata: { 'a b': 'x' } },
      { contentDisposition: 'ü' },
      { partSize: 5 },
    ]) {
      expect(await failureOf(driver.s3.createUpload('box', 'k', options))).toMatchObject({
        code: 'InvalidArgument',
      })
    }
    expect(server.requests).toHaveLength(0)
  })

  test('a length that was given is signed', async () => {
    const { driver } = standInDriver(server)
    const request = await driver.s3.presignPart('box', 'k', { ...good, size: 5 })
    expect(request.headers).toEqual({})
    expect(request.url).toContain('X-Amz-SignedHeaders=content-length%3Bhost')
    expect(request.url).toMatch(/partNumber=1.*uploadId=u/)
    expect(request.expiresAt.getTime()).toBeGreaterThan(Date.now() + 800_000)
  })

  test('and refused under version 2, whose signature does not cover it', async () => {
    const { driver } = standInDriver(server, { signatureVersion: 2 })
    for (const call of [
      driver.s3.presignPart('box', 'k', { ...good, size: 5 }),
      driver.container('box').presign('k', { method: 'PUT', size: 5 }),
    ]) {
      expect(await failureOf(call)).toMatchObject({
        code: 'UnsupportedOperation',
        hint: expect.stringContaining('version 4'),
      })
    }
  })

  test('all pages of parts are read before they are put together', async () => {
    const { driver } = standInDriver(server)
    const part = (number: number) =>
      `<Part><PartNumber>${number}</PartNumber><Size>5</Size><ETag>"e${number}"</ETag></Part>`
    server.fault = ({ method, query }) => {
      if (method === 'POST') return undefined
      const body = query.has('part-number-marker')
        ? `<ListPartsResult><IsTruncated>false</IsTruncated>${part(3)}</ListPartsResult>`
        : `<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker>${part(1)}${part(2)}</ListPartsResult>`
      return { body }
    }
    const uploadId = await driver.s3.createUpload('box', 'k')
    expect(await driver.s3.completeUpload('box', 'k', uploadId)).toMatchObject({ size: 15 })
    const sent = String(server.requests.at(-1)?.body)
    expect(sent.match(/<PartNumber>\d</g)).toHaveLength(3)
  })

  test('a listing of parts that does not get on is an error', async () => {
    const { driver } = standInDriver(server)
    server.fault = () => ({
      body: '<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker></ListPartsResult>',
    })
    expect(await failureOf(driver.s3.completeUpload('box', 'k', 'u'))).toMatchObject({
      code: 'MalformedResponse',
    })
  })
})

describe('uploads that were never completed', () => {
  const listing = (truncated: boolean) => ({
    body: `<ListMultipartUploadsResult><IsTruncated>${truncated}</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>u</NextUploadIdMarker><Upload><Key>k</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>`,
  })

  test('a listing that does not get on is an error', async () => {
    server.fault = () => listing(true)
    const { driver } = standInDriver(server)
    const uploads = driver.exIterateMultipartUploads(driver.container('box'))
    const read = async () => {
      for await (const { id } of uploads) expect(id).toBe('u')
    }
    expect(await failureOf(read())).toMatchObject({ code: 'MalformedResponse' })
    expect(server.requests.length).toBeLessThan(4)
  })

  test('one whose age is not known is left alone when age matters', async () => {
    server.fault = ({ method }) => (method === 'GET' ? listing(false) : undefined)
    server.uploads.set('u', { path: '/box/k', parts: new Map() })
    const { driver } = standInDriver(server)
    const box = driver.container('box')
    expect(await driver.exCleanupAllMultipartUploads(box, { olderThan: new Date() })).toBe(0)
    expect(await driver.exCleanupAllMultipartUploads(box)).toBe(1)
    expect(server.uploads.size).toBe(0)
  })

  test.each([new Date(Number.NaN), 'yesterday', 5, null])(
    'an age of %p aborts nothing',
    async (olderThan) => {
      const { driver } = standInDriver(server)
      const call = driver.exCleanupAllMultipartUploads(driver.container('box'), {
        olderThan: olderThan as Date,
      })
      expect(await failureOf(call)).toMatchObject({ code: 'InvalidArgument' })
      expect(server.requests).toHaveLength(0)
    },
  )

  test.each([
    ['a prefix beside the options', 'daily/', 'must be a plain object'],
    ['a date beside the options', new Date(0), 'not a Date'],
    ['nothing at all', null, 'not null'],
    ['a name that is misspelt', { pefix: 'daily/' }, 'option pefix is not known here'],
    ["libcloud's name of it", { exPrefix: 'daily/' }, 'option exPrefix is not known here'],
    ['another spelling of an age', { older_than: new Date(0) }, 'option older_than'],
    ['a prefix that is none', { prefix: 3 }, 'option prefix must be a string'],
    ['an age in seconds', { olderThan: 86_400 }, 'option olderThan must be a valid Date'],
  ])('%s aborts nothing', async (_name, filter, part) => {
    server.uploads.set('u', { path: '/box/k', parts: new Map() })
    const { driver } = standInDriver(server)
    const call = driver.exCleanupAllMultipartUploads(driver.container('box'), filter as object)
    expect(await failureOf(call)).toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining(part),
      operation: 'exCleanupAllMultipartUploads',
      container: 'box',
      provider: 's3_compat',
    })
    const walk = driver.exIterateMultipartUploads(driver.container('box'), filter as object)
    expect(await failureOf(walk[Symbol.asyncIterator]().next())).toMatchObject({
      code: 'InvalidArgument',
      operation: 'exIterateMultipartUploads',
    })
    expect(server.requests).toHaveLength(0)
    expect(server.uploads.size).toBe(1)
  })

  test('a name in the place of the container is refused', async () => {
    const { driver } = standInDriver(server)
    const call = driver.exCleanupAllMultipartUploads('box' as never)
    expect(await failureOf(call)).toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('needs a container of the driver, not a string'),
      container: 'box',
    })
    expect(server.requests).toHaveLength(0)
  })

  test('a container of another driver is refused', async () => {
    const { driver } = standInDriver(server)
    const other = standInDriver(server).driver.container('box')
    expect(await failureOf(driver.exCleanupAllMultipartUploads(other))).toMatchObject({
      code: 'InvalidArgument',
    })
    expect(server.requests).toHaveLength(0)
  })
})
