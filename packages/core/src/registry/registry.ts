import type { AnyDriverClass } from './driver-types.ts'
import { StorageError } from '../errors/errors.ts'
import { normalizeProvider } from './provider.ts'

/** What is known of one provider. Other copies and versions of this module read it: never change this shape, make a `v2`. */
export interface RegistryEntry {
  readonly provider: string
  readonly DriverClass: AnyDriverClass
  /** The package that registered it. */
  readonly origin: string
}

// On globalThis: an ES module and a CommonJS copy, two bundles, Jest's module registries all meet here.
const place = Symbol.for('cloudstore.registry.v1')

function registry(): Map<string, RegistryEntry> {
  const existing: unknown = Reflect.get(globalThis, place)
  if (existing instanceof Map) return existing
  const entries = new Map<string, RegistryEntry>()
  Object.defineProperty(globalThis, place, { value: entries })
  return entries
}

/**
 * Makes a driver class known under a provider's string, for `getDriver`, `loadDriver` and `openDriver`. Provider packages call this in their entry
 * file, and declare the class in `DriverTypes` there. From another file bundlers would drop the call.
 *
 * The same origin may register again and replaces its entry: copies of a package, `jest.resetModules()` and hot reload do so.
 *
 * @param provider - letters, digits and `_`; upper case and `-` are turned into lower case and `_`
 * @param DriverClass - constructed with one argument, the options
 * @param options - `origin` is the name of the package that registers
 * @throws StorageError `InvalidConfig` when another package has registered this provider, or the arguments are not usable
 */
export function registerDriver(
  provider: string,
  DriverClass: AnyDriverClass,
  options: { readonly origin: string },
): void {
  const name = typeof provider === 'string' ? normalizeProvider(provider) : ''
  if (!/^[a-z0-9][a-z0-9_]*$/.test(name)) {
    const given = JSON.stringify(provider)
    throw new StorageError(
      'InvalidConfig',
      `${given} can't be a provider: it takes letters, digits and _`,
    )
  }
  if (typeof DriverClass !== 'function') {
    throw new StorageError('InvalidConfig', `the driver of provider '${name}' is not a class`)
  }
  const origin: unknown = options?.origin
  if (typeof origin !== 'string' || origin === '') {
    throw new StorageError(
      'InvalidConfig',
      `registering provider '${name}' needs { origin }, the name of the package that registers it`,
    )
  }
  const entries = registry()
  const holder = entries.get(name)
  if (holder !== undefined && holder.origin !== origin) {
    throw new StorageError(
      'InvalidConfig',
      `provider '${name}' is registered by ${holder.origin} and can't be registered by ${origin} too`,
      { hint: 'Import one of the two, or register the other under a name of its own' },
    )
  }
  entries.set(name, Object.freeze({ provider: name, DriverClass, origin }))
}

/** The entry of a provider, in any spelling. */
export function findRegistered(provider: string): RegistryEntry | undefined {
  return registry().get(normalizeProvider(provider))
}

/** The providers that are registered, sorted. */
export function registeredProviders(): string[] {
  return [...registry().keys()].sort()
}
