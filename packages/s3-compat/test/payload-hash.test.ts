import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import type { HttpRequest, Transport, UploadSource } from '@cloudstore/core'
import { S3CompatStorageDriver } from '../src/storage-driver.ts'
import type { S3DriverOptions } from '../src/options.ts'
import { s3StandIn, type S3StandIn } from './support/s3-stand-in.ts'
import { failureOf, standInDriver } from './support/stand-in-driver.ts'

const bytes = 'the bytes of an object'
const sha256 = createHash('sha256').update(bytes).digest('hex')
const sources: readonly (readonly [string, () => UploadSource])[] = [
  ['a string', () => bytes],
  ['a Blob', () => new Blob([bytes])],
  ['a stream that is read once', () => [Buffer.from(bytes)].values()],
  ['a stream that can be opened again', () => () => new Blob([bytes]).stream()],
]

/** The headers of the one request of a put, which goes nowhere. */
async function headersOf(options: Partial<S3DriverOptions>, source: UploadSource) {
  const requests: HttpRequest[] = []
  const transport: Transport = {
    send: async (request) => {
      requests.push(request)
      throw new Error('sent nowhere')
    },
  }
  const driver = new S3CompatStorageDriver({ key: 'k', secret: 's', ...options, transport })
  await failureOf(driver.container('box').put('key', source))
  expect(requests).toHaveLength(1)
  return requests[0]?.headers
}

describe.each(sources)(
  'the hash of the bytes in the signature of version 4: %s',
  (_name, source) => {
    test('is left to TLS', async () => {
      const headers = await headersOf({ endpoint: 'https://storage.example.com' }, source())
      expect(headers?.['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD')
    })

    test.each([
      { endpoint: 'http://storage.example.com' },
      { endpoint: 'https://storage.example.com', payloadSigning: 'always' },
    ] as const)('is that of the bytes: %j', async (options) => {
      const headers = await headersOf(options, source())
      expect(headers?.['x-amz-content-sha256']).toBe(sha256)
      expect(headers).not.toHaveProperty('transfer-encoding')
      expect(headers).not.toHaveProperty('content-encoding')
    })

    test('is not there in version 2', async () => {
      const options = { endpoint: 'http://storage.example.com', signatureVersion: 2 } as const
      expect(await headersOf(options, source())).not.toHaveProperty('x-amz-content-sha256')
    })
  },
)

describe('documents', () => {
  let server: S3StandIn

  beforeEach(async () => {
    server = await s3StandIn()
  })
  afterEach(() => server.close())

  test('are hashed whatever the bytes of objects are', async () => {
    server.fault = () => ({})
    await standInDriver(server).driver.s3.putCors('box', [
      { allowedOrigins: ['*'], allowedMethods: ['GET'] },
    ])
    const [sent] = server.requests
    const hash = createHash('sha256')
      .update(sent?.body ?? '')
      .digest('hex')
    expect(sent?.headers).toMatchObject({
      'x-amz-content-sha256': hash,
      'content-md5': createHash('md5')
        .update(sent?.body ?? '')
        .digest('base64'),
    })
  })
})
