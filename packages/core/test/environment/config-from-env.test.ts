import { expect, test } from '@jest/globals'
import { configFromEnv } from '@cloudstore/core'
import * as fc from 'fast-check'
import { inspect } from 'node:util'
import { thrownBy } from '../support/thrown-by.ts'
import { environmentOf, optionPath, variableOf } from '../../src/environment/environment.ts'

test('names become camelCase, __ nests, all values are strings', () => {
  const config = configFromEnv({
    CLOUDSTORE_PROVIDER: 'digitalocean_spaces',
    CLOUDSTORE_KEY: 'k',
    CLOUDSTORE_PORT: '9000',
    CLOUDSTORE_SIGNATURE_VERSION: '4',
    CLOUDSTORE_CDN__TOKEN: 't',
    CLOUDSTORE_CDN__CUSTOM_DOMAIN: 'cdn.example.com',
    CLOUDSTOREISH: 'another program',
    PATH: '/bin',
  })
  expect(config).toEqual({
    provider: 'digitalocean_spaces',
    key: 'k',
    port: '9000',
    signatureVersion: '4',
    cdn: { token: 't', customDomain: 'cdn.example.com' },
  })
})

test('the container is left to the application, and what is set to nothing is not set', () => {
  const config = configFromEnv({
    CLOUDSTORE_PROVIDER: 'local',
    CLOUDSTORE_CONTAINER: 'backups',
    CLOUDSTORE_ROOT: '',
  })
  expect(config).toEqual({ provider: 'local' })
})

test('another prefix', () => {
  const env = { BACKUP_PROVIDER: 'memory', CLOUDSTORE_PROVIDER: 'local', BACKUP_CONTAINER: 'x' }
  expect(configFromEnv(env, 'BACKUP')).toEqual({ provider: 'memory' })
})

test('the environment of the process is the default', () => {
  process.env['CLOUDSTORE_TEST_PREFIX_PROVIDER'] = 'memory'
  expect(configFromEnv(undefined, 'CLOUDSTORE_TEST_PREFIX')).toEqual({ provider: 'memory' })
})

test('all problems in one error, variables by name and no value', () => {
  const env = {
    CLOUDSTORE_CDN: 'secret-1',
    CLOUDSTORE_CDN__TOKEN: 'secret-2',
    CLOUDSTORE___ODD: 'secret-3',
    CLOUDSTORE_lower: 'secret-4',
  }
  const error = thrownBy(() => configFromEnv(env))
  expect(error).toMatchObject({ code: 'InvalidConfig' })
  const message = String(error)
  for (const name of [
    'CLOUDSTORE_PROVIDER',
    'CLOUDSTORE_CDN__TOKEN',
    'CLOUDSTORE___ODD',
    'CLOUDSTORE_lower',
  ]) {
    expect(message).toContain(name)
  }
  expect(message).not.toContain('secret')
})

test('names that objects have by themselves are plain options', () => {
  const config = configFromEnv({
    CLOUDSTORE_PROVIDER: 'local',
    CLOUDSTORE_CONSTRUCTOR: 'a',
    CLOUDSTORE_TO_STRING__NAME: 'b',
  })
  expect(Object.entries(config)).toEqual([
    ['constructor', 'a'],
    ['provider', 'local'],
    ['toString', { name: 'b' }],
  ])
})

test('the mark shows nowhere and holds no value', () => {
  const config = configFromEnv({ CLOUDSTORE_PROVIDER: 'local', CLOUDSTORE_ROOT: '/data' })
  expect(Object.keys(config)).toEqual(['provider', 'root'])
  expect(Reflect.ownKeys({ ...config })).toEqual(['provider', 'root'])
  expect(JSON.stringify([...(environmentOf(config)?.variables ?? [])])).not.toContain('/data')
})

test('printing a configuration shows everything but secrets', () => {
  const config = configFromEnv({
    CLOUDSTORE_PROVIDER: 'digitalocean_spaces',
    CLOUDSTORE_KEY: 'AKID',
    CLOUDSTORE_SECRET: 'hush-1',
    CLOUDSTORE_SESSION_TOKEN: 'hush-2',
    CLOUDSTORE_CDN__TOKEN: 'hush-3',
    CLOUDSTORE_PROXY: 'http://user:hush-4@proxy.example.com:3128/',
  })
  const shown = {
    provider: 'digitalocean_spaces',
    key: 'AKID',
    secret: '(hidden)',
    sessionToken: '(hidden)',
    cdn: { token: '(hidden)' },
    proxy: 'http://(hidden)@proxy.example.com:3128/',
  }
  expect(JSON.parse(JSON.stringify({ config }))).toEqual({ config: shown })
  for (const printed of [config, Object.assign(config, { port: 1 })]) {
    const text = inspect({ nested: printed }, { depth: Infinity })
    expect(text).toContain('AKID')
    expect(text).not.toContain('hush')
  }
  expect(config).toHaveProperty('secret', 'hush-1')
  expect(config).toHaveProperty('cdn.token', 'hush-3')
})

test('an option leads to its variable and back', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)
  const option = fc
    .tuple(word, fc.array(word, { maxLength: 3 }))
    .map(
      ([first, rest]) => first + rest.map((w) => (w[0] ?? '').toUpperCase() + w.slice(1)).join(''),
    )
  fc.assert(
    fc.property(fc.array(option, { minLength: 1, maxLength: 3 }), (options) => {
      const path = options.join('.')
      expect(optionPath(variableOf(path, 'X').slice(2))).toBe(path)
    }),
  )
})
