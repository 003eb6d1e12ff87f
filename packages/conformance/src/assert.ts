import { isStorageError, type StorageError, type StorageErrorCode } from '@cloudstore/core'

/** What a case throws when a driver does not do what it should. */
export class ConformanceFailure extends Error {
  declare readonly actual: unknown
  declare readonly expected: unknown

  constructor(message: string, values?: { actual: unknown; expected: unknown }) {
    super(message)
    this.name = 'ConformanceFailure'
    // Runners that know these two show a difference of their own.
    if (values) Object.assign(this, values)
  }
}

function fail(message: string): never {
  throw new ConformanceFailure(message)
}

export function check(condition: unknown, message: string): asserts condition {
  if (!condition) fail(message)
}

/** Primitives by `Object.is`. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return
  throw new ConformanceFailure(`${what}: expected ${show(expected)}, got ${show(actual)}`, {
    actual,
    expected,
  })
}

/** Lists of primitives, in order. Says where the first difference is, since such lists are long. */
export function sameList(
  actual: readonly unknown[],
  expected: readonly unknown[],
  what: string,
): void {
  const length = Math.max(actual.length, expected.length)
  for (let index = 0; index < length; index++) {
    if (index < actual.length && index < expected.length) {
      if (Object.is(actual[index], expected[index])) continue
    }
    const at = (list: readonly unknown[]) => (index < list.length ? show(list[index]) : 'the end')
    fail(
      `${what}: expected ${expected.length} items, got ${actual.length}; ` +
        `at index ${index} expected ${at(expected)}, got ${at(actual)}`,
    )
  }
}

/** Plain records of strings, whatever their order. */
export function sameRecord(
  actual: Readonly<Record<string, string>> | undefined,
  expected: Readonly<Record<string, string>>,
  what: string,
): void {
  const entries = (record: Readonly<Record<string, string>>) =>
    Object.entries(record)
      .map(([name, value]) => `${name}=${value}`)
      .toSorted()
  sameList(entries(actual ?? {}), entries(expected), what)
}

export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  const length = Math.min(actual.length, expected.length)
  for (let index = 0; index < length; index++) {
    if (actual[index] !== expected[index]) {
      fail(
        `${what}: byte ${index} of ${expected.length} is ${actual[index]}, not ${expected[index]}` +
          (actual.length === expected.length ? '' : ` (and there are ${actual.length} bytes)`),
      )
    }
  }
  equal(actual.length, expected.length, `${what}: number of bytes`)
}

/** That it fails with a `StorageError` of one of these codes; resolves to the error. */
export async function rejects(
  work: Promise<unknown> | (() => Promise<unknown>),
  codes: StorageErrorCode | readonly StorageErrorCode[],
  what: string,
): Promise<StorageError> {
  const wanted = typeof codes === 'string' ? [codes] : codes
  const error = await failureOf(work, `${what}: expected ${wanted.join(' or ')}`)
  if (isStorageError(error, ...wanted)) return error
  return wrongError(error, `${what}: expected a StorageError ${wanted.join(' or ')}`)
}

/** That it fails with this very value: what a caller's source or signal gave. */
export async function rejectsWith(
  work: Promise<unknown> | (() => Promise<unknown>),
  reason: unknown,
  what: string,
): Promise<void> {
  const error = await failureOf(work, `${what}: expected it to fail with the caller's own error`)
  if (error !== reason) wrongError(error, `${what}: expected the caller's own error, unchanged`)
}

/** That a synchronous call throws a `StorageError` of this code. */
export function throws(work: () => unknown, code: StorageErrorCode, what: string): void {
  try {
    work()
  } catch (error) {
    if (isStorageError(error, code)) return
    wrongError(error, `${what}: expected a StorageError ${code}`)
  }
  fail(`${what}: expected ${code}, but nothing was thrown`)
}

async function failureOf(
  work: Promise<unknown> | (() => Promise<unknown>),
  expectation: string,
): Promise<unknown> {
  let value: unknown
  try {
    value = await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error
  }
  return fail(`${expectation}, but it succeeded with ${show(value)}`)
}

function wrongError(error: unknown, expectation: string): never {
  const failure = new ConformanceFailure(`${expectation}, got ${show(error)}`)
  failure.cause = error
  throw failure
}

/** A value as a short piece of one line. */
function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'string') return shorten(JSON.stringify(value))
  if (typeof value === 'object' && value !== null && 'message' in value) {
    const code = 'code' in value ? `${String(value.code)}: ` : ''
    return `${'name' in value ? String(value.name) : 'error'} (${code}${String(value.message)})`
  }
  if (typeof value === 'object' && value !== null) return shorten(safeJson(value))
  return String(value)
}

function safeJson(value: object): string {
  try {
    return JSON.stringify(value) ?? Object.prototype.toString.call(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 160)}… (${text.length} characters)`
}
