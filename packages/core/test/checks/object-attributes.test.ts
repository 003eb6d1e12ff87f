import { describe, expect, test } from '@jest/globals'
import type { Attributes } from '../../src/contract/backend.ts'
import {
  checkAcl,
  normalizeHeaders,
  normalizeMetadata,
  pickAttributes,
} from '../../src/checks/object-attributes.ts'
import { setUp } from '../support/recording-backend.ts'
import { thrownBy } from '../support/thrown-by.ts'

const { features } = setUp().backend
const none = { ...features, attributes: [], metadata: undefined }
const invalid = { code: 'InvalidArgument' }

describe('attributes', () => {
  const all: Required<Attributes> = {
    contentType: 'text/plain; charset=utf-8',
    cacheControl: 'no-store',
    contentDisposition: `attachment; filename*=UTF-8''%C3%BC`,
    contentEncoding: 'gzip',
    contentLanguage: 'de-CH,\ten',
    expires: new Date(0),
  }

  test('are picked, and nothing else', () => {
    expect(pickAttributes({ ...all, metadata: {} } as Attributes, features)).toEqual(all)
    expect(Object.keys(pickAttributes({ contentType: undefined }, none))).toEqual([])
  })

  test.each(Object.keys(all) as (keyof Attributes)[])(
    '%s is refused where it is not kept',
    (name) => {
      expect(thrownBy(() => pickAttributes({ [name]: all[name] }, none))).toMatchObject({
        code: 'UnsupportedOperation',
        message: expect.stringContaining(name),
      })
    },
  )

  test.each(['a\r\nx: y', 'a\nb', 'a\u0000', 'ü', '\u007f', '\ud800'])(
    '%p makes no header',
    (text) => {
      for (const name of ['contentType', 'contentDisposition'] as const) {
        expect(thrownBy(() => pickAttributes({ [name]: text }, features))).toMatchObject(invalid)
      }
    },
  )
})

describe('metadata', () => {
  test('names become lower case, values stay as they are', () => {
    const given = { 'My-Key': 'Value', '0': 'grüße 😀', x: '' }
    expect(normalizeMetadata(given, features)).toEqual({
      'my-key': 'Value',
      '0': 'grüße 😀',
      x: '',
    })
  })

  test.each([
    ['a clash of names', { Key: 'a', kEY: 'b' }],
    ['a name with a space', { 'a b': 'x' }],
    ['a name with an underscore', { a_b: 'x' }],
    ['a name that begins with a hyphen', { '-a': 'x' }],
    ['an empty name', { '': 'x' }],
    ['a name of other letters', { ü: 'x' }],
    ['a name that is a trap', JSON.parse('{ "__proto__": "x" }')],
    ['a number', { a: 7 }],
    ['nothing', { a: undefined }],
    ['a line break', { a: 'x\ny' }],
    ['NUL', { a: 'x\u0000' }],
    ['space at the ends', { a: ' x' }],
    ['half of a surrogate pair', { a: '\udc00' }],
  ])('%s is refused', (_name, metadata) => {
    expect(thrownBy(() => normalizeMetadata(metadata as never, features))).toMatchObject(invalid)
  })

  test('fits to the byte, and not one more; letters count as UTF-8', () => {
    const fitting = { key: 'x'.repeat(2045) }
    expect(normalizeMetadata(fitting, features)).toEqual(fitting)
    for (const tooMuch of [{ key: 'x'.repeat(2046) }, { key: 'ü'.repeat(1023) }]) {
      expect(thrownBy(() => normalizeMetadata(tooMuch, features))).toMatchObject({
        code: 'TooLarge',
        message: expect.stringContaining('at most 2048'),
      })
    }
  })

  test('is refused where none is kept', () => {
    expect(thrownBy(() => normalizeMetadata({}, none))).toMatchObject({
      code: 'UnsupportedOperation',
    })
  })
})

describe('raw headers', () => {
  test('have names in lower case', () => {
    expect(normalizeHeaders({ 'X-Own': 'yes', constructor: 'fine' }, features)).toEqual({
      'x-own': 'yes',
      constructor: 'fine',
    })
  })

  test.each([
    ['Content-Type', 'contentType'],
    ['content-disposition', 'contentDisposition'],
    ['Cache-Control', 'cacheControl'],
    ['Expires', 'expires'],
    ['If-Match', 'ifMatch'],
    ['If-None-Match', 'ifNoneMatch'],
    ['x-amz-acl', 'acl'],
    ['X-Amz-Meta-Own', 'metadata'],
    ['x-amz-storage-class', 'exStorageClass'],
    ['x-amz-server-side-encryption-customer-key', 'sseCustomerKey'],
    ['Content-MD5', 'verifyHash'],
  ])('%s has an option of its own: %s', (name, option) => {
    expect(thrownBy(() => normalizeHeaders({ [name]: 'x' }, features))).toMatchObject({
      ...invalid,
      message: expect.stringContaining(`an option of its own: ${option}`),
    })
  })

  test.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Authorization',
    'X-Amz-Date',
    'x-amz-security-token',
    'X-Amz-Content-Sha256',
    'Connection',
    'Expect',
    'Cookie',
    'content-anything',
    'if-range',
    'Range',
    'x-amz-copy-source',
    'X-Amz-Copy-Source-Range',
    'X-HTTP-Method-Override',
    'a b',
    'a:b',
    '',
    'ü',
    'a\r\nb',
  ])('%p is nobody’s to give', (name) => {
    expect(thrownBy(() => normalizeHeaders({ [name]: 'x' }, features))).toMatchObject(invalid)
  })

  test.each(['a\r\nb', 'a\u0000', 'ü', 7, undefined])('the value %p is refused', (value) => {
    const headers = { 'x-own': value } as never
    expect(thrownBy(() => normalizeHeaders(headers, features))).toMatchObject(invalid)
  })

  test('given twice is once too often; not taken at all by providers without HTTP', () => {
    const twice = { 'X-Own': 'a', 'x-own': 'b' }
    expect(thrownBy(() => normalizeHeaders(twice, features))).toMatchObject(invalid)
    expect(thrownBy(() => normalizeHeaders({ 'x-own': 'a' }, none))).toMatchObject({
      code: 'UnsupportedOperation',
    })
  })
})

describe('ACLs', () => {
  test('one of the list, and the list is told', () => {
    expect(checkAcl('private', ['private'])).toBe('private')
    expect(thrownBy(() => checkAcl('public', ['private', 'public-read']))).toMatchObject({
      ...invalid,
      hint: 'Valid ones: private, public-read',
    })
  })

  test('none where there are none', () => {
    expect(thrownBy(() => checkAcl('private', []))).toMatchObject({ code: 'UnsupportedOperation' })
  })

  test.each([undefined, null, 7n, {}])('%p is no ACL', (acl) => {
    expect(thrownBy(() => checkAcl(acl as never, ['private']))).toMatchObject(invalid)
  })
})
