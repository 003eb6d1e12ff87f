import { StorageError } from '../errors/errors.ts'
import { nearestName } from '../errors/nearest-name.ts'
import { describeType } from '../errors/describe-type.ts'

/** Says what is wrong with a value, or `undefined` when nothing is. */
export type Check = (value: unknown) => string | undefined

/** The options of a call: the name of each and what its value must be. */
export type OptionChecks<T> = { readonly [K in keyof Required<T>]: Check }

const must =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value) =>
    holds(value) ? undefined : `must be ${expected}, not ${describeType(value)}`

/** The checks that option tables are made of. */
export const check: Readonly<
  Record<
    | 'text'
    | 'etag'
    | 'boolean'
    | 'callback'
    | 'record'
    | 'date'
    | 'signal'
    | 'number'
    | 'bytes'
    | 'count'
    | 'seconds',
    Check
  >
> = {
  text: must('a string', (value) => typeof value === 'string'),
  // With its quotes or without. An empty one is a variable that was never filled, not a condition.
  etag: must(
    'an ETag',
    (value) => typeof value === 'string' && /^[\x21-\x7e\x80-\uffff]+$/.test(value),
  ),
  boolean: must('true or false', (value) => typeof value === 'boolean'),
  callback: must('a function', (value) => typeof value === 'function'),
  // A Map or a Headers has no properties of its own: what it holds would be dropped in silence.
  record: must(
    'a plain object',
    (value) => Object.prototype.toString.call(value) === '[object Object]',
  ),
  date: must(
    'a valid Date',
    (value) =>
      Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN(Number(value)),
  ),
  signal: must(
    'an AbortSignal',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'aborted' in value &&
      'addEventListener' in value &&
      'removeEventListener' in value,
  ),
  number: wholeNumber(0, '0 or more'),
  bytes: wholeNumber(0, 'bytes'),
  count: wholeNumber(1, 'at least 1'),
  seconds: wholeNumber(1, 'seconds'),
}

/** A check for one of a few words. */
export function oneOf(...allowed: readonly string[]): Check {
  const list = allowed.map((value) => `'${value}'`).join(' or ')
  return (value) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : `must be ${list}`
}

function wholeNumber(least: number, unit: string): Check {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least
      ? undefined
      : `must be a whole number (${unit}), not ${typeof value === 'number' ? value : describeType(value)}`
}

/**
 * Refuses unknown options and values of the wrong type, and returns the options of the provider's own (`extensions`), which the provider
 * checks. Options that are `undefined` count as absent.
 *
 * @param absent - options that other providers of the kind have, with what to do instead
 */
export function checkOptions<T extends object>(
  options: T,
  checks: OptionChecks<T>,
  extensions: readonly string[] = [],
  absent: Readonly<Record<string, string>> = {},
): Record<string, unknown> | undefined {
  // A signal or a Date in their place has no properties of its own, and would be ignored in silence.
  if (check.record(options) !== undefined) {
    throw new StorageError(
      'InvalidArgument',
      `the options must be an object, not ${describeType(options)}`,
    )
  }
  const known: Readonly<Record<string, Check | undefined>> = checks
  let extended: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const problem = Object.hasOwn(known, name) ? known[name]?.(value) : undefined
    if (problem !== undefined)
      throw new StorageError('InvalidArgument', `option ${name} ${problem}`)
    if (Object.hasOwn(known, name)) continue
    if (!extensions.includes(name)) {
      if (Object.hasOwn(absent, name)) throw unsupportedOption(name, absent[name])
      throw unknownOption(name, [...Object.keys(known), ...extensions])
    }
    extended ??= {}
    extended[name] = value
  }
  return extended
}

function unsupportedOption(name: string, hint: string | undefined): StorageError {
  return new StorageError(
    'UnsupportedOperation',
    `option ${name} is not offered by this provider`,
    {
      hint,
    },
  )
}

function unknownOption(name: string, known: readonly string[]): StorageError {
  const near = nearestName(name, known)
  return new StorageError('InvalidArgument', `option ${name} is not known here`, {
    hint: near === undefined ? `Known options: ${known.join(', ')}` : `Did you mean ${near}?`,
  })
}
