import type { DriverEnvironment, EnvironmentOption } from '../registry/driver-types.ts'
import { type EnvironmentMark, variableOf } from './environment.ts'
import { StorageError } from '../errors/errors.ts'
import { getOption, setOption } from './option-path.ts'
import { ownVariables } from './own-variables.ts'
import { partsOf } from './variable-names.ts'

type OptionType = NonNullable<EnvironmentOption['type']>

/** Turns text into an option's value; `undefined` when it is not of that type. */
const readers: Readonly<Record<OptionType, (text: string) => unknown>> = {
  string: (text) => text,
  number: (text) => (/^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined),
  boolean: (text) => booleans.get(text.toLowerCase()),
  list: (text) => text.split(',').map((item) => item.trim()),
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

const expectations: Readonly<Record<OptionType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true, false, 1 or 0',
  list: 'a list, separated by commas',
}

/**
 * The options of a configuration from the environment as the driver class wants them: extra variables read, text turned into values.
 *
 * @throws StorageError `InvalidConfig` naming all variables that hold something else
 */
export function readEnvironmentOptions(
  options: Readonly<Record<string, unknown>>,
  mark: EnvironmentMark,
  declared: DriverEnvironment,
): Record<string, unknown> {
  const result = copyOf(options)
  const problems: string[] = []
  for (const [path, option] of Object.entries(declared)) {
    const source = textOf(path, option, options, mark)
    if (source === undefined) continue
    const type = option.type ?? 'string'
    const value = readers[type](source.text.trim())
    if (value === undefined) problems.push(`${source.variable} must be ${expectations[type]}`)
    else if (!setOption(result, path, value))
      problems.push(`${source.variable} sets ${path}, which has no room beside the other variables`)
  }
  for (const [path, variable] of mark.variables) {
    const text = getOption(options, path)
    const [part] = partsOf(path, declared)
    if (typeof text !== 'string' || declared[path] !== undefined || part === undefined) continue
    // An option with parts has no text of its own, but may be one that is switched off as a whole.
    if (readers.boolean(text.trim()) === false) setOption(result, path, false)
    else
      problems.push(
        `${variable} must be false, or in parts such as ${variableOf(part, mark.prefix)}`,
      )
  }
  if (problems.length > 0) throw new StorageError('InvalidConfig', problems.join('; '))
  return result
}

function textOf(
  path: string,
  option: EnvironmentOption,
  options: object,
  mark: EnvironmentMark,
): { text: string; variable: string } | undefined {
  const value = getOption(options, path)
  if (value !== undefined) {
    const variable = mark.variables.get(path)
    // Not text, or not from a variable: the program has set it itself.
    return typeof value === 'string' && variable !== undefined
      ? { text: value, variable }
      : undefined
  }
  for (const variable of ownVariables(path, option, options, mark)) {
    const text = mark.read(variable)
    if (text !== undefined && text !== '') return { text, variable }
  }
  return undefined
}

/** A copy of plain data. Only objects that `configFromEnv` made hold text; whatever else was added is kept as it is. */
function copyOf(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, isPlain(value) ? copyOf(value) : value]),
  )
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
