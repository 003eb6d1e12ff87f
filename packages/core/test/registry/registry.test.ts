import { expect, jest, test } from '@jest/globals'
import { getDriver, isStorageError, registerDriver } from '@cloudstore/core'
import { fakeDriverClass, freshProvider } from '../support/fake-driver.ts'
import { thrownBy } from '../support/thrown-by.ts'

const origin = 'fake-store'

test('a registered class is found in any spelling', () => {
  const Driver = fakeDriverClass()
  registerDriver('Spelling-Fake_1', Driver, { origin })
  for (const name of ['spelling_fake_1', 'SPELLING-FAKE-1', 'Spelling_Fake-1']) {
    expect(getDriver(name)).toBe(Driver)
  }
})

test('the same origin replaces its entry', () => {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin })
  const Newer = fakeDriverClass()
  registerDriver(provider, Newer, { origin })
  expect(getDriver(provider)).toBe(Newer)
})

test('another origin is refused, and both are named', () => {
  const provider = freshProvider()
  const First = fakeDriverClass()
  registerDriver(provider, First, { origin })
  expect(() => registerDriver(provider, First, { origin: 'other-store' })).toThrow(
    expect.objectContaining({
      code: 'InvalidConfig',
      message: expect.stringMatching(/fake-store.*other-store/),
    }),
  )
  expect(getDriver(provider)).toBe(First)
})

test.each([
  ['', 'empty'],
  ['a b', 'blank'],
  ['_a', 'leading _'],
  ['ä', 'not ASCII'],
  [7, 'not a string'],
])('%j is no provider (%s)', (provider: unknown, _why) => {
  expect(() => registerDriver(provider as string, fakeDriverClass(), { origin })).toThrow(
    expect.objectContaining({ code: 'InvalidConfig' }),
  )
})

test('what is no class, and a missing origin, are refused', () => {
  const refused = expect.objectContaining({ code: 'InvalidConfig' })
  const provider = freshProvider()
  expect(() => registerDriver(provider, {} as never, { origin })).toThrow(refused)
  expect(() => registerDriver(provider, fakeDriverClass(), { origin: '' })).toThrow(refused)
  expect(() => registerDriver(provider, fakeDriverClass(), undefined as never)).toThrow(refused)
  expect(() => getDriver(provider)).toThrow(
    expect.objectContaining({ code: 'ProviderNotRegistered' }),
  )
})

test('entries are frozen and the registry stays where it is', () => {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin })
  const place = Symbol.for('cloudstore.registry.v1')
  const registry = Reflect.get(globalThis, place) as Map<string, object>
  expect(Object.isFrozen(registry.get(provider))).toBe(true)
  expect(Object.keys(registry.get(provider) ?? {})).toEqual(['provider', 'DriverClass', 'origin'])
  expect(Object.keys(globalThis)).not.toContain(place)
  expect(Reflect.set(globalThis, place, new Map())).toBe(false)
})

test('after jest.resetModules() and a new import there is one registry, and errors are recognised', async () => {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin })
  jest.resetModules()
  const again = await import('@cloudstore/core')
  expect(again.registerDriver).not.toBe(registerDriver)
  const Newer = fakeDriverClass()
  again.registerDriver(provider, Newer, { origin })
  expect(getDriver(provider)).toBe(Newer)

  const error = thrownBy(() => again.getDriver('nowhere'))
  expect(isStorageError(error, 'ProviderNotRegistered')).toBe(true)
  expect(
    again.isStorageError(
      thrownBy(() => getDriver('nowhere')),
      'ProviderNotRegistered',
    ),
  ).toBe(true)
})

test('a module evaluated again, as hot reload does, meets the same registry', async () => {
  const specifier = '../../src/registry/registry.ts?reload=1'
  const reloaded = (await import(specifier)) as typeof import('../../src/registry/registry.ts')
  expect(reloaded.registerDriver).not.toBe(registerDriver)
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin })
  const Newer = fakeDriverClass()
  reloaded.registerDriver(provider, Newer, { origin })
  expect(getDriver(provider)).toBe(Newer)
  expect(reloaded.findRegistered(provider)?.DriverClass).toBe(Newer)
})
