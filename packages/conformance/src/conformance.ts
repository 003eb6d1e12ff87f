import type { ConformanceCase } from './case.ts'
import { conformanceCases } from './cases.ts'
import type { OpenDriver } from './open.ts'
import { runnerOf, type Runner } from './runner.ts'
import { openSession, type ConformanceSession } from './session.ts'

export interface ConformanceOptions {
  /** Of the driver, as it shall stand in the report. */
  readonly name: string
  readonly open: OpenDriver
  /** Cases that are left out, by name, each with the reason, which is printed. A name that no case has is an error. */
  readonly skip?: Readonly<Record<string, string>> | undefined
  /** Default: the global functions of Jest or Vitest. With `node:test` there are none: pass the module. */
  readonly runner?: Runner | undefined
  /** Multiplies the time limits of all cases, for a server that is far away. Default: 1. */
  readonly timeoutScale?: number | undefined
  /** Is told how each case ended: for counts and reports. */
  readonly onResult?: ((result: ConformanceResult) => void) | undefined
}

export interface ConformanceResult {
  readonly group: string
  readonly name: string
  /** `not applicable`: the driver promises nothing of the kind. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'not applicable'
  /** Why it was skipped or does not apply, or what failed. */
  readonly reason?: string | undefined
}

/**
 * Registers the suite with a test runner. Call it at the top level of a test file.
 *
 * @example conformance({ name: 'memory', open: () => new MemoryStorageDriver() })
 */
export function conformance(options: ConformanceOptions): void {
  const { name, open, skip = {}, timeoutScale = 1, onResult = () => undefined } = options
  checkSkips(skip)
  const runner = runnerOf(options.runner)
  const session = openSession(open)

  const register = (testCase: ConformanceCase) => {
    const timeout = testCase.timeout * timeoutScale
    const reason = Object.hasOwn(skip, testCase.name) ? skip[testCase.name] : undefined
    if (reason !== undefined) {
      const title = `${testCase.name} [skipped: ${reason}]`
      const skipped = async () => {}
      ;(runner.test.skip ?? runner.test)(title, skipped, timeout)
      onResult({ group: testCase.group, name: testCase.name, outcome: 'skipped', reason })
      return
    }
    // The runner's own limit comes later than ours, which leaves time to remove what the case made.
    const run = () => runAndTell(session, { ...testCase, timeout }, onResult)
    runner.test(testCase.name, run, timeout + 30_000)
  }

  runner.describe(`${name}: conformance`, () => {
    for (const [group, cases] of byGroup()) {
      runner.describe(group, () => cases.forEach(register))
    }
    const close = () => session.close()
    if (runner.afterAll) runner.afterAll(close, 120_000 * timeoutScale)
    else runner.after?.(close)
  })
}

async function runAndTell(
  session: ConformanceSession,
  testCase: ConformanceCase,
  onResult: (result: ConformanceResult) => void,
): Promise<void> {
  const { group, name } = testCase
  try {
    const end = await session.run(testCase)
    if (end === 'passed') onResult({ group, name, outcome: 'passed' })
    else onResult({ group, name, outcome: 'not applicable', reason: end.notApplicable })
  } catch (error) {
    onResult({ group, name, outcome: 'failed', reason: String(error) })
    throw error
  }
}

function checkSkips(skip: Readonly<Record<string, string>>): void {
  const names = new Set(conformanceCases.map((testCase) => testCase.name))
  for (const [name, reason] of Object.entries(skip)) {
    if (!names.has(name)) {
      throw new TypeError(`conformance: skip names ${JSON.stringify(name)}, which is no case`)
    }
    if (typeof reason !== 'string' || reason.trim() === '') {
      throw new TypeError(`conformance: skip of ${JSON.stringify(name)} gives no reason`)
    }
  }
}

function byGroup(): Map<string, ConformanceCase[]> {
  const groups = new Map<string, ConformanceCase[]>()
  for (const testCase of conformanceCases) {
    const cases = groups.get(testCase.group)
    if (cases) cases.push(testCase)
    else groups.set(testCase.group, [testCase])
  }
  return groups
}
