import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { credentialSource, type S3Credentials } from '../src/signing/credentials.ts'
import type { SignableRequest, SignableSend, Signer } from '../src/signing/signer.ts'
import { v2Signer } from '../src/signing/v2.ts'
import { vectorsOf } from './support/signature-vectors.ts'

const credentials: S3Credentials = { key: 'AKIDEXAMPLE', secret: 'a/secret+key' }
const now = Date.UTC(2026, 10, 22, 8, 9, 10)

function signer(given = credentials): Signer {
  return v2Signer(credentialSource(given))
}

function request(changes: Partial<SignableSend> = {}): SignableSend {
  return {
    method: 'GET',
    host: 'example.com',
    path: '/bucket/key',
    query: [],
    headers: {},
    payloadHash: '',
    ...changes,
  }
}

function hmac(text: string): string {
  return createHmac('sha1', credentials.secret).update(text).digest('base64')
}

test.each(vectorsOf('v2 header'))('the published signature %s', async (_name, vector) => {
  const headers = await signer(vector.credentials).sign(request(vector.request), now)
  expect(headers['authorization']).toBe(vector.expected.authorization)
})

test.each(vectorsOf('v2 query'))('the published presigned request %s', async (_name, vector) => {
  const lifetime = 900
  const at = ((vector.expires ?? 0) - lifetime) * 1000
  const presigned = await signer(vector.credentials).presign(request(vector.request), at, lifetime)
  expect(presigned.query).toEqual(
    expect.arrayContaining([
      ['AWSAccessKeyId', vector.credentials.key],
      ['Expires', String(vector.expires)],
      ['Signature', vector.expected.signature],
    ]),
  )
  expect(presigned.expiresAt.getTime()).toBe((vector.expires ?? 0) * 1000)
})

test('without a date, x-amz-date is added and the line of the date stays empty', async () => {
  const headers = await signer().sign(request({ headers: { 'x-amz-acl': 'private' } }), now)
  expect(headers['x-amz-date']).toBe('Sun, 22 Nov 2026 08:09:10 GMT')
  expect(headers['authorization']).toBe(
    `AWS AKIDEXAMPLE:${hmac('GET\n\n\n\nx-amz-acl:private\nx-amz-date:Sun, 22 Nov 2026 08:09:10 GMT\n/bucket/key')}`,
  )
})

test('any request is signed as the description says', async () => {
  const plain = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
  const value = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((text) => text.trim())
  const resources = ['acl', 'cors', 'tagging', 'uploads', 'delete', 'select', 'select-type']
  const arbitrary = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
    path: fc.stringMatching(/^\/([a-z./]|%[0-9A-F]{2}){0,40}$/),
    signed: fc.uniqueArray(fc.tuple(fc.constantFrom(...resources), value), {
      selector: ([name]) => name,
    }),
    unsigned: fc.array(fc.tuple(fc.constantFrom('prefix', 'max-keys', 'list-type'), value)),
    amz: fc.dictionary(
      plain.map((text) => `x-amz-meta-${text}`),
      value,
    ),
    type: value,
  })
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ method, path, signed, unsigned, amz, type }) => {
      const headers = { ...amz, 'content-type': type, date: 'D', 'user-agent': 'x' }
      const { authorization } = await signer().sign(
        request({ method, path, query: [...unsigned, ...signed], headers }),
        now,
      )
      const amzLines = Object.keys(amz)
        .toSorted()
        .map((name) => `${name}:${amz[name]}\n`)
      const resource = signed
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, text]) => (text === '' ? name : `${name}=${text}`))
      const text =
        `${method}\n\n${type}\nD\n${amzLines.join('')}${path}` +
        (resource.length === 0 ? '' : `?${resource.join('&')}`)
      expect(authorization).toBe(`AWS AKIDEXAMPLE:${hmac(text)}`)
    }),
    { numRuns: 300 },
  )
})

test('a container in the host is part of what is signed', async () => {
  const inHost: Partial<SignableRequest> = { path: '/key', bucketInHost: 'bucket' }
  const [a, b] = await Promise.all([
    signer().sign(request(inHost), now),
    signer().sign(request(), now),
  ])
  expect(a).toEqual(b)
})

test('overrides of the answer are signed as they are meant, not as they are encoded', async () => {
  const query = [['response-content-disposition', 'attachment; filename="a b.txt"']] as const
  const { query: signed } = await signer().presign(request({ query }), now, 60)
  const expires = now / 1000 + 60
  expect(signed.at(-1)).toEqual([
    'Signature',
    hmac(
      `GET\n\n\n${expires}\n/bucket/key?response-content-disposition=attachment; filename="a b.txt"`,
    ),
  ])
})

test('a session token is sent and signed, in headers, query and form', async () => {
  const temporary = signer({ ...credentials, sessionToken: 'token' })
  const headers = await temporary.sign(request({ headers: { date: 'D' } }), now)
  expect(headers).toEqual({
    'x-amz-security-token': 'token',
    authorization: `AWS AKIDEXAMPLE:${hmac('GET\n\n\nD\nx-amz-security-token:token\n/bucket/key')}`,
  })
  const { query } = await temporary.presign(request(), now, 60)
  expect(query).toContainEqual(['x-amz-security-token', 'token'])
  const form = await temporary.signPolicy((fields) => JSON.stringify(fields), now, 60)
  const policy = Buffer.from('{"x-amz-security-token":"token"}').toString('base64')
  expect(form.fields).toEqual({
    AWSAccessKeyId: 'AKIDEXAMPLE',
    'x-amz-security-token': 'token',
    policy,
    signature: hmac(policy),
  })
})

test.each([0, 1.5, -1, Number.NaN])('a lifetime of %d is refused', async (expiresIn) => {
  await expect(signer().presign(request(), now, expiresIn)).rejects.toMatchObject({
    code: 'InvalidArgument',
  })
})

test('more than a week is no trouble', async () => {
  const { expiresAt } = await signer().presign(request(), now, 30 * 86_400)
  expect(expiresAt.getTime()).toBe(now + 30 * 86_400_000)
})
