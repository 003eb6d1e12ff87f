import type { DriverClassData, DriverConfig, DriverOf, UntypedDriverClass } from './driver-types.ts'
import { copyHint, environmentOf, type EnvironmentMark } from '../environment/environment.ts'
import { readEnvironmentOptions } from '../environment/environment-options.ts'
import { withVariableNames } from '../environment/variable-names.ts'
import { isStorageError, StorageError, withHint } from '../errors/errors.ts'
import { requireProviderString } from './get-driver.ts'
import { type LoadOptions, loadDriver } from './load-driver.ts'
import type { StorageDriver } from '../surface/storage-driver.ts'

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
  const driver = construct(DriverClass, provider, driverOptions, environmentOf(config))
  // A package registers what it declares in DriverTypes.
  return driver as DriverOf<P>
}

function construct(
  DriverClass: UntypedDriverClass & DriverClassData,
  provider: string,
  options: Record<string, unknown>,
  mark: EnvironmentMark | undefined,
): StorageDriver {
  if (mark === undefined) return constructPlain(DriverClass, options)
  const declared = DriverClass.environment ?? {}
  const read = readEnvironmentOptions(options, mark, declared)
  try {
    return new DriverClass(read)
  } catch (error) {
    throw withVariableNames(error, { mark, declared, provider, options })
  }
}

function constructPlain(
  DriverClass: UntypedDriverClass,
  options: Record<string, unknown>,
): StorageDriver {
  try {
    return new DriverClass(options)
  } catch (error) {
    if (!isStorageError(error, 'InvalidConfig') || error.hint !== undefined) throw error
    const hint = copyHint(error.problem)
    throw hint === undefined ? error : withHint(error, hint)
  }
}
