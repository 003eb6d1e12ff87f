import { describe, expect, test } from '@jest/globals'
import { bytesReader, type BodyReader, type StorageError } from '@cloudstore/core'
import { errorOfBody, failureOfResponse } from '../src/errors/error-response.ts'
import { codesByServerCode, codesByStatus } from '../src/errors/server-codes.ts'

function answer(status: number, body: string | BodyReader = '', headers = {}) {
  const reader = typeof body === 'string' ? bytesReader(new TextEncoder().encode(body)) : body
  return { status, headers, body: reader }
}

async function errorOf(status: number, body?: string | BodyReader, headers?: object) {
  const { error } = await failureOfResponse(answer(status, body, headers))
  return error
}

function xml(code: string, message = ''): string {
  return `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>r-1</RequestId></Error>`
}

describe('by the server’s code, whatever the status', () => {
  test.each([
    ['NoSuchBucket', 404, 'ContainerDoesNotExist'],
    ['NoSuchKey', 404, 'ObjectDoesNotExist'],
    ['NoSuchUpload', 404, 'UploadDoesNotExist'],
    ['BucketAlreadyExists', 409, 'ContainerAlreadyExists'],
    ['BucketAlreadyOwnedByYou', 409, 'ContainerAlreadyExists'],
    ['BucketNotEmpty', 409, 'ContainerIsNotEmpty'],
    ['AccessDenied', 403, 'AccessDenied'],
    ['SignatureDoesNotMatch', 403, 'InvalidCredentials'],
    ['InvalidAccessKeyId', 403, 'InvalidCredentials'],
    ['RequestTimeTooSkewed', 403, 'ClockSkew'],
    ['PermanentRedirect', 301, 'WrongRegion'],
    ['EntityTooLarge', 400, 'TooLarge'],
    ['BadDigest', 400, 'ObjectHashMismatch'],
    ['InvalidRange', 416, 'InvalidRange'],
    ['PreconditionFailed', 412, 'PreconditionFailed'],
    ['SlowDown', 503, 'RateLimited'],
    ['InternalError', 500, 'ServiceUnavailable'],
    ['InternalError', 200, 'ServiceUnavailable'],
    ['NotImplemented', 501, 'UnsupportedOperation'],
    ['QuotaExceeded', 403, 'QuotaExceeded'],
    ['AccessControlListNotSupported', 400, 'UnsupportedOperation'],
    ['IncorrectEndpoint', 400, 'WrongRegion'],
    ['InvalidSignature', 400, 'InvalidCredentials'],
    ['RequestHeaderSectionTooLarge', 400, 'TooLarge'],
    ['KeyTooLong', 400, 'InvalidObjectName'],
    ['ConditionalRequestConflict', 409, 'Conflict'],
    ['InvalidObjectState', 403, 'AccessDenied'],
    ['MissingContentLength', 411, 'UnsupportedOperation'],
  ])('%s (%i): %s', async (serverCode, status, code) => {
    const error = await errorOf(status, xml(serverCode, 'said'))
    expect(error).toMatchObject({ code, status, serverCode, requestId: 'r-1' })
    expect(error.message).toContain('said')
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    '%s is no code of any table',
    async (serverCode) => {
      const error = await errorOf(400, xml(serverCode))
      expect(error).toMatchObject({ code: 'InvalidArgument', serverCode })
      expect(error.hint).toBeUndefined()
    },
  )
})

describe('by the status, where there is no code', () => {
  test.each(Object.entries(codesByStatus))('%s: %s', async (status, code) => {
    expect(await errorOf(Number(status))).toMatchObject({ code, status: Number(status) })
  })

  test.each([
    [404, 'ObjectDoesNotExist'],
    [418, 'Unknown'],
    [599, 'ServiceUnavailable'],
  ])('%i: %s', async (status, code) => {
    expect(await errorOf(status)).toMatchObject({ code })
  })

  test.each([408, 429, 500, 502, 503, 504])('%i is worth another try', async (status) => {
    expect((await errorOf(status)).retryable).toBe(true)
  })

  test.each([400, 403, 404, 409, 412, 501])('%i is not', async (status) => {
    expect((await errorOf(status)).retryable).toBe(false)
  })
})

describe('a range that is not within the object', () => {
  test.each([
    ['the header of RFC 9110', '', { 'content-range': 'bytes */5' }],
    [
      'the XML of Amazon',
      '<Error><Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message><RangeRequested>bytes=9-</RangeRequested><ActualObjectSize>5</ActualObjectSize></Error>',
      {},
    ],
  ])('the size is told where the server tells it: by %s', async (_name, body, headers) => {
    expect(await errorOf(416, body, headers)).toMatchObject({
      code: 'InvalidRange',
      problem: 'the range is not within the object, which has 5 bytes',
    })
  })

  test.each(['', '<Error><Code>InvalidRange</Code><ActualObjectSize>x</ActualObjectSize></Error>'])(
    'and is not made up where it does not: %j',
    async (body) => {
      expect((await errorOf(416, body)).problem).toBe('the range is not within the object')
    },
  )
})

describe('a redirect of a web server', () => {
  test.each([301, 302, 303, 307, 308])(
    '%i says where to, without path and query',
    async (status) => {
      const location = 'https://storage.example.com/box/k?X-Amz-Signature=abc'
      const error = await errorOf(status, '<html>Moved</html>', { location })
      expect(error).toMatchObject({
        code: 'WrongRegion',
        problem:
          'the server sends the request elsewhere, to https://storage.example.com, which is not followed',
        hint: expect.stringContaining('endpoint'),
      })
      expect((await errorOf(status, '', { location: '/elsewhere' })).problem).toBe(
        'the server sends the request elsewhere, which is not followed',
      )
    },
  )

  test('is not what S3 says of a region', async () => {
    const location = 'https://box.s3.eu-west-1.amazonaws.com/'
    const headers = { location, 'x-amz-bucket-region': 'eu-west-1' }
    expect((await errorOf(301, '', headers)).hint).toContain('eu-west-1')
    expect((await errorOf(307, xml('TemporaryRedirect'), { location })).problem).toBe(
      'the container is in another region',
    )
  })
})

describe('bodies that are no error of S3', () => {
  const html =
    '<html><head><style>p{}</style><script>let a = "<b>"</script></head><body><h1>502\n Bad &  Gateway</h1></body></html>'

  test.each([
    ['empty', '', undefined],
    ['HTML', html, '502 Bad & Gateway'],
    ['text', 'upstream connect error', 'upstream connect error'],
    ['JSON of another kind', '{"detail":"no route"}', '{"detail":"no route"}'],
    ['cut off before the code', '<?xml version="1.0"?><Error><Co', '<Co'],
    ['control characters', 'a\u0000\u001b[31mb', 'a [31mb'],
    ['blanks', ' \n\t ', undefined],
  ])('%s', async (_name, body, said) => {
    const error = await errorOf(502, body)
    expect(error).toMatchObject({ code: 'ServiceUnavailable', status: 502 })
    if (said === undefined) expect(error.problem).toBe('the server could not do it now')
    else expect(error.problem).toBe(`the server could not do it now: ${said}`)
  })

  test('one that is cut off after the code still says it', async () => {
    const error = await errorOf(404, '<Error><Code>NoSuchBucket</Code><Mess')
    expect(error).toMatchObject({ code: 'ContainerDoesNotExist', serverCode: 'NoSuchBucket' })
  })

  test('JSON as Ceph has it', async () => {
    const error = await errorOf(403, '{"Code" : "AccessDenied", "Message": "no", "RequestId":"q"}')
    expect(error).toMatchObject({ code: 'AccessDenied', requestId: 'q' })
  })

  test('bytes that are no text', async () => {
    const reader = bytesReader(Uint8Array.of(0xff, 0xfe, 0x00, 0x80))
    expect(await errorOf(500, reader)).toMatchObject({ code: 'ServiceUnavailable' })
  })

  test('a reading that fails', async () => {
    const reader: BodyReader = {
      read: () => Promise.reject(new Error('broke off')),
      cancel: async () => undefined,
    }
    expect(await errorOf(403, reader)).toMatchObject({ code: 'AccessDenied' })
  })

  test('a body without end is given up, and costs an excerpt', async () => {
    let read = 0
    let cancelled = false
    const error = await errorOf(500, {
      read() {
        read += 1
        return new Uint8Array(16 * 1024).fill(0x61)
      },
      async cancel() {
        cancelled = true
      },
    })
    expect(cancelled).toBe(true)
    expect(read).toBeLessThan(10)
    expect(error.message.length).toBeLessThan(400)
  })

  test.each(['<', '<script', '<style>', '<Code>', '"Code":"', '<Error>', '\n'])(
    '%j without end is read in time',
    async (piece) => {
      const before = performance.now()
      await errorOf(500, piece.repeat(Math.floor(60_000 / piece.length)))
      expect(performance.now() - before).toBeLessThan(250)
    },
  )

  test('a message of 60,000 characters is shortened', async () => {
    const error = await errorOf(400, xml('InvalidArgument', 'm'.repeat(60_000)))
    expect(error.message.length).toBeLessThan(400)
  })
})

describe('where the container is', () => {
  async function told(status: number, body: string, headers: object, sentTo = 'nyc3') {
    return failureOfResponse(answer(status, body, headers), sentTo)
  }
  const elsewhere = { 'x-amz-bucket-region': 'fra1' }

  test.each([
    [301, xml('PermanentRedirect'), elsewhere],
    [301, '', elsewhere],
    [400, '', elsewhere],
    [307, xml('TemporaryRedirect'), elsewhere],
    [400, xml('AuthorizationHeaderMalformed'), elsewhere],
    [
      400,
      xml('AuthorizationHeaderMalformed').replace('</Error>', '<Region>fra1</Region></Error>'),
      {},
    ],
  ])('%i %s', async (status, body, headers) => {
    const { error, region } = await told(status, body, headers)
    expect(region).toBe('fra1')
    expect(error).toMatchObject({ code: 'WrongRegion', hint: expect.stringContaining('fra1') })
  })

  test('answers about something else name a region just so', async () => {
    expect(await told(404, xml('NoSuchKey'), elsewhere)).toMatchObject({
      region: undefined,
      error: { code: 'ObjectDoesNotExist' },
    })
    expect(await told(403, '', elsewhere)).toMatchObject({ error: { code: 'AccessDenied' } })
  })

  test('the region that was asked is no other one', async () => {
    const { error, region } = await told(400, '', elsewhere, 'fra1')
    expect([error.code, region]).toEqual(['InvalidArgument', undefined])
  })

  test('a location that the endpoint does not take is named as that', async () => {
    const { error } = await told(400, xml('InvalidLocationConstraint'), {})
    expect(error.message).toMatch(/no containers in that region.*option region/)
  })
})

test('an error inside of a 200 is one, and worth another try where the server’s own', () => {
  const error: StorageError = errorOfBody({ status: 200, headers: {} }, { code: 'InternalError' })
  expect(error).toMatchObject({ code: 'ServiceUnavailable', retryable: true, status: 200 })
  const denied = errorOfBody({ status: 200, headers: {} }, { code: 'AccessDenied' })
  expect(denied).toMatchObject({ code: 'AccessDenied', retryable: false })
  expect(errorOfBody({ status: 200, headers: {} }, { code: 'Odd' })).toMatchObject({
    code: 'Unknown',
  })
})

test('the table of codes answers for nothing else', () => {
  expect(codesByServerCode.get(undefined)).toBeUndefined()
  expect(codesByServerCode.get('valueOf')).toBeUndefined()
})
