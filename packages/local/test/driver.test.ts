import { inspect } from 'node:util'
import { configFromEnv, getDriver, openDriver, Provider, type Container } from '@cloudstore/core'
import { expect, test } from '@jest/globals'
import { LocalStorageDriver } from '../src/index.ts'
import { emptyFolder } from './support/root.ts'

test('is found by its name', () => {
  expect(getDriver('local')).toBe(LocalStorageDriver)
  expect(getDriver(Provider.LOCAL)).toBe(LocalStorageDriver)
})

test('opens from a configuration and from the environment', async () => {
  const root = await emptyFolder()
  const driver = await openDriver({ provider: 'local', root, names: 'any' })
  expect(driver.features.containerNames).toBe('any')
  const other = await openDriver(
    configFromEnv({
      CLOUDSTORE_PROVIDER: 'local',
      CLOUDSTORE_ROOT: root,
      CLOUDSTORE_FSYNC: 'true',
      CLOUDSTORE_URLS__BASE_URL: 'http://localhost:3000',
      CLOUDSTORE_URLS__SECRET: 'from the environment',
    }),
  )
  expect(other.features.presign?.methods).toEqual(['GET', 'HEAD', 'PUT', 'DELETE'])
  await other.close()
  await driver.close()
})

test('a relative root counts from where the driver was made', async () => {
  const root = await emptyFolder()
  const before = process.cwd()
  process.chdir(root)
  let driver: LocalStorageDriver
  try {
    driver = new LocalStorageDriver({ root: 'relative' })
  } finally {
    process.chdir(before)
  }
  await driver.createContainer('things')
  expect(await new LocalStorageDriver({ root: `${root}/relative` }).containerExists('things')).toBe(
    true,
  )
  await driver.close()
})

test('shows its name and provider', async () => {
  const driver = new LocalStorageDriver({ root: 'somewhere' })
  expect(JSON.parse(JSON.stringify(driver))).toEqual({
    name: 'Local folder somewhere',
    provider: 'local',
  })
  expect(inspect(driver)).toContain('somewhere')
  expect(() => structuredClone(driver)).not.toThrow()
})

test('its options are known to the compiler', async () => {
  const driver = new LocalStorageDriver({ root: await emptyFolder() })
  const container = await driver.createContainer('things', { acl: 'private' })
  await container.put('key', 'x', { acl: 'public-read' })
  // @ts-expect-error -- no ACL of this driver
  await expect(container.put('key', 'x', { acl: 'everybody' })).rejects.toThrow('everybody')
  const plain: Container = container
  expect(await plain.exists('key')).toBe(true)
  await driver.close()
})

test('closing removes the file that says who we are', async () => {
  const { readdir } = await import('node:fs/promises')
  const root = await emptyFolder()
  const driver = new LocalStorageDriver({ root })
  await driver.createContainer('things')
  expect(await readdir(`${root}/.cloudstore/owners`)).toHaveLength(1)
  await driver.close()
  expect(await readdir(`${root}/.cloudstore/owners`)).toEqual([])
})
