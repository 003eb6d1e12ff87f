import { expect, test } from '@jest/globals'
import {
  credentialSource,
  type S3CredentialProvider,
  type S3Credentials,
} from '../src/signing/credentials.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 0, 1)

/** A provider that gives credentials of an hour each and counts, fails when told to, and can be held back. */
function hourly(): {
  provider: S3CredentialProvider
  calls: () => number
  fail(error: unknown): void
  at(now: number): void
} {
  let calls = 0
  let failure: unknown
  let time = start
  return {
    provider: async () => {
      calls += 1
      await Promise.resolve()
      if (failure !== undefined) throw failure
      return { key: `key${calls}`, secret: 'secret', expiresAt: new Date(time + hour) }
    },
    calls: () => calls,
    fail(error) {
      failure = error
    },
    at(now) {
      time = now
    },
  }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

test('fixed credentials are copied', async () => {
  const given = { key: 'k', secret: 's', sessionToken: 't', more: 1 }
  const source = credentialSource(given)
  given.key = 'changed'
  expect(await source(start)).toEqual({ key: 'k', secret: 's', sessionToken: 't' })
})

test.each([
  [{ secret: 's' }, 'key is missing'],
  [{ key: '', secret: 's' }, 'key is missing'],
  [{ key: 'k' }, 'secret is missing'],
  [{ key: 'k', secret: 'top secret\n' }, 'secret holds a blank'],
  [{ key: ' k', secret: 's' }, 'key holds a blank'],
  [{ key: 7, secret: 's' }, 'key must be a string'],
  [{ key: 'k', secret: 's', sessionToken: 'ü' }, 'sessionToken holds'],
  [{ key: 'k', secret: 's', expiresAt: '2026-01-01' }, 'expiresAt must be a valid Date'],
  [{ key: 'k', secret: 's', expiresAt: new Date(Number.NaN) }, 'expiresAt must be a valid Date'],
  [undefined, 'key is missing; secret is missing'],
])('%j is refused: %s', async (given, message) => {
  const refused = { code: 'InvalidCredentials', message: expect.stringContaining(message) }
  expect(() => credentialSource(given as unknown as S3Credentials)).toThrow(
    expect.objectContaining(refused),
  )
  const provided = credentialSource(() => given as unknown as S3Credentials)
  const failure: unknown = await provided(start).catch((error: unknown) => error)
  expect(failure).toMatchObject(refused)
  expect(String(failure)).not.toContain('top secret')
})

test('fixed credentials that have expired', async () => {
  const source = credentialSource({ key: 'k', secret: 's', expiresAt: new Date(start) })
  await expect(source(start - 1)).resolves.toMatchObject({ key: 'k' })
  await expect(source(start)).rejects.toMatchObject({
    code: 'InvalidCredentials',
    message: expect.stringContaining('2026-01-01T00:00:00.000Z'),
  })
})

test('a provider is asked once for many requests, and once for all when it gives no end', async () => {
  let calls = 0
  const source = credentialSource(async () => {
    calls += 1
    return { key: 'k', secret: 's' }
  })
  await Promise.all([source(start), source(start), source(start)])
  await source(start + 1000 * hour)
  expect(calls).toBe(1)
})

test('new ones are fetched ahead of time while the old ones serve', async () => {
  const { provider, calls, at } = hourly()
  const source = credentialSource(provider)
  await source(start)
  expect(await source(start + hour - 301_000)).toMatchObject({ key: 'key1' })
  expect(calls()).toBe(1)
  const late = start + hour - 299_000
  at(late)
  const served = await Promise.all([source(late), source(late), source(late)])
  expect(served.map(({ key }) => key)).toEqual(['key1', 'key1', 'key1'])
  await settle()
  expect(calls()).toBe(2)
  expect(await source(late)).toMatchObject({ key: 'key2' })
})

test('in the last minute requests wait for the new ones', async () => {
  const { provider, at } = hourly()
  const source = credentialSource(provider)
  await source(start)
  const late = start + hour - 59_000
  at(late)
  expect(await source(late)).toMatchObject({ key: 'key2' })
})

test('while the old ones work, a failed fetch is tried again every ten seconds and harms nothing', async () => {
  const { provider, calls, fail } = hourly()
  const source = credentialSource(provider)
  await source(start)
  fail(new Error('no metadata service'))
  const late = start + hour - 200_000
  for (const now of [late, late + 1, late + 9_999]) {
    expect(await source(now)).toMatchObject({ key: 'key1' })
    await settle()
  }
  expect(calls()).toBe(2)
  await source(late + 10_000)
  await settle()
  expect(calls()).toBe(3)
  expect(await source(start + hour - 1)).toMatchObject({ key: 'key1' })
})

test('when they have ended, the failure is told with its cause', async () => {
  const { provider, fail } = hourly()
  const source = credentialSource(provider)
  await source(start)
  const cause = new Error('no metadata service')
  fail(cause)
  await expect(source(start + hour)).rejects.toMatchObject({ code: 'InvalidCredentials', cause })
})

test('a provider that fails at first is asked again by the next request', async () => {
  let calls = 0
  const source = credentialSource(async () => {
    calls += 1
    if (calls === 1) throw new Error('not yet')
    return { key: 'k', secret: 's' }
  })
  await expect(source(start)).rejects.toMatchObject({ code: 'InvalidCredentials' })
  await expect(source(start)).resolves.toMatchObject({ key: 'k' })
})

test('short-lived credentials are not fetched for every request', async () => {
  let calls = 0
  const source = credentialSource(async () => {
    calls += 1
    return { key: `k${calls}`, secret: 's', expiresAt: new Date(start + 60_000) }
  })
  for (let now = start; now < start + 29_000; now += 1000) await source(now)
  expect(calls).toBe(1)
})

test('what a provider has thrown is in the error', async () => {
  const source = credentialSource(async () => {
    throw new Error('the metadata service is away')
  })
  await expect(source(start)).rejects.toMatchObject({
    code: 'InvalidCredentials',
    message: expect.stringContaining('the credentials option has thrown: the metadata service'),
  })
})

test("Amazon's names of credentials are told apart from a key that is missing", async () => {
  const foreign = { accessKeyId: 'AKID', secretAccessKey: 'hush-hush' }
  const source = credentialSource(async () => foreign as never)
  const failure = await source(start).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'InvalidCredentials',
    message: expect.stringContaining('what the credentials option gave: key is missing'),
    hint: 'accessKeyId is key here, secretAccessKey is secret here',
  })
  expect(String(failure)).not.toContain('hush-hush')
})
