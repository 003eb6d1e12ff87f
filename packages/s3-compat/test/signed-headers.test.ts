import { expect, test } from '@jest/globals'
import { signedHeaders } from '../src/signing/signed-headers.ts'

test('what decides about the object is signed, what proxies change is not', () => {
  const signed = {
    'content-md5': 'a',
    'content-type': 'b',
    range: 'bytes=0-1',
    'x-amz-acl': 'private',
    'x-amz-meta-a': 'c',
  }
  const unsigned = {
    accept: '*/*',
    'accept-encoding': 'identity',
    connection: 'keep-alive',
    'content-length': '1',
    expect: '100-continue',
    'user-agent': 'x',
    'x-forwarded-for': 'y',
  }
  expect(signedHeaders({ ...unsigned, ...signed })).toEqual(signed)
})
