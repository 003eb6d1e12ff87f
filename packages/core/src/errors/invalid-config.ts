import { StorageError } from './errors.ts'
import { familiarName } from './familiar-names.ts'
import { nearestName, plain } from './nearest-name.ts'

/**
 * One thing that is wrong with a configuration. The shape is that of a zod issue, which fits as it
 * is.
 */
export interface ConfigIssue {
  /** Where: names of options, outermost first. */
  readonly path: readonly PropertyKey[]
  /** What is wrong there. Must not repeat the value. */
  readonly message: string
  /** Options at `path` that do not exist; `message` is then not used. */
  readonly keys?: readonly string[] | undefined
  /** Where one of several forms is taken: what is wrong for each of them, paths from here. `message` is used when none comes close. */
  readonly errors?: readonly (readonly ConfigIssue[])[] | undefined
}

/**
 * All problems of a configuration as one error that names the options and never their values.
 *
 * @param issues - at least one
 * @param known - the options that exist, nested ones with dots (`'cdn.token'`): for "did you mean"
 */
export function invalidConfig(
  issues: readonly ConfigIssue[],
  known: readonly string[] = [],
): StorageError<'InvalidConfig'> {
  const told = new Set<string>()
  const problems = issues
    .flatMap(expand)
    .flatMap((issue) =>
      issue.keys === undefined
        ? [describe(issue)]
        : issue.keys.map((key) =>
            unknownOption([...issue.path, key].map(String).join('.'), known, told),
          ),
    )
  const intro = problems.length === 1 ? 'invalid options: ' : `${problems.length} invalid options: `
  return new StorageError('InvalidConfig', intro + problems.join('; '))
}

/** Of several forms the one that was meant: it has something wrong within, not as a whole. */
function expand(issue: ConfigIssue): readonly ConfigIssue[] {
  const meant = issue.errors?.find((form) =>
    form.some(({ path, keys }) => path.length > 0 || keys !== undefined),
  )
  if (meant === undefined) return [issue]
  return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(expand)
}

function describe({ path, message }: ConfigIssue): string {
  const text = message
    .replace(/^Invalid input: /, '')
    // Nobody writes `undefined` on purpose.
    .replace(/^expected (.+), received undefined$/, 'missing, expected $1')
  return path.length === 0 ? text : `${path.map(String).join('.')}: ${text}`
}

/** @param told - the choices that were listed already: once is enough */
function unknownOption(name: string, known: readonly string[], told: Set<string>): string {
  const parent = name.slice(0, name.lastIndexOf('.') + 1)
  const siblings = known.filter(
    (other) => other.startsWith(parent) && !other.slice(parent.length).includes('.'),
  )
  const wanted = plain(name)
  const meant =
    familiarName(wanted, known) ??
    // `cdnToken` for `cdn.token`.
    known.find((other) => other.includes('.') && plain(other) === wanted) ??
    nearestName(name, siblings)
  if (meant !== undefined) return `${name}: there is no such option, did you mean ${meant}?`
  const choice =
    siblings.length === 0 || told.has(parent) ? '' : ` (there are ${siblings.join(', ')})`
  told.add(parent)
  return `${name}: there is no such option${choice}`
}
