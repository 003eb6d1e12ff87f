import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { createHash, createHmac } from 'node:crypto'
import { credentialSource, type S3Credentials } from '../src/signing/credentials.ts'
import type { SignableSend, Signer } from '../src/signing/signer.ts'
import { v4Signer } from '../src/signing/v4.ts'
import { timeOf, vectorsOf } from './support/signature-vectors.ts'

const emptyHash = createHash('sha256').digest('hex')
const credentials: S3Credentials = { key: 'AKIDEXAMPLE', secret: 'a/secret+key' }
const now = timeOf('20261122T080910Z')

function signer(given = credentials, region = 'nyc3'): Signer {
  return v4Signer(credentialSource(given), region)
}

function request(changes: Partial<SignableSend> = {}): SignableSend {
  return {
    method: 'GET',
    host: 'example.com',
    path: '/bucket/key',
    query: [],
    headers: {},
    payloadHash: emptyHash,
    ...changes,
  }
}

test.each(vectorsOf('v4 header'))('the published signature %s', async (_name, vector) => {
  const { host = '', payloadHash = '', ...rest } = vector.request
  const headers = await signer(vector.credentials, vector.region).sign(
    { ...rest, host, payloadHash },
    timeOf(vector.time),
  )
  expect(headers['authorization']).toContain(`Signature=${vector.expected.signature}`)
  if (vector.expected.authorization !== undefined) {
    expect(headers['authorization']).toBe(vector.expected.authorization)
  }
})

test.each(vectorsOf('v4 query'))('the published presigned request %s', async (_name, vector) => {
  const { host = '', ...rest } = vector.request
  const presigned = await signer(vector.credentials, vector.region).presign(
    { ...rest, host },
    timeOf(vector.time),
    vector.expiresIn ?? 0,
  )
  expect(presigned.query.at(-1)).toEqual(['X-Amz-Signature', vector.expected.signature])
  expect(presigned.expiresAt.getTime()).toBe(timeOf(vector.time) + (vector.expiresIn ?? 0) * 1000)
})

test.each(vectorsOf('v4 policy'))('the published form %s', async (_name, vector) => {
  const { fields } = await signer(vector.credentials, vector.region).signPolicy(
    () => vector.policy ?? '',
    timeOf(vector.time),
    60,
  )
  expect(fields['policy']).toBe(vector.expected.policy)
  expect(fields['x-amz-signature']).toBe(vector.expected.signature)
})

// The scheme once more, from its description and with node:crypto alone.
function check(sent: SignableSend, region: string, time: number): string {
  const stamp = new Date(time).toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const day = stamp.slice(0, 8)
  const headers: Record<string, string> = {
    ...sent.headers,
    host: sent.host,
    'x-amz-date': stamp,
    'x-amz-content-sha256': sent.payloadHash,
  }
  const encode = (text: string): string =>
    [...Buffer.from(text)]
      .map((byte) =>
        /[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join('')
  const pairs = sent.query.map(([name, value]) => [encode(name), encode(value)] as const)
  const query = pairs
    .toSorted((a, b) => (a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const names = Object.keys(headers).toSorted()
  const lines = names.map((name) => `${name}:${headers[name]?.trim().replaceAll(/[ \t]+/g, ' ')}\n`)
  const canonical = `${sent.method}\n${sent.path}\n${query}\n${lines.join('')}\n${names.join(';')}\n${sent.payloadHash}`
  const scope = `${day}/${region}/s3/aws4_request`
  const hash = createHash('sha256').update(canonical).digest('hex')
  let key: Buffer = Buffer.from(`AWS4${credentials.secret}`)
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash}`
  return createHmac('sha256', key).update(text).digest('hex')
}

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 30 })
const wellFormed = fc
  .string({ unit: 'binary', maxLength: 20 })
  .filter((text) => !/\p{Surrogate}/u.test(text))

test('any request is signed as the description says', async () => {
  const arbitrary = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
    path: fc.stringMatching(/^\/([a-z./]|%[0-9A-F]{2}){0,40}$/),
    query: fc.array(fc.tuple(name, wellFormed), { maxLength: 5 }),
    headers: fc.dictionary(
      name.map((text) => `x-amz-meta-${text}`),
      ascii,
      { maxKeys: 5 },
    ),
  })
  const shared = signer()
  await fc.assert(
    fc.asyncProperty(arbitrary, async (given) => {
      const sent = request({ ...given, host: 'b.example.com:8080' })
      const { authorization } = await shared.sign(sent, now)
      expect(authorization).toContain(`Signature=${check(sent, 'nyc3', now)}`)
    }),
    { numRuns: 300 },
  )
})

test('a new day, another region and other credentials give another key', async () => {
  const source = credentialSource(credentials)
  const shared = v4Signer(source, 'nyc3')
  for (const [region, time] of [
    ['nyc3', now],
    ['nyc3', now + 86_400_000],
    ['ams3', now],
    ['nyc3', now],
  ] as const) {
    const sent = request({ region })
    const { authorization } = await shared.sign(sent, time)
    expect(authorization).toContain(`Signature=${check(sent, region, time)}`)
  }
})

test('a session token is sent and signed, in headers, query and form', async () => {
  const temporary = signer({ ...credentials, sessionToken: 'token' })
  const headers = await temporary.sign(request(), now)
  expect(headers['x-amz-security-token']).toBe('token')
  expect(headers['authorization']).toContain('x-amz-security-token')
  const { query } = await temporary.presign(request(), now, 60)
  expect(query).toContainEqual(['X-Amz-Security-Token', 'token'])
  let conditioned = {}
  const form = await temporary.signPolicy(
    (fields) => {
      conditioned = fields
      return '{}'
    },
    now,
    60,
  )
  expect(conditioned).toMatchObject({ 'x-amz-security-token': 'token' })
  expect(form.fields).toMatchObject(conditioned)
})

test('what is signed into a URL must be sent, and stays a header', async () => {
  const headers = { 'x-amz-acl': 'public-read', 'content-type': 'text/plain' }
  const presigned = await signer().presign(request({ method: 'PUT', headers }), now, 60)
  expect(presigned.headers).toEqual(headers)
  expect(presigned.query).toContainEqual(['X-Amz-SignedHeaders', 'content-type;host;x-amz-acl'])
  expect(presigned.query.map(([key]) => key)).not.toContain('x-amz-acl')
})

test('a URL does not outlive its credentials', async () => {
  const expiresAt = new Date(now + 30_000)
  const temporary = signer({ ...credentials, expiresAt })
  expect((await temporary.presign(request(), now, 60)).expiresAt).toEqual(expiresAt)
  expect((await temporary.presign(request(), now, 20)).expiresAt).toEqual(new Date(now + 20_000))
})

test.each([0, -1, 1.5, 604_801, Number.NaN])('a lifetime of %d is refused', async (expiresIn) => {
  const refused = { code: 'InvalidArgument', message: expect.stringContaining('604800') }
  await expect(signer().presign(request(), now, expiresIn)).rejects.toMatchObject(refused)
  await expect(signer().signPolicy(() => '', now, expiresIn)).rejects.toMatchObject(refused)
})

test('nothing that can be seen of a signer holds the secret', () => {
  const { inspect } = process.getBuiltinModule('node:util')
  const text = inspect(signer(), { depth: 10, showHidden: true }) + JSON.stringify(signer())
  expect(text).not.toContain(credentials.secret)
})
