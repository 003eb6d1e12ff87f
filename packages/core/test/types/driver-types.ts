// Compiled by tsconfig.tests.json, never run: what a program with and without a provider's package may write.
import {
  configFromEnv,
  getDriver,
  loadDriver,
  openDriver,
  Provider,
  registerDriver,
  type DriverConfig,
  type ProviderName,
  type StorageDriver,
} from '@cloudstore/core'

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function same<A, B>(proof: Equal<A, B>): void

interface AcmeOptions {
  key: string
  region?: string | undefined
  cdn?: { token: string } | undefined
}
interface AcmeStorageDriver extends StorageDriver {
  readonly acme: true
}
// Merged: a driver class without its two hundred lines.
declare class AcmeStorageDriver {
  constructor(options: AcmeOptions)
}
interface OptionalStorageDriver extends StorageDriver {
  readonly optional: true
}
declare class OptionalStorageDriver {
  constructor(options?: { readonly size?: number | undefined })
}

declare module '@cloudstore/core' {
  interface DriverTypes {
    test_acme: typeof AcmeStorageDriver
    test_optional: typeof OptionalStorageDriver
  }
}

export function getDriverIsTyped(name: ProviderName): void {
  const Acme = getDriver('test_acme')
  same<typeof Acme, typeof AcmeStorageDriver>(true)
  const other = getDriver('Test-Acme')
  same<typeof other, typeof AcmeStorageDriver>(true)
  // @ts-expect-error -- 'key' is missing
  const keyless = new Acme({})
  // @ts-expect-error -- no such option
  const misspelt = new Acme({ key: '', regoin: '' })
  const driver = new Acme({ key: '', region: process.env['REGION'] })
  same<typeof driver.acme, true>(true)

  // Every official provider is typed here, since the tests of all packages are one program.
  const Unknown = getDriver('somebody_elses')
  const untyped: StorageDriver = new Unknown({ anything: 1 })
  const dynamic: StorageDriver = new (getDriver(name))({ anything: 1 })
  const text: StorageDriver = new (getDriver(untyped.name))({ anything: dynamic })
  void [keyless, misspelt, text]
  // @ts-expect-error -- a provider is a string
  getDriver(1)
}

export async function loadDriverIsTyped(): Promise<void> {
  const Acme = await loadDriver('test_acme', {
    import: { test_acme: () => Promise.resolve(), local: async () => ({}) },
  })
  same<typeof Acme, typeof AcmeStorageDriver>(true)
  await loadDriver('local', { import: (name) => import(name) })
  // @ts-expect-error -- no such option
  await loadDriver('local', { imports: {} })
}

export async function openDriverIsTyped(name: 'test_acme' | 'test_optional'): Promise<void> {
  const acme = await openDriver({ provider: 'test_acme', key: '', cdn: { token: '' } })
  same<typeof acme, AcmeStorageDriver>(true)
  const optional = await openDriver({ provider: 'test_optional' })
  same<typeof optional, OptionalStorageDriver>(true)
  const constant = await openDriver({ provider: Provider.MEMORY })
  same<StorageDriver extends typeof constant ? true : false, false>(true)
  // @ts-expect-error -- 'key' is missing
  await openDriver({ provider: 'test_acme' })
  // @ts-expect-error -- no such option
  await openDriver({ provider: 'test_acme', key: '', regoin: '' })
  // @ts-expect-error -- no such option
  await openDriver({ provider: 'test_optional', root: '' })
  // @ts-expect-error -- of the wrong type
  await openDriver({ provider: 'test_acme', key: 1 })
  // @ts-expect-error -- no such provider
  await openDriver({ provider: 'acmee' })
  // @ts-expect-error -- a provider is needed
  await openDriver({ key: '' })

  const config: DriverConfig = { provider: 'test_acme', key: '' }
  await openDriver(config)
  const fromEnv = await openDriver(configFromEnv())
  same<typeof fromEnv, StorageDriver>(true)
  const either = await openDriver({ provider: name, key: '' })
  same<typeof either, StorageDriver>(true)
}

export function registerDriverTakesAnyDriverClass(): void {
  registerDriver('test_acme', AcmeStorageDriver, { origin: 'acme-store' })
  registerDriver('test_optional', OptionalStorageDriver, { origin: 'acme-store' })
  // @ts-expect-error -- an origin is needed
  registerDriver('test_acme', AcmeStorageDriver)
  // @ts-expect-error -- no driver class
  registerDriver('test_date', Date, { origin: 'acme-store' })
}

export function providersAreFixed(): void {
  // @ts-expect-error -- constants
  Provider.S3 = 's3'
  same<typeof Provider.S3_RGW, 's3_rgw'>(true)
  // @ts-expect-error -- a name of ours only
  const name: ProviderName = 'acme'
  void name
}
