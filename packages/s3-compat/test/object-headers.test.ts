import { describe, expect, test } from '@jest/globals'
import {
  conditionHeaders,
  infoOfHeaders,
  isMd5Etag,
  isMd5,
  putHeaders,
  storedHeaders,
} from '../src/object-headers.ts'

const etag = '9e107d9d372bb6826bd81d3542a419d6'

describe('what is sent', () => {
  test('attributes, metadata and ACL', () => {
    const headers = putHeaders({
      contentType: 'text/plain',
      cacheControl: 'no-store',
      contentDisposition: 'inline',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      expires: new Date(0),
      metadata: { plain: 'a b', other: 'ü' },
      acl: 'public-read',
      headers: { 'x-amz-website-redirect-location': '/x' },
    })
    expect(headers).toEqual({
      'content-type': 'text/plain',
      'cache-control': 'no-store',
      'content-disposition': 'inline',
      'content-encoding': 'gzip',
      'content-language': 'de',
      expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
      'x-amz-meta-plain': 'a b',
      'x-amz-meta-other': '=?UTF-8?B?w7w=?=',
      'x-amz-acl': 'public-read',
      'x-amz-website-redirect-location': '/x',
    })
  })

  test('what is not given is not sent', () => {
    expect(putHeaders({})).toEqual({})
    expect(storedHeaders({ contentType: undefined, metadata: undefined })).toEqual({})
  })

  test('conditions have quotes, except where a server trips over them', () => {
    const date = new Date(0)
    const given = { ifMatch: 'a', ifNoneMatch: 'b', ifModifiedSince: date, ifUnmodifiedSince: date }
    expect(conditionHeaders(given, true)).toEqual({
      'if-match': '"a"',
      'if-none-match': '"b"',
      'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT',
      'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT',
    })
    expect(conditionHeaders({ ifMatch: 'a' }, false)).toEqual({ 'if-match': 'a' })
    expect(conditionHeaders({ ifNoneMatch: '*' }, true)).toEqual({ 'if-none-match': '*' })
  })
})

describe('what is read', () => {
  const read = (headers: Record<string, string>, isMd5Etag = true) =>
    infoOfHeaders('k', 3, headers, isMd5Etag)

  test('everything that the server says', () => {
    const info = read({
      etag: `"${etag}"`,
      'content-type': 'text/plain',
      'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
      expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-version-id': 'v1',
      'x-amz-meta-name': '=?UTF-8?Q?=C3=BC?=',
    })
    expect(info).toEqual({
      key: 'k',
      size: 3,
      etag,
      md5: etag,
      contentType: 'text/plain',
      lastModified: new Date('2015-10-21T07:28:00Z'),
      expires: new Date('2026-01-01T00:00:00Z'),
      storageClass: 'STANDARD_IA',
      versionId: 'v1',
      metadata: { name: 'ü' },
    })
  })

  test.each(['0', '-1', '', 'never', '2', '13', 'x2020'])('Expires: %j is no date', (expires) => {
    expect(read({ expires })).not.toHaveProperty('expires')
  })

  test.each([
    'Thu, 01 Jan 2026 00:00:00 GMT',
    'Thursday, 01-Jan-26 00:00:00 GMT',
    'Thu Jan  1 00:00:00 2026 GMT',
    '2026-01-01T00:00:00Z',
  ])('%s is a date', (text) => {
    expect(read({ 'last-modified': text }).lastModified).toEqual(new Date('2026-01-01T00:00:00Z'))
  })

  test('an ETag is an MD5 only where it is known to be, and looks so', () => {
    expect(read({ etag })).toMatchObject({ etag, md5: etag })
    expect(read({ etag }, false)).not.toHaveProperty('md5')
    expect(read({ etag: `"${etag}-2"` })).not.toHaveProperty('md5')
    expect(isMd5(etag.toUpperCase())).toBe(false)
  })

  test('encryption with a key of somebody else makes it something else', () => {
    const facts = { single: 'md5', multipart: 'md5-n', encrypted: 'opaque' } as const
    const customer = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }
    const service = { 'x-amz-server-side-encryption': 'aws:kms:dsse' }
    expect([isMd5Etag(facts, customer), isMd5Etag(facts, service)]).toEqual([false, false])
    expect(isMd5Etag(facts, { 'x-amz-server-side-encryption': 'AES256' })).toBe(true)
    expect(isMd5Etag(facts, {})).toBe(true)
  })

  test('except on servers that hash before they encrypt', () => {
    const facts = { single: 'md5', multipart: 'md5-n', encrypted: 'md5' } as const
    const customer = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }
    expect(isMd5Etag(facts, customer)).toBe(true)
    expect(isMd5Etag({ ...facts, single: 'opaque' }, customer)).toBe(false)
  })

  test('metadata called like a member of Object is metadata', () => {
    const { metadata } = read({ 'x-amz-meta-__proto__': 'x', 'x-amz-meta-constructor': 'y' })
    expect(Object.keys(metadata ?? {})).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
  })
})
