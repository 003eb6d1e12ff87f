import { expect, test } from '@jest/globals'
import { configFromEnv } from '@cloudstore/core'
import * as fc from 'fast-check'
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
  expect(Reflect.ownKeys(config).filter((key) => typeof key === 'string')).toEqual([
    'provider',
    'root',
  ])
  expect(Object.getOwnPropertySymbols({ ...config })).toEqual([])
  expect(JSON.stringify([...(environmentOf(config)?.variables ?? [])])).not.toContain('/data')
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
