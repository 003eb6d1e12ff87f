import { expect, test } from '@jest/globals'
import { normalizeProvider, officialPackages, Provider } from '../../src/registry/provider.ts'

test('a constant is named as its string, in upper case', () => {
  for (const [name, value] of Object.entries(Provider)) expect(name).toBe(value.toUpperCase())
})

test('strings are in their one spelling', () => {
  for (const value of Object.values(Provider)) expect(normalizeProvider(value)).toBe(value)
})

test('the constants cannot be changed', () => {
  expect(Object.isFrozen(Provider)).toBe(true)
})

test('every provider has a package to install', () => {
  expect([...officialPackages.keys()].sort()).toEqual(Object.values(Provider).sort())
  expect(officialPackages.get('local')).toBe('@cloudstore/local')
  expect(officialPackages.get('digitalocean_spaces')).toBe('@cloudstore/digitalocean-spaces')
  expect(officialPackages.get('cloudflare_r2')).toBe('@cloudstore/s3-compat')
})

test('the names of Libcloud are kept', () => {
  expect(Object.values(Provider)).toEqual(
    expect.arrayContaining([
      'aliyun_oss',
      'backblaze_b2',
      'digitalocean_spaces',
      'google_storage',
      'local',
      'minio',
      'ovh',
      's3',
      's3_rgw',
      'scaleway',
    ]),
  )
})
