import type { StorageDriver } from '@cloudstore/core'
import type { PlainFetch } from './case.ts'

/** What the suite needs to know of a driver. */
export interface OpenedDriver {
  readonly driver: StorageDriver
  /** A name that no container has. Default: `conformance-` and something random, which fits the rules of S3. */
  readonly makeContainerName?: (() => string) | undefined
  /** Ends what `open` began. Default: `driver.close()`. */
  readonly dispose?: (() => Promise<void> | void) | undefined
  /** Keys, tokens and passwords that the driver was given: they must not show in any public object. */
  readonly secrets?: readonly string[] | undefined
  /** How presigned requests are sent, for a server with a certificate or a name of its own. Default: the global `fetch`. */
  readonly fetch?: PlainFetch | undefined
  /**
   * Whether that `fetch` sends the path exactly as it stands in the URL. The global one does not: it resolves `..` in it, so that
   * presigned URLs of such keys are not sent unless this is true.
   */
  readonly fetchKeepsPaths?: boolean | undefined
}

/** Opens a driver for the suite, once. Its provider must be there for real: a server, a folder, an emulator. */
export type OpenDriver = () => StorageDriver | OpenedDriver | Promise<StorageDriver | OpenedDriver>

/** The same with its defaults. */
export interface Opened {
  readonly driver: StorageDriver
  readonly makeContainerName: () => string
  readonly dispose: () => Promise<void> | void
  readonly secrets: readonly string[]
  readonly fetch: PlainFetch | undefined
  readonly fetchKeepsPaths: boolean
}

export async function openDriver(open: OpenDriver): Promise<Opened> {
  const value = await open()
  const given: OpenedDriver = 'driver' in value ? value : { driver: value }
  return {
    driver: given.driver,
    makeContainerName: given.makeContainerName ?? randomName,
    dispose: given.dispose ?? (() => given.driver.close()),
    secrets: given.secrets ?? [],
    fetch: given.fetch ?? globalFetch(),
    fetchKeepsPaths: given.fetchKeepsPaths ?? false,
  }
}

let names = 0

function randomName(): string {
  names += 1
  const random = Math.random().toString(36).slice(2, 10).padEnd(8, '0')
  return `conformance-${random}-${names}`
}

function globalFetch(): PlainFetch | undefined {
  if (typeof globalThis.fetch !== 'function') return undefined
  return (url, init) => globalThis.fetch(url, init)
}
