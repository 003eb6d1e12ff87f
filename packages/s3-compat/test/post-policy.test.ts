import { expect, test } from '@jest/globals'
import { credentialSource } from '../src/signing/credentials.ts'
import { policyText, type PolicyRules } from '../src/signing/post-policy.ts'
import { v2Signer } from '../src/signing/v2.ts'
import { v4Signer } from '../src/signing/v4.ts'

const rules: PolicyRules = {
  bucket: 'photos',
  fields: { acl: 'public-read', 'content-type': 'image/png', 'x-amz-meta-a': '"ü"' },
  prefixes: { key: 'user/1/' },
  size: { min: 1, max: 5_000_000 },
}
const credentials = credentialSource({
  key: 'AKIDEXAMPLE',
  secret: 'secret',
  sessionToken: 'token',
})
const now = Date.UTC(2026, 10, 22)

test.each([
  ['2', v2Signer(credentials), ['policy', 'signature', 'AWSAccessKeyId']],
  ['4', v4Signer(credentials, 'nyc3'), ['policy', 'x-amz-signature']],
])(
  'version %s: every field has a condition, but those that need none',
  async (_v, signer, free) => {
    const { fields, expiresAt } = await signer.signPolicy(
      (own, until) => policyText(rules, own, until),
      now,
      600,
    )
    const policy = JSON.parse(Buffer.from(fields['policy'] ?? '', 'base64').toString()) as {
      expiration: string
      conditions: unknown[]
    }
    expect(policy.expiration).toBe('2026-11-22T00:10:00.000Z')
    expect(expiresAt.toISOString()).toBe(policy.expiration)
    for (const [name, value] of Object.entries({ ...rules.fields, ...fields })) {
      if (!free.includes(name)) expect(policy.conditions).toContainEqual({ [name]: value })
    }
    expect(policy.conditions).toContainEqual({ bucket: 'photos' })
    expect(policy.conditions).toContainEqual(['starts-with', '$key', 'user/1/'])
    expect(policy.conditions).toContainEqual(['content-length-range', 1, 5_000_000])
  },
)

test('no size, no condition on it', () => {
  const { size: _size, ...rest } = rules
  expect(policyText(rest, {}, new Date(now))).not.toContain('content-length-range')
})
