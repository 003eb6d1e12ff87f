import type { DriverClass } from './driver-types.ts'
import { StorageError } from '../errors/errors.ts'
import { notRegistered } from './not-registered.ts'
import type { ProviderName } from './provider.ts'
import { findRegistered } from './registry.ts'

/**
 * The driver class of a provider whose package has been imported.
 *
 * @param provider - a `Provider` constant or its string, in any case, with `-` or `_`
 * @returns the class, with its own type when its package is part of the program
 * @throws StorageError `ProviderNotRegistered`, naming the package to install and the import to add
 * @example
 * import '@cloudstore/local'
 * const Local = getDriver(Provider.LOCAL)
 * const driver = new Local({ root: '/var/data' })
 */
export function getDriver<P extends ProviderName | (string & {})>(provider: P): DriverClass<P> {
  requireProviderString(provider)
  const entry = findRegistered(provider)
  if (entry === undefined) throw notRegistered(provider)
  // A package registers what it declares in DriverTypes.
  return entry.DriverClass as unknown as DriverClass<P>
}

/** @throws StorageError with the code */
export function requireProviderString(
  provider: unknown,
  code: 'InvalidArgument' | 'InvalidConfig' = 'InvalidArgument',
): asserts provider is string {
  if (typeof provider === 'string' && provider !== '') return
  const what = provider === '' ? 'empty' : provider === null ? 'null' : typeof provider
  throw new StorageError(code, `provider must be a string such as 'local'; it is ${what}`)
}
