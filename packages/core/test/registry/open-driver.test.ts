import { expect, test } from '@jest/globals'
import {
  configFromEnv,
  invalidConfig,
  openDriver,
  registerDriver,
  StorageError,
  type DriverConfig,
  type DriverEnvironment,
} from '@cloudstore/core'
import { fakeDriverClass, freshProvider, optionsOf } from '../support/fake-driver.ts'

const environment: DriverEnvironment = {
  port: { type: 'number' },
  secure: { type: 'boolean' },
  hosts: { type: 'list' },
  key: { variables: ['ACME_KEY', 'ACME_ACCESS_KEY'] },
  'cdn.token': { variables: ['ACME_TOKEN'] },
  'cdn.ttl': { type: 'number', variables: ['ACME_TTL'] },
}

function registered(check?: Parameters<typeof fakeDriverClass>[1]): string {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(environment, check), { origin: 'fake-store' })
  return provider
}

async function opened(config: object): Promise<Readonly<Record<string, unknown>>> {
  return optionsOf(await openDriver(config as DriverConfig))
}

function fromEnv(env: Readonly<Record<string, string>>, provider = registered()): object {
  return configFromEnv({ CLOUDSTORE_PROVIDER: provider, ...env })
}

test('the driver gets the options without the provider', async () => {
  const provider = registered()
  const config = { provider, port: '9000', key: undefined }
  expect(await opened(config)).toEqual({ port: '9000', key: undefined })
  expect(config).toEqual({ provider, port: '9000', key: undefined })
})

test('text from the environment becomes numbers, booleans and lists where the driver says so', async () => {
  const config = fromEnv({
    CLOUDSTORE_PORT: ' 9000 ',
    CLOUDSTORE_SECURE: 'False',
    CLOUDSTORE_HOSTS: 'a, b,c',
    CLOUDSTORE_REGION: '3',
    CLOUDSTORE_CDN__TTL: '3600.5',
  })
  expect(await opened(config)).toEqual({
    port: 9000,
    secure: false,
    hosts: ['a', 'b', 'c'],
    region: '3',
    cdn: { ttl: 3600.5 },
  })
  expect(config).toMatchObject({ port: ' 9000 ', cdn: { ttl: '3600.5' } })
})

test('a configuration that the program wrote is not converted', async () => {
  const provider = registered()
  expect(await opened({ provider, port: '9000' })).toEqual({ port: '9000' })
})

test('the program can add to a configuration from the environment', async () => {
  const clock = (): number => 0
  const config = Object.assign(fromEnv({ CLOUDSTORE_PORT: '9000' }), { clock, secure: true })
  expect(await opened(config)).toEqual({ port: 9000, clock, secure: true })
})

test('variables of the driver are read when the usual one is not set', async () => {
  const others = { ACME_KEY: 'k1', ACME_ACCESS_KEY: 'k2', ACME_TOKEN: 't', ACME_TTL: '60' }
  expect(await opened(fromEnv(others))).toEqual({ key: 'k1', cdn: { token: 't', ttl: 60 } })
  expect(await opened(fromEnv({ ACME_ACCESS_KEY: 'k2', CLOUDSTORE_CDN__TTL: '600' }))).toEqual({
    key: 'k2',
    cdn: { ttl: 600 },
  })
  expect(await opened(fromEnv({ CLOUDSTORE_KEY: 'k0', ...others }))).toMatchObject({ key: 'k0' })
})

test('text that is no number, boolean: the variables are named, the values are not', async () => {
  const config = fromEnv({
    CLOUDSTORE_PORT: '0x1secret',
    CLOUDSTORE_SECURE: 'secret',
    ACME_TTL: 'secret',
  })
  const failure = await opened(config).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'InvalidConfig' })
  for (const name of ['CLOUDSTORE_PORT', 'CLOUDSTORE_SECURE', 'ACME_TTL']) {
    expect(String(failure)).toContain(name)
  }
  expect(String(failure)).not.toContain('secret')
})

test.each(['', '1e3', '1_000', 'NaN', 'Infinity', '--1', '1.'])('%j is no number', async (text) => {
  const config = Object.assign(fromEnv({ CLOUDSTORE_PORT: 'x' }), { port: text })
  await expect(opened(config)).rejects.toThrow('CLOUDSTORE_PORT must be a number')
})

test('what the driver refuses is told with the variables', async () => {
  const provider = registered(() => {
    throw new StorageError(
      'InvalidConfig',
      `key: missing; cdn.token: too short; 'regoin' is no option of this port`,
    )
  })
  const config = fromEnv({ CLOUDSTORE_REGOIN: 'a', CLOUDSTORE_CDN__TOKEN: 'x' }, provider)
  const message = String(await opened(config).catch((error: unknown) => error))
  expect(message).toContain('key is CLOUDSTORE_KEY or ACME_KEY or ACME_ACCESS_KEY')
  expect(message).toContain('cdn.token is CLOUDSTORE_CDN__TOKEN')
  expect(message).toContain('regoin is CLOUDSTORE_REGOIN')
  expect(message).not.toContain('PORT')
})

