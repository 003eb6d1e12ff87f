/** What the variables of the first, and mostly only, storage begin with. */
export const defaultPrefix = 'CLOUDSTORE'

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a configuration remembers of the environment it was read from. Names only: the values stay where they were. */
export interface EnvironmentMark {
  readonly prefix: string
  /** The variable that an option came from, by the option's path, such as `cdn.token`. */
  readonly variables: ReadonlyMap<string, string>
  /** Reads another variable of the same environment. */
  readonly read: (variable: string) => string | undefined
}

// A registered symbol: the configuration may be made by one copy of this package and opened by another.
const mark = Symbol.for('cloudstore.environment.v1')

let anyMarked = false

/** Marks a configuration as read from the environment. Not enumerable: it is compared as plain data. */
export function markAsEnvironment(config: object, facts: EnvironmentMark): void {
  anyMarked = true
  Object.defineProperty(config, mark, { value: Object.freeze(facts) })
}

/** What to say of a configuration without a mark that lacks something or has text for a number, in a program that has made one with a mark. */
export function copyHint(problem: string): string | undefined {
  return anyMarked && /missing|expected (?:number|boolean)/.test(problem)
    ? "A spread copy of configFromEnv() is not known as the environment's: add options with Object.assign(configFromEnv(), { … })"
    : undefined
}

/** What a configuration that `configFromEnv` made remembers; `undefined` for any other. */
export function environmentOf(config: object): EnvironmentMark | undefined {
  const facts: unknown = Reflect.get(config, mark)
  return isMark(facts) ? facts : undefined
}

// Only markAsEnvironment sets it.
function isMark(facts: unknown): facts is EnvironmentMark {
  return facts !== undefined
}

/** `SIGNATURE_VERSION` is `signatureVersion`, `CDN__TOKEN` is `cdn.token`; `undefined` for what is no option's name. */
export function optionPath(name: string): string | undefined {
  if (!/^[A-Z][A-Z0-9]*(?:_{1,2}[A-Z0-9]+)*$/.test(name)) return undefined
  return name
    .split('__')
    .map((part) =>
      part.toLowerCase().replace(/_(.)/g, (_all, letter: string) => letter.toUpperCase()),
    )
    .join('.')
}

/** The usual variable of an option: the reverse of `optionPath`, with the prefix. */
export function variableOf(path: string, prefix: string): string {
  const name = path.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '__')
  return `${prefix}_${name.toUpperCase()}`
}
