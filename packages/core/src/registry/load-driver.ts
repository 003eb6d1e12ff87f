import { modulePlaces } from '#platform'
import type { DriverClass } from './driver-types.ts'
import { messageOf } from '../errors/error-shape.ts'
import { StorageError } from '../errors/errors.ts'
import { getDriver, requireProviderString } from './get-driver.ts'
import { notRegistered } from './not-registered.ts'
import { normalizeProvider, officialPackages, type ProviderName } from './provider.ts'
import { findRegistered } from './registry.ts'

/**
 * How a provider's package is imported: a record of functions by provider, which every bundler, Yarn PnP and strict `node_modules` can follow, or one
 * function that imports a package by name, resolved from the file where it is written.
 */
export type DriverImporter =
  | ((packageName: string) => Promise<unknown>)
  | { readonly [P in ProviderName | (string & {})]?: (() => Promise<unknown>) | undefined }

export interface LoadOptions {
  /**
   * Imports the provider's package; nothing else is tried then.
   *
   * @example { import: { local: () => import('@cloudstore/local') } }
   * @example { import: (packageName) => import(packageName) }
   */
  import?: DriverImporter | undefined
}

/**
 * The driver class of a provider, importing its package when needed. A registered driver is returned as it is. Else `options.import` is used, alone. Without
 * it, Node and Bun look for the official package from the main script and then from the working directory. A command-line tool
 * should always give `import`: the working directory may hold a stranger's packages.
 *
 * @throws StorageError `ProviderNotRegistered`, naming what was tried and the lines to add; `InvalidArgument`
 * @example const Local = await loadDriver('local', { import: { local: () => import('@cloudstore/local') } })
 */
export async function loadDriver<P extends ProviderName | (string & {})>(
  provider: P,
  options: LoadOptions = {},
): Promise<DriverClass<P>> {
  requireProviderString(provider)
  if (findRegistered(provider) === undefined) {
    const source =
      options.import === undefined
        ? loadInstalled(provider)
        : await importGiven(provider, options.import)
    if (findRegistered(provider) === undefined) {
      throw notRegistered(provider, { tried: `${source} was loaded but did not register it` })
    }
  }
  return getDriver(provider)
}

/** @returns what was imported, for people */
async function importGiven(provider: string, importer: DriverImporter): Promise<string> {
  const name = normalizeProvider(provider)
  let source: string
  let load: () => unknown
  if (typeof importer === 'function') {
    const packageName = officialPackages.get(name)
    if (packageName === undefined) {
      throw notRegistered(provider, {
        tried: 'which package to import is known for official providers only; name it in a record',
      })
    }
    source = packageName
    load = () => importer(packageName)
  } else if (typeof importer === 'object' && importer !== null) {
    const found = Object.entries(importer).find(([key]) => normalizeProvider(key) === name)
    if (found?.[1] === undefined) {
      const given = Object.keys(importer).join(', ') || 'empty'
      throw notRegistered(provider, { tried: `options.import has no such provider (${given})` })
    }
    source = `options.import.${found[0]}`
    load = found[1]
  } else {
    throw new StorageError(
      'InvalidArgument',
      'options.import must be a function or a record of functions',
    )
  }
  try {
    await load()
  } catch (cause) {
    throw notRegistered(provider, {
      tried: `importing ${source} failed (${messageOf(cause)})`,
      cause,
    })
  }
  return source
}

/** @returns what was loaded, for people */
function loadInstalled(provider: string): string {
  const packageName = officialPackages.get(normalizeProvider(provider))
  if (packageName === undefined) throw notRegistered(provider)
  const places = modulePlaces()
  if (places.length === 0) {
    throw notRegistered(provider, { tried: 'this runtime has no installed packages to look in' })
  }
  const place = places.find((candidate) => candidate.has(packageName))
  if (place === undefined) {
    const paths = places.map(({ path }) => path).join(' and ')
    throw notRegistered(provider, { tried: `${packageName} was not found from ${paths}` })
  }
  try {
    place.load(packageName)
  } catch (cause) {
    throw notRegistered(provider, {
      tried: `loading ${packageName} from ${place.path} failed (${messageOf(cause)})`,
      cause,
    })
  }
  return `${packageName}, from ${place.path},`
}
