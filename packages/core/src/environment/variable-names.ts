import { defaultPrefix, type EnvironmentMark, variableOf } from './environment.ts'
import type { DriverEnvironment } from '../registry/driver-types.ts'
import { isStorageError, StorageError } from '../errors/errors.ts'
import { ownVariables } from './own-variables.ts'

/** What an error about options from the environment is told with. */
export interface VariableNames {
  readonly mark: EnvironmentMark
  readonly declared: DriverEnvironment
  readonly provider: string
  readonly options: object
}

/** The same failure with the names of the variables that the options in it came from. */
export function withVariableNames(error: unknown, names: VariableNames): unknown {
  if (!isStorageError(error, 'InvalidConfig')) return error
  const { mark, declared, options } = names
  const unknown = unknownOptions(error.problem)
  // Options that are missing are in no variable yet: the text itself names them.
  const missing = [...error.problem.matchAll(/(?:^|[;:] )([a-z]\w*(?:\.\w+)*):/g)].map(
    ([, name = '']) => name,
  )
  const paths = new Set([...mark.variables.keys(), ...Object.keys(declared), ...missing])
  const named = [...paths]
    .filter((path) => !unknown.has(path) && mentions(error.problem, path))
    .map((path) => {
      const usual = mark.variables.get(path) ?? variableOf(path, mark.prefix)
      const own = ownVariables(path, declared[path], options, mark)
      const all = [usual, ...own].join(' or ')
      const ignored = (declared[path]?.variables ?? []).filter(
        (variable) => !own.includes(variable) && Boolean(mark.read(variable)),
      )
      const [part] = partsOf(path, declared)
      const parts =
        part === undefined ? '' : `, or in parts such as ${variableOf(part, mark.prefix)}`
      return `${path} is ${all}${parts}${ignored.map((variable) => ` (${variable} is not read: ${reasonToIgnore(mark)})`).join('')}`
    })
  const hints = [
    error.hint,
    ...[...unknown].flatMap(([path, meant]) => advice(path, meant, names)),
    named.length === 0 ? undefined : `In the environment, ${named.join(', ')}`,
  ].filter((hint) => hint !== undefined && hint !== '')
  if (hints.length === 0) return error
  const hint = hints.join('. ')
  return new StorageError('InvalidConfig', error.problem, { hint, cause: error.cause })
}

function reasonToIgnore({ prefix }: EnvironmentMark): string {
  return prefix === defaultPrefix
    ? 'a key and its secret come from one place'
    : `it belongs to the prefix ${defaultPrefix}`
}

/** The options that do not exist, each with the one that was probably meant, as `invalidConfig` writes them. */
function unknownOptions(problem: string): Map<string, string | undefined> {
  const written =
    /(?:^|[;:] )([a-z]\w*(?:\.\w+)*): there is no such option(?:, did you mean (\w+(?:\.\w+)*)\?)?/g
  return new Map([...problem.matchAll(written)].map(([, path = '', meant]) => [path, meant]))
}

/** What to do about the variables of an option that does not exist. */
function advice(
  path: string,
  meant: string | undefined,
  { mark, provider }: VariableNames,
): string[] {
  const variables = [...mark.variables]
    .filter(([other]) => other === path || other.startsWith(`${path}.`))
    .map(([, variable]) => variable)
  if (variables.length === 0) return []
  const all = variables.join(', ')
  return meant === undefined
    ? [`Unset ${all}: ${provider} does not take it`]
    : [`Set ${variableOf(meant, mark.prefix)} instead of ${all}`]
}

/** The declared options that an option consists of. */
export function partsOf(path: string, declared: DriverEnvironment): string[] {
  return Object.keys(declared).filter((other) => other.startsWith(`${path}.`))
}

/** Whether an option is named as in `port: expected a number` or in quotes, not as a word of the text. */
function mentions(text: string, path: string): boolean {
  return new RegExp(`(?<![\\w.])${path.replaceAll('.', '\\.')}(?=[:'"])`).test(text)
}
