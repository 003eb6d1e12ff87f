import { describe, expect, test } from '@jest/globals'
import { s3 } from '../src/profiles/s3.ts'
import { s3Compat } from '../src/profiles/s3-compat.ts'
import { findService } from '../src/service.ts'

const keys = { key: 'AKID', secret: 'x' }

describe('where requests go', () => {
  test('the provider’s own place, by region', () => {
    const service = findService(s3, { ...keys, region: 'eu-west-1' })
    expect(service.endpoint).toMatchObject({ scheme: 'https', host: 's3.eu-west-1.amazonaws.com' })
    expect(service.endpointOf?.('us-west-2').host).toBe('s3.us-west-2.amazonaws.com')
  })

  test('port and secure change it, for other regions too', () => {
    const service = findService(s3, { ...keys, port: 8080, secure: false })
    expect(service.endpoint).toMatchObject({ scheme: 'http', port: 8080 })
    expect(service.endpointOf?.('us-west-2')).toMatchObject({ scheme: 'http', port: 8080 })
  })

  test('host wins over the provider’s', () => {
    const options = { ...keys, host: 'h.example', port: 9000, secure: false }
    const service = findService(s3, options)
    expect(service.endpoint).toEqual({
      scheme: 'http',
      host: 'h.example',
      port: 9000,
      pathPrefix: '',
    })
    expect(service.endpointOf).toBeUndefined()
    expect(findService(s3, { ...keys, host: '::1' }).endpoint.host).toBe('::1')
  })

  test('endpoint wins over host, port and secure', () => {
    const options = { ...keys, endpoint: 'https://e.example/p', host: 'h', port: 1, secure: false }
    const service = findService(s3, options)
    expect(service.endpoint).toEqual({ scheme: 'https', host: 'e.example', pathPrefix: '/p' })
    expect(service.endpointOf).toBeUndefined()
  })

  test('a provider without a place needs one', () => {
    expect(() => findService(s3Compat, keys)).toThrow(/endpoint/)
  })

  test('what is no region is refused, and no host comes of it', () => {
    expect(() => findService(s3, { ...keys, region: 'evil.example/' })).toThrow(/region/)
    const service = findService(s3, keys)
    expect(() => service.endpointOf?.('evil.example#')).toThrow(/region/)
  })

  test('the version of signatures is text, however it is given', () => {
    expect(findService(s3, { ...keys, signatureVersion: 2 }).signatureVersion).toBe('2')
  })
})
