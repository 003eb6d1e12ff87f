import type { EnvironmentOption } from '../registry/driver-types.ts'
import { defaultPrefix, type EnvironmentMark } from './environment.ts'
import { getOption } from './option-path.ts'

// The key of one account with the secret of another are the credentials of nobody, or worse, of somebody else.
const credentials: readonly string[] = ['key', 'secret', 'sessionToken', 'credentials']

/**
 * The provider's own variables that may stand in for an option, such as `SPACES_ACCESS_KEY_ID`. They belong to the default prefix: a second storage
 * with a prefix of its own must not get the credentials of the first. Credentials come from one place as a whole.
 */
export function ownVariables(
  path: string,
  option: EnvironmentOption | undefined,
  options: object,
  { prefix }: EnvironmentMark,
): readonly string[] {
  if (prefix !== defaultPrefix) return []
  const given = credentials.some((name) => getOption(options, name) !== undefined)
  return given && credentials.includes(path) ? [] : (option?.variables ?? [])
}