test('an option that is missing is told with the variable to set', async () => {
  const provider = registered(() => {
    throw new StorageError('InvalidConfig', 'invalid options: root: missing')
  })
  const message = String(await opened(fromEnv({}, provider)).catch((error: unknown) => error))
  expect(message).toContain('root is CLOUDSTORE_ROOT')
})

test('an extra variable for an option that the environment fills otherwise', async () => {
  const config = fromEnv({ CLOUDSTORE_CDN: 'text', ACME_TOKEN: 't' })
  await expect(opened(config)).rejects.toThrow('ACME_TOKEN sets cdn.token')
})

test.each([[undefined], [null], ['local'], [7]])('%j is no configuration', async (config) => {
  await expect(openDriver(config as never)).rejects.toMatchObject({ code: 'InvalidConfig' })
})

test('a configuration without a provider is refused', async () => {
  await expect(openDriver({ key: 'k' } as never)).rejects.toMatchObject({ code: 'InvalidConfig' })
})

test('an unknown provider rejects', async () => {
  await expect(openDriver({ provider: 'nowhere' } as never)).rejects.toMatchObject({
    code: 'ProviderNotRegistered',
  })
})

const credentials: DriverEnvironment = {
  key: { variables: ['ACME_KEY'] },
  secret: { variables: ['ACME_SECRET'] },
  'limit.rate': { type: 'number' },
  'limit.burst': { type: 'number' },
}

function credentialed(check?: Parameters<typeof fakeDriverClass>[1]): string {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(credentials, check), { origin: 'fake-store' })
  return provider
}

test('key and secret come from one place', async () => {
  const own = { ACME_KEY: 'own key', ACME_SECRET: 'own secret' }
  expect(await opened(fromEnv(own, credentialed()))).toEqual({
    key: 'own key',
    secret: 'own secret',
  })
  const mixed = fromEnv({ ...own, CLOUDSTORE_KEY: 'key' }, credentialed())
  expect(await opened(mixed)).toEqual({ key: 'key' })
  const other = Object.assign(fromEnv(own, credentialed()), { credentials: () => 'later' })
  expect(await opened(other)).not.toHaveProperty('key')
})

test('the half that is missing is told with the variable that belongs to the other half', async () => {
  const provider = credentialed(() => {
    throw new StorageError('InvalidConfig', 'invalid options: secret: missing, expected text')
  })
  const config = fromEnv({ CLOUDSTORE_KEY: 'key', ACME_SECRET: 'own' }, provider)
  const failure = await opened(config).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    hint: 'In the environment, secret is CLOUDSTORE_SECRET (ACME_SECRET is not read: a key and its secret come from one place)',
  })
})

test('another prefix does not read what belongs to the first storage', async () => {
  const env = { BACKUP_PROVIDER: credentialed(), ACME_KEY: 'k', ACME_SECRET: 's' }
  expect(await opened(configFromEnv(env, 'BACKUP'))).toEqual({})
})

test('a spread copy is not the environment’s, and says so when something is wrong', async () => {
  const provider = credentialed(() => {
    throw new StorageError('InvalidConfig', 'invalid options: secret: missing, expected text')
  })
  const env = { ACME_KEY: 'k', ACME_SECRET: 's' }
  const failure = await opened({ ...fromEnv(env, provider) }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ hint: expect.stringContaining('Object.assign(configFromEnv()') })
})

test('an option with parts is set in parts, or switched off', async () => {
  const provider = credentialed()
  expect(await opened(fromEnv({ CLOUDSTORE_LIMIT: 'False' }, provider))).toEqual({ limit: false })
  expect(await opened(fromEnv({ CLOUDSTORE_LIMIT__RATE: '100' }, provider))).toEqual({
    limit: { rate: 100 },
  })
  await expect(opened(fromEnv({ CLOUDSTORE_LIMIT: '100' }, provider))).rejects.toThrow(
    'CLOUDSTORE_LIMIT must be false, or in parts such as CLOUDSTORE_LIMIT__RATE',
  )
})

test('an option that cannot be switched off is told with its parts', async () => {
  const provider = credentialed(() => {
    throw new StorageError('InvalidConfig', 'invalid options: limit: expected object')
  })
  await expect(opened(fromEnv({ CLOUDSTORE_LIMIT: 'false' }, provider))).rejects.toThrow(
    'limit is CLOUDSTORE_LIMIT, or in parts such as CLOUDSTORE_LIMIT__RATE',
  )
})

test('a variable that is left over, or has one underscore too few', async () => {
  const provider = credentialed((options) => {
    const keys = Object.keys(options)
    if (keys.length > 0)
      throw invalidConfig([{ path: [], message: '', keys }], ['limit', 'limit.rate'])
  })
  const config = fromEnv(
    { CLOUDSTORE_CDN__TTL: '1', CLOUDSTORE_COLOUR: 'x', CLOUDSTORE_LIMIT_RATE: '5' },
    provider,
  )
  const failure = await opened(config).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    hint:
      `Unset CLOUDSTORE_CDN__TTL: ${provider} does not take it. ` +
      `Unset CLOUDSTORE_COLOUR: ${provider} does not take it. ` +
      'Set CLOUDSTORE_LIMIT__RATE instead of CLOUDSTORE_LIMIT_RATE',
  })
})
