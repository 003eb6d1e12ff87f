import { describe, expect, test } from '@jest/globals'
import { providerFacts } from '../src/profiles/all.ts'
import type { ProviderFacts } from '../src/profiles/profile.ts'
import { resolveService, type ProfileChoices } from '../src/profiles/resolve.ts'

function factsOf(provider: string): ProviderFacts {
  const facts = providerFacts.find((candidate) => candidate.provider === provider)
  if (facts === undefined) throw new Error(`no facts of ${provider}`)
  return facts
}

function resolve(provider: string, choices?: ProfileChoices): ReturnType<typeof resolveService> {
  return resolveService(factsOf(provider), choices)
}

describe('where a service is', () => {
  test.each([
    ['s3', {}, 'https://s3.us-east-1.amazonaws.com', 'us-east-1'],
    ['s3', { region: 'cn-north-1' }, 'https://s3.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['s3', { region: 'xx-new-7' }, 'https://s3.xx-new-7.amazonaws.com', 'xx-new-7'],
    ['cloudflare_r2', { account: 'abc' }, 'https://abc.r2.cloudflarestorage.com', 'auto'],
    [
      'cloudflare_r2',
      { account: 'abc', region: 'eu' },
      'https://abc.eu.r2.cloudflarestorage.com',
      'auto',
    ],
    ['contabo', { region: 'eu2' }, 'https://eu2.contabostorage.com', 'default'],
    ['ovh', { region: 'us-east-va' }, 'https://s3.us-east-va.io.cloud.ovh.us', 'us-east-va'],
    [
      'supabase',
      { account: 'ref', region: 'eu-west-1' },
      'https://ref.storage.supabase.co/storage/v1/s3',
      'eu-west-1',
    ],
    ['minio', { endpoint: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000', 'us-east-1'],
    ['hetzner', { endpoint: 'https://x.example', region: 'fsn1' }, 'https://x.example', 'fsn1'],
  ])('%s %j is at %s and signed for %s', (provider, choices, endpoint, signingRegion) => {
    expect(resolve(provider, choices)).toMatchObject({ endpoint, signingRegion })
  })
})

describe('what is missing or impossible is told', () => {
  test.each([
    ['minio', {}, ['endpoint: MinIO has no address of its own']],
    ['s3_compat', {}, ['endpoint:']],
    ['hetzner', {}, ['region: missing, such as hel1, fsn1, nbg1']],
    ['cloudflare_r2', {}, ['account: missing, it is the account id of Cloudflare R2']],
    ['oracle_cloud', {}, ['account: missing', 'region: missing']],
    ['hetzner', { region: 'a.evil.example/' }, ['region: takes letters, digits']],
    ['cloudflare_r2', { account: 'a@b' }, ['account: takes letters, digits']],
    ['contabo', { region: 'eu2', addressing: 'virtual' }, ['addressing:', 'path alone']],
    [
      'cloudflare_r2',
      { account: 'a', signatureVersion: '2' },
      ['signatureVersion:', 'known to take 4 alone'],
    ],
  ] as const)('%s %j', (provider, choices, messages) => {
    for (const message of messages) {
      expect(() => resolve(provider, choices)).toThrow(
        expect.objectContaining({
          code: 'InvalidConfig',
          message: expect.stringContaining(message),
        }),
      )
    }
  })
})

describe('choice before fact before caution', () => {
  test('addressing and signature version', () => {
    expect(resolve('s3')).toMatchObject({ addressing: 'virtual', signatureVersion: '4' })
    expect(resolve('s3', { addressing: 'path', signatureVersion: '2' })).toMatchObject({
      addressing: 'path',
      signatureVersion: '2',
    })
  })

  test('of a server that nobody knows nothing is relied upon', () => {
    const { profile } = resolve('s3_compat', { endpoint: 'https://x.example' })
    expect(profile).toMatchObject({
      conditions: { put: [], complete: [], copy: [], delete: [] },
      etag: { single: 'opaque', multipart: 'opaque' },
      acls: { objects: [], containers: [] },
      multipart: { equalParts: true, maxParts: 10_000 },
      validatesChecksums: false,
      reportsExistingBucket: false,
      uploadForm: false,
    })
  })

  test('a fact replaces caution in its place alone', () => {
    const { profile } = resolve('scaleway', { region: 'fr-par' })
    expect(profile.multipart).toEqual({
      minPartBytes: 5_000_000,
      maxPartBytes: 5 * 1024 ** 3,
      maxParts: 1000,
      equalParts: false,
      keepsTags: false,
    })
  })

  test('what the caller knows wins', () => {
    const { profile } = resolve('s3_compat', {
      endpoint: 'https://x.example',
      behaviour: { conditions: { put: ['ifNoneMatch'] }, maxPutBytes: 7, list: { version: 1 } },
    })
    expect(profile.conditions).toMatchObject({ put: ['ifNoneMatch'], complete: [] })
    expect(profile.maxPutBytes).toBe(7)
    expect(profile.list).toEqual({ version: 1, encodingType: true, order: 'utf8' })
  })

  test.each(providerFacts.map((facts) => [facts.provider, facts] as const))(
    '%s has every number and promise',
    (_provider, facts) => {
      const { profile } = resolveService(facts, { endpoint: 'https://x.example' })
      const { rateLimit, storageClasses, ...rest } = profile
      expect(JSON.stringify(rest, (_key, value: unknown) => value ?? 'missing')).not.toContain(
        'missing',
      )
      expect(storageClasses ?? ['any']).not.toHaveLength(0)
      expect(rateLimit?.requestsPerSecond ?? 1).toBeGreaterThan(0)
      expect(profile.multipart.minPartBytes).toBeLessThanOrEqual(5 * 1024 ** 2)
    },
  )
})
