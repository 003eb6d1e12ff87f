import { expect, test } from '@jest/globals'
import { loadDriver, openDriver, registerDriver } from '@cloudstore/core'
import { fakeDriverClass, freshProvider, optionsOf } from '../support/fake-driver.ts'

const origin = 'fake-store'

async function failureOf(promise: Promise<unknown>): Promise<{ message: string; cause?: unknown }> {
  const failure: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toMatchObject({ code: 'ProviderNotRegistered' })
  return failure as Error
}

test('a registered driver is returned and nothing is imported', async () => {
  const provider = freshProvider()
  const Driver = fakeDriverClass()
  registerDriver(provider, Driver, { origin })
  const importer = (): never => {
    throw new Error('imported')
  }
  expect(await loadDriver(provider, { import: importer })).toBe(Driver)
  expect(await loadDriver(provider.toUpperCase(), { import: { [provider]: importer } })).toBe(
    Driver,
  )
})

test('a record imports third parties, under any spelling of the name', async () => {
  const provider = freshProvider()
  const Driver = fakeDriverClass()
  const load = async (): Promise<void> => registerDriver(provider, Driver, { origin })
  expect(await loadDriver(provider, { import: { [provider.replace('_', '-')]: load } })).toBe(
    Driver,
  )
})

test('a function gets the name of the official package', async () => {
  const asked: string[] = []
  const importer = async (packageName: string): Promise<void> => {
    asked.push(packageName)
    registerDriver('wasabi', fakeDriverClass(), { origin: packageName })
  }
  await loadDriver('Wasabi', { import: importer })
  expect(asked).toEqual(['@cloudstore/s3-compat'])
})

test('openDriver hands its importer on', async () => {
  const provider = freshProvider()
  const load = async (): Promise<void> => registerDriver(provider, fakeDriverClass(), { origin })
  const config = { provider, key: 'k' } as never
  expect(optionsOf(await openDriver(config, { import: { [provider]: load } }))).toEqual({
    key: 'k',
  })
})

test('the importer alone decides: no other place is searched', async () => {
  const { message } = await failureOf(loadDriver('local', { import: { memory: async () => ({}) } }))
  expect(message).toContain('options.import has no such provider (memory)')
  expect(message).toContain(`{ import: { local: () => import('@cloudstore/local') } }`)
})

test('an import that fails is told with its cause', async () => {
  const cause = new Error('Cannot find package')
  const failing = loadDriver('local', { import: () => Promise.reject(cause) })
  const failure = await failureOf(failing)
  expect(failure.message).toContain('importing @cloudstore/local failed')
  expect(failure.cause).toBe(cause)
})

test('a package that loads and does not register has a message of its own', async () => {
  const { message } = await failureOf(loadDriver('local', { import: { local: async () => ({}) } }))
  expect(message).toContain('options.import.local was loaded but did not register it')
})

test('a function cannot know the package of a third party', async () => {
  const { message } = await failureOf(loadDriver('acme', { import: async () => ({}) }))
  expect(message).toContain('name it in a record')
})

test.each([[7], ['@cloudstore/local'], [null]])('%j is no importer', async (importer) => {
  await expect(loadDriver('local', { import: importer as never })).rejects.toMatchObject({
    code: 'InvalidArgument',
  })
})

test('no provider is an error of the argument', async () => {
  await expect(loadDriver(undefined as never)).rejects.toMatchObject({ code: 'InvalidArgument' })
})
