import { processEnv } from '#platform'
import type { DriverConfig } from '../registry/driver-types.ts'
import { defaultPrefix, type Environment, markAsEnvironment, optionPath } from './environment.ts'
import { concealSecrets } from './concealed.ts'
import { StorageError } from '../errors/errors.ts'
import { setOption } from './option-path.ts'

/**
 * A configuration for `openDriver`, read from environment variables: `CLOUDSTORE_PROVIDER`, `CLOUDSTORE_KEY`, … `_` begins a new word
 * (`CLOUDSTORE_SIGNATURE_VERSION` is `signatureVersion`), `__` leads into a nested option (`CLOUDSTORE_CDN__TOKEN` is `cdn.token`). A variable
 * that is set to nothing counts as not set. `CLOUDSTORE_CONTAINER` is left to the application.
 *
 * All values are strings; `openDriver` turns them into numbers, booleans and lists where the driver wants these, and reads the provider's own variables
 * (`SPACES_ACCESS_KEY_ID`) for what is missing, with the default prefix. It recognises the very object that this returns: add options with
 * `Object.assign`, not by spreading into a new object. Printed, or as JSON, it hides secrets.
 *
 * @param env - default: the environment of the process
 * @param prefix - default: `CLOUDSTORE`
 * @throws StorageError `InvalidConfig` that names the variables, never their values
 */
export function configFromEnv(
  env: Environment = processEnv(),
  prefix: string = defaultPrefix,
): DriverConfig {
  const start = `${prefix}_`
  const config: Record<string, unknown> = {}
  const variables = new Map<string, string>()
  const problems: string[] = []
  for (const variable of Object.keys(env).sort()) {
    const value = env[variable]
    if (!variable.startsWith(start) || value === undefined || value === '') continue
    if (variable === `${start}CONTAINER`) continue
    const path = optionPath(variable.slice(start.length))
    if (path === undefined) {
      problems.push(
        `${variable} is no name of an option: write words of A-Z and 0-9, joined by _ or __`,
      )
      continue
    }
    // Sorted, so that A comes before A__B: what it meets there is the shorter one's text.
    if (!setOption(config, path, value)) {
      problems.push(`${variable} can't be set beside the variable that its name begins with`)
      continue
    }
    variables.set(path, variable)
  }
  if (typeof config['provider'] !== 'string') {
    problems.unshift(`${start}PROVIDER is not set: it names the provider, such as local`)
  }
  if (problems.length > 0) {
    throw new StorageError(
      'InvalidConfig',
      `the environment does not hold a configuration: ${problems.join('; ')}`,
    )
  }
  markAsEnvironment(config, { prefix, variables, read: (variable) => env[variable] })
  concealSecrets(config)
  // The driver checks it when it is opened.
  return config as unknown as DriverConfig
}
