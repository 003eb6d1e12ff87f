import type { ProviderName } from './provider.ts'
import type { StorageDriver } from '../surface/storage-driver.ts'

/**
 * The driver classes of a program, by provider. Provider packages add themselves, so that `getDriver` and `openDriver` are typed
 * by what is imported:
 *
 * @example
 * declare module '@cloudstore/core' {
 *   interface DriverTypes {
 *     acme: typeof AcmeStorageDriver
 *   }
 * }
 */
export interface DriverTypes {}

/** A driver class whose package is not in the program: its options are checked at run time only. */
export type UntypedDriverClass = new (options: Record<string, unknown>) => StorageDriver

/** Any driver class, whatever options it takes. */
export type AnyDriverClass = (abstract new (options: never) => StorageDriver) & DriverClassData

/** Data that a driver class may hold, for configurations that come from the environment. */
export interface DriverClassData {
  readonly environment?: DriverEnvironment | undefined
}

/**
 * How options are read from environment variables, by option; a dot leads into a nested one. An option that is not listed is a string and has its
 * usual variable alone.
 *
 * @example { port: { type: 'number' }, key: { variables: ['SPACES_ACCESS_KEY_ID'] }, 'cdn.ttl': { type: 'number' } }
 */
export type DriverEnvironment = Readonly<Record<string, EnvironmentOption>>

export interface EnvironmentOption {
  /**
   * What the text is turned into. `number`: decimal. `boolean`: `true`, `false`, `1` or `0`. `list`: strings, separated by commas.
   * Default: `string`.
   */
  readonly type?: 'string' | 'number' | 'boolean' | 'list' | undefined
  /** Variables that are read when the usual one is not set, in this order. */
  readonly variables?: readonly string[] | undefined
}

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never

type Normalize<S extends string> = S extends `${infer A}-${infer B}`
  ? Normalize<`${A}_${B}`>
  : Lowercase<S>

type ByNormalizedName = {
  [P in keyof DriverTypes as P extends string ? Normalize<P> : never]: DriverTypes[P]
}

/** The driver class of a provider, as far as the program knows it. */
export type DriverClass<P extends string> =
  // A union of classes would want options that suit them all.
  IsUnion<P> extends true
    ? UntypedDriverClass
    : P extends keyof DriverTypes
      ? DriverTypes[P]
      : Normalize<P> extends keyof ByNormalizedName
        ? ByNormalizedName[Normalize<P>]
        : UntypedDriverClass

type InstanceOf<C> = C extends abstract new (options: never) => infer D ? D : StorageDriver

/** The driver of a provider, as far as the program knows it. */
export type DriverOf<P extends string> = InstanceOf<DriverClass<P>>

type OptionsOf<C> = C extends abstract new (options: infer O) => unknown ? NonNullable<O> : never

type TypedConfig = {
  [P in keyof DriverTypes]: { provider: P } & OptionsOf<DriverTypes[P]>
}[keyof DriverTypes]

type UntypedConfig =
  Exclude<ProviderName, keyof DriverTypes> extends infer P
    ? P extends string
      ? { provider: P; [option: string]: unknown }
      : never
    : never

/**
 * The provider and its options, for `openDriver`. Providers whose packages are in the program have their options checked by the
 * compiler, the others at run time only.
 */
export type DriverConfig = TypedConfig | UntypedConfig
