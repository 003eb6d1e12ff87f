/** Registers a test. The third argument is its time limit in milliseconds; a runner may ignore it. */
export type RegisterTest = (name: string, run: () => Promise<void>, timeout: number) => unknown

/**
 * What the suite uses of a test runner. The modules `vitest`, `@jest/globals` and `node:test` fit as they are:
 * `import * as runner from 'node:test'`.
 */
export interface Runner {
  readonly describe: (name: string, register: () => void) => unknown
  readonly test: RegisterTest & { readonly skip?: RegisterTest }
  /** Vitest's and Jest's name. */
  readonly afterAll?: ((run: () => Promise<void>, timeout: number) => unknown) | undefined
  /** Node's name of the same. */
  readonly after?: ((run: () => Promise<void>) => unknown) | undefined
}

/** The runner given, or the one whose functions are global. */
export function runnerOf(given: Runner | undefined): Runner {
  const { describe, test, afterAll, after } = given ?? (globalThis as Partial<Runner>)
  if (typeof describe === 'function' && typeof test === 'function' && (afterAll ?? after)) {
    return { describe, test, afterAll, after }
  }
  throw new TypeError(
    given
      ? 'conformance: `runner` needs describe, test, and afterAll or after'
      : 'conformance: no global describe, test and afterAll: pass the runner, as in ' +
          "import * as runner from 'node:test'; conformance({ name, open, runner })",
  )
}
