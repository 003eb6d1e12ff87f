import type { DriverClassData, DriverConfig, DriverOf, UntypedDriverClass } from './driver-types.ts'
import { environmentOf } from './environment.ts'
import { readEnvironmentOptions, withVariableNames } from './environment-options.ts'
import { StorageError } from './errors.ts'
import { requireProviderString } from './get-driver.ts'
import { type LoadOptions, loadDriver } from './load-driver.ts'

/**
 * Loads the provider's package, checks the options and makes the driver: the way to choose a provider by configuration. Sends nothing.
 *
 * @param config - `provider` and the options of its driver class
 * @param options - `import`, as for `loadDriver`
 * @throws StorageError `ProviderNotRegistered`; `InvalidConfig` with everything that is wrong with the options
 * @example
 * const driver = await openDriver(
 *   { provider: 'local', root: '/var/data' },
 *   { import: { local: () => import('@cloudstore/local') } },
 * )
 */
export async function openDriver<const P extends DriverConfig['provider']>(
  config: DriverConfig & { provider: P },
  options: LoadOptions = {},
): Promise<DriverOf<P>> {
  if (typeof config !== 'object' || config === null) {
    throw new StorageError(
      'InvalidConfig',
      `the configuration must be an object with 'provider' and options`,
    )
  }
  const { provider, ...driverOptions } = config
  requireProviderString(provider, 'InvalidConfig')
  const DriverClass: UntypedDriverClass & DriverClassData = await loadDriver<string>(
    provider,
    options,
  )
  const mark = environmentOf(config)
  // The registry holds the class that DriverTypes declares for this provider.
  if (mark === undefined) return new DriverClass(driverOptions) as DriverOf<P>
  const declared = DriverClass.environment ?? {}
  const read = readEnvironmentOptions(driverOptions, mark, declared)
  try {
    return new DriverClass(read) as DriverOf<P>
  } catch (error) {
    throw withVariableNames(error, mark, declared)
  }
}
