import { StorageError } from '../errors/errors.ts'
import { nearestName } from '../errors/nearest-name.ts'
import { normalizeProvider, officialPackages } from './provider.ts'
import { findRegistered, registeredProviders } from './registry.ts'

/** What was tried before giving up, for the error. */
export interface Attempt {
  /** A sentence without a full stop. */
  readonly tried?: string | undefined
  readonly cause?: unknown
}

/** The error for a provider without a driver: what to install, and the lines to add. */
export function notRegistered(
  provider: string,
  attempt: Attempt = {},
): StorageError<'ProviderNotRegistered'> {
  const name = normalizeProvider(provider)
  const packageName = officialPackages.get(name)
  const sentence =
    packageName === undefined
      ? `unknown provider ${JSON.stringify(provider)}`
      : `no driver is registered for provider '${name}'`
  const problem = attempt.tried === undefined ? sentence : `${sentence}: ${attempt.tried}`
  const hint = packageName === undefined ? hintForUnknown(name) : hintForKnown(name, packageName)
  return new StorageError('ProviderNotRegistered', problem, { hint, cause: attempt.cause })
}

function hintForKnown(name: string, packageName: string): string {
  return (
    `Install it (npm install ${packageName}) and add the line  import '${packageName}'  ` +
    '(in exactly this form: an import that is used only for its types is removed by the compiler), ' +
    `or give openDriver and loadDriver the option  { import: { ${name}: () => import('${packageName}') } }`
  )
}

function hintForUnknown(name: string): string {
  const others = registeredProviders().filter((provider) => !officialPackages.has(provider))
  const meant = nearestName(name, [...officialPackages.keys(), ...others])
  if (meant !== undefined) {
    const packageName = officialPackages.get(meant)
    const missing = packageName !== undefined && findRegistered(meant) === undefined
    return (
      `Did you mean '${meant}'? ${missing ? `${hintForKnown(meant, packageName)}. ` : ''}` +
      `If not, import the package that registers '${name}'`
    )
  }
  const registered = others.length === 0 ? '' : ` and ${others.join(', ')}`
  return (
    `The names are those of Provider in @cloudstore/core${registered}; any server that speaks S3 is 's3_compat' with its endpoint. ` +
    `A driver of another package registers itself when it is imported: add the line  import 'the-package'  ` +
    `or the option  { import: { ${name}: () => import('the-package') } }`
  )
}
