import { describe, expect, test } from '@jest/globals'
import type { StorageError } from '@cloudstore/core'
import { optionIssues, optionNames, parseOptions } from '../src/options.ts'
import { s3 } from '../src/profiles/s3.ts'
import { S3CompatStorageDriver } from '../src/storage-driver.ts'

const keys = { key: 'AKID', secret: 'hush-hush' }
const transport = { send: (): undefined => undefined }
const good = { ...keys, endpoint: 'https://s3.example.com' }

function problemsOf(options: unknown): string {
  try {
    parseOptions(options)
  } catch (error) {
    const { code, message } = error as StorageError
    expect(code).toBe('InvalidConfig')
    return message
  }
  return 'none'
}

test.each([
  ['retries: 3', { retries: 3 }, 'retries: expected false or an object of numbers: attempts'],
  ['retries: true', { retries: true }, 'retries: expected false or'],
  ['rateLimit: true', { rateLimit: true }, 'rateLimit: expected false or { requestsPerSecond'],
  ['clientRateLimit: 5', { clientRateLimit: 5 }, 'clientRateLimit: expected false or'],
  ['no scheme', { endpoint: '127.0.0.1' }, 'such as https://storage.example.com or http://127'],
])('%s is told what is expected', (_name, options, part) => {
  expect(problemsOf({ ...good, ...options })).toContain(part)
})

test('what is right is taken', () => {
  const options = {
    ...good,
    sessionToken: 't',
    region: 'nyc3',
    addressing: 'path',
    signatureVersion: 2,
    payloadSigning: 'always',
    timeouts: { queue: 0, total: 1.5 },
    retries: { attempts: 1, budget: 0 },
    rateLimit: { requestsPerSecond: 0.5, burst: 1 },
    tls: { ca: ['a', 'b'], rejectUnauthorized: false },
    proxy: false,
    partSize: 5 * 1024 * 1024,
    verifyHash: false,
    userAgent: 'app/1.0',
  }
  expect(optionIssues(options)).toEqual([])
  expect(optionIssues({ ...good, region: undefined, tls: undefined })).toEqual([])
  // Ceph names a placement behind the zone group.
  expect(optionIssues({ ...good, region: 'eu-1:cold_x.y' })).toEqual([])
})

describe('one thing that is wrong', () => {
  test.each([
    ['key', { ...good, key: undefined }],
    ['secret', { ...good, secret: '' }],
    ['key', { ...good, key: 'AK ID\n' }],
    ['secret', { ...good, secret: 'hush-hush\n' }],
    ['secret', { ...good, secret: 42 }],
    ['sessionToken', { ...good, sessionToken: 'hush\r\nx: y' }],
    ['region', { ...good, region: 'nyc3 ' }],
    ['region', { ...good, region: 'x\r\ny: z' }],
    ['region', { ...good, region: 'eu/west' }],
    ['credentials', { ...good, credentials: () => keys }],
    ['credentials', { endpoint: good.endpoint, credentials: keys }],
    ['endpoint', { ...keys, endpoint: 's3.example.com' }],
    ['endpoint', { ...keys, endpoint: 'https://AKID:hush-hush@s3.example.com' }],
    ['endpoint', { ...keys, endpoint: 'https://s3.example.com/?token=hush-hush' }],
    ['host', { ...keys, host: 'https://s3.example.com' }],
    ['host', { ...keys, host: 's3.example.com:9000' }],
    ['host', { ...keys, host: 'a b' }],
    ['port', { ...keys, host: 'h', port: 70_000 }],
    ['port', { ...keys, host: 'h', port: '80' }],
    ['secure', { ...keys, host: 'h', secure: 'false' }],
    ['addressing', { ...good, addressing: 'virtual-host' }],
    ['signatureVersion', { ...good, signatureVersion: '3' }],
    ['payloadSigning', { ...good, payloadSigning: 'never' }],
    ['timeouts.queue', { ...good, timeouts: { queue: -1 } }],
    ['timeouts.queue', { ...good, timeouts: { queue: Number.NaN } }],
    ['sockets', { ...good, timeouts: { sockets: 1 } }],
    ['retries.attempts', { ...good, retries: { attempts: 0 } }],
    ['retries', { ...good, retries: true }],
    ['maxConnections', { ...good, maxConnections: 1.5 }],
    ['rateLimit', { ...good, rateLimit: 10 }],
    ['tls.ca', { ...good, tls: { ca: [] } }],
    ['clock', { ...good, clock: 5 }],
    ['transport', { ...good, transport: {} }],
    ['onEvent', { ...good, onEvent: 'log' }],
    ['userAgent', { ...good, userAgent: 'a\r\nb' }],
    ['partSize', { ...good, partSize: 0 }],
    ['concurrency', { ...good, concurrency: 0 }],
    ['multipartThreshold', { ...good, multipartThreshold: -1 }],
    ['proxy', { ...good, proxy: true }],
    ['endpont', { ...good, endpont: 'x' }],
    ['tls', { ...good, tls: {}, transport }],
    ['maxConnections', { ...good, maxConnections: 3, transport }],
    ['proxy', { ...good, proxy: false, transport }],
  ])('%s %#', (name, options) => {
    const message = problemsOf(options)
    expect(message).toContain(name)
    expect(message).not.toContain('hush')
  })

  test.each([undefined, null, 'x', []])('%j are no options', (options) => {
    expect(problemsOf(options)).not.toBe('none')
  })
})

test('everything that is wrong stands in one error', () => {
  const message = problemsOf({
    secret: '',
    port: -1,
    addressing: 'x',
    timeouts: { idle: 'long' },
    unknown: 1,
  })
  for (const name of ['secret', 'port', 'addressing', 'timeouts.idle', 'unknown']) {
    expect(message).toContain(name)
  }
  expect(problemsOf({ endpoint: 'nowhere' })).toMatch(/key.*secret.*endpoint/s)
})

test('the constructor refuses before anything is sent', () => {
  expect(() => new S3CompatStorageDriver({ ...keys })).toThrow(/no address of its own/)
  expect(() => new S3CompatStorageDriver({ ...keys, region: 'a/b' }, { facts: s3 })).toThrow(
    /region/,
  )
  const virtualOnly = { ...s3, addressing: ['virtual'] as const }
  expect(
    () => new S3CompatStorageDriver({ ...keys, addressing: 'path' }, { facts: virtualOnly }),
  ).toThrow(/addressing/)
  expect(
    () =>
      new S3CompatStorageDriver(
        { ...keys, signatureVersion: '2' },
        { facts: { ...s3, signatureVersions: ['4'] } },
      ),
  ).toThrow(/signatureVersion/)
})

test('the names of all options are known', () => {
  expect(optionNames).toEqual(expect.arrayContaining(['key', 'endpoint', 'tls', 'verifyHash']))
})
