import { describe, expect, test } from '@jest/globals'
import {
  copyExtensionHeaders,
  customerKeyHeaders,
  extensionsOf,
  putExtensionHeaders,
  requireTags,
} from '../src/extensions.ts'
import { resolveService } from '../src/profiles/resolve.ts'
import { cloudflareR2 } from '../src/profiles/cloudflare-r2.ts'
import type { ProviderFacts } from '../src/profiles/profile.ts'
import { s3Rgw } from '../src/profiles/s3-rgw.ts'
import { s3 } from '../src/profiles/s3.ts'

const { profile } = resolveService(s3)
const elsewhere = { ...profile, storageClasses: undefined }

function put(extensions: Record<string, unknown>): Record<string, string> {
  return putExtensionHeaders({ extensions }, profile)
}

describe('exStorageClass', () => {
  test.each([
    ['standard', 'STANDARD'],
    ['Reduced_Redundancy', 'REDUCED_REDUNDANCY'],
    ['GLACIER_IR', 'GLACIER_IR'],
  ])('%s', (name, sent) => {
    expect(put({ exStorageClass: name })).toEqual({ 'x-amz-storage-class': sent })
    expect(copyExtensionHeaders({ extensions: { exStorageClass: name } }, profile)).toEqual({
      'x-amz-storage-class': sent,
    })
  })

  test.each(['cold', '', 7, null, 'STANDARD\r\nx: y', 'constructor'])('%j is refused', (name) => {
    expect(() => put({ exStorageClass: name })).toThrow('no storage class')
  })

  test.each([
    ['Glacier', 'GLACIER'],
    ['nearline', 'nearline'],
    ['My-Fast_1', 'My-Fast_1'],
  ])('%s, where there may be classes of its own', (name, sent) => {
    const request = { extensions: { exStorageClass: name } }
    expect(putExtensionHeaders(request, elsewhere)).toEqual({ 'x-amz-storage-class': sent })
    expect(copyExtensionHeaders(request, elsewhere)).toEqual({ 'x-amz-storage-class': sent })
  })

  test.each(['', 'a b', 7, null, 'STANDARD\r\nx: y'])('%j is refused there, too', (name) => {
    expect(() => putExtensionHeaders({ extensions: { exStorageClass: name } }, elsewhere)).toThrow(
      'no storage class',
    )
  })

  test('it is sent only when asked for', () => {
    expect(putExtensionHeaders({}, profile)).toEqual({})
    expect(put({})).toEqual({})
  })
})

describe('tags', () => {
  test('go as a query', () => {
    expect(put({ tags: { 'a b': 'c&d=ü' } })).toEqual({ 'x-amz-tagging': 'a%20b=c%26d%3D%C3%BC' })
  })

  test.each([
    [null, 'object'],
    ['a=b', 'object'],
    [[], 'object'],
    [{ a: 1 }, '"a"'],
    [{ '': 'x' }, '1 to 128'],
    [{ ['x'.repeat(129)]: 'y' }, '1 to 128'],
    [{ a: 'x'.repeat(257) }, '256'],
    [Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, ''])), '11'],
  ])('%j is refused', (tags, part) => {
    expect(() => requireTags(tags)).toThrow(part)
    expect(() => put({ tags })).toThrow(part)
  })

  test('half a surrogate pair is refused', () => {
    expect(() => put({ tags: { a: '\ud800' } })).toThrow('surrogate')
  })
})

test('what is offered is what the profile has, and the rest of the family says what to do', () => {
  const offered = (facts: ProviderFacts, choices = {}) =>
    extensionsOf(resolveService(facts, { endpoint: 'https://x.example', ...choices }).profile)
  expect(offered(s3)).toEqual({
    put: ['exStorageClass', 'tags', 'sseCustomerKey'],
    read: ['sseCustomerKey'],
    copy: ['exStorageClass', 'sseCustomerKey'],
    copySource: { sourceSseCustomerKey: 'sseCustomerKey' },
    absent: { put: {}, copy: {} },
  })
  expect(offered(cloudflareR2)).toMatchObject({
    put: ['exStorageClass', 'sseCustomerKey'],
    absent: { put: { tags: expect.stringContaining('leave the option out') } },
  })
  expect(offered(s3Rgw)).toMatchObject({
    copy: ['exStorageClass'],
    copySource: {},
    absent: { copy: { sseCustomerKey: expect.stringContaining('Send the bytes through here') } },
  })
})

describe('sseCustomerKey', () => {
  test('goes with its hash', () => {
    const key = new Uint8Array(64).fill(7).subarray(16, 48)
    expect(customerKeyHeaders(key)).toEqual({
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-server-side-encryption-customer-key': Buffer.from(key).toString('base64'),
      'x-amz-server-side-encryption-customer-key-md5': expect.stringMatching(/^[\w+/]{22}==$/),
    })
  })

  test.each([new Uint8Array(31), 'x'.repeat(32), null, 5])('%p is refused', (key) => {
    expect(() => customerKeyHeaders(key)).toThrow('32 bytes')
  })
})
