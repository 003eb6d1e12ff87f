import type { Container } from '@cloudstore/core'
import { NotApplicable, type ConformanceCase, type ConformanceContext } from './case.ts'
import { builtin } from './platform.ts'
import { openDriver, type OpenDriver, type Opened } from './open.ts'
import { discard, empty } from './clean.ts'
import { record } from './recording.ts'

/** How a case ended that did not fail. */
export type CaseOutcome = 'passed' | { readonly notApplicable: string }

/** A driver under test: opened at the first case, shared by all. */
export interface ConformanceSession {
  /** Runs one case, within its time limit, and removes what it left. Rejects when the driver does not conform. */
  run(testCase: ConformanceCase): Promise<CaseOutcome>
  /** Removes the containers that cases shared and disposes of the driver. */
  close(): Promise<void>
}

/**
 * For runners that `conformance()` does not know: loop over `conformanceCases` and run each.
 *
 * @param open - as for `conformance`
 */
export function openSession(open: OpenDriver): ConformanceSession {
  let opening: Promise<Opened> | undefined
  const idle: Container[] = []
  const shared = new Map<string, Promise<Container>>()

  const opened = () => (opening ??= openDriver(open))

  return {
    async run(testCase) {
      const scope = openScope(await opened(), idle, shared)
      let outcome: CaseOutcome = 'passed'
      try {
        await within(testCase.timeout, testCase.run(scope.context))
      } catch (error) {
        if (error instanceof NotApplicable) outcome = { notApplicable: error.reason }
        else {
          // The failure of the case is the news; what cannot be removed now will say so in a case of its own.
          await scope.leave({ passed: false }).catch(() => undefined)
          throw error
        }
      }
      await scope.leave({ passed: true })
      return outcome
    },
    async close() {
      // That it could not be opened every case has said.
      const ready = await opening?.catch(() => undefined)
      if (!ready) return
      const { driver, dispose } = ready
      try {
        const filled = await Promise.allSettled(shared.values())
        const containers = filled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
        for (const container of [...idle.splice(0), ...containers]) await discard(driver, container)
      } finally {
        await dispose()
      }
    },
  }
}

interface Scope {
  readonly context: ConformanceContext
  leave(end: { passed: boolean }): Promise<void>
}

function openScope(
  opened: Opened,
  idle: Container[],
  shared: Map<string, Promise<Container>>,
): Scope {
  const { driver } = opened
  const borrowed: Container[] = []
  const names: string[] = []
  const directories: string[] = []

  const containerName = () => {
    const name = opened.makeContainerName()
    names.push(name)
    return name
  }
  const context: ConformanceContext = {
    driver,
    secrets: opened.secrets,
    fetch: opened.fetch,
    fetchKeepsPaths: opened.fetchKeepsPaths,
    containerName,
    async container() {
      const container = idle.pop() ?? (await driver.createContainer(opened.makeContainerName()))
      borrowed.push(container)
      return container
    },
    ownContainer: (options) => driver.createContainer(containerName(), options),
    sharedContainer(name, fill) {
      let filling = shared.get(name)
      if (!filling) {
        filling = driver.createContainer(opened.makeContainerName()).then(async (container) => {
          await fill(container)
          return container
        })
        shared.set(name, filling)
      }
      return filling
    },
    async directory() {
      const fs = builtin('node:fs/promises')
      const os = builtin('node:os')
      const path = builtin('node:path')
      if (!fs || !os || !path) return undefined
      const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'conformance-'))
      directories.push(directory)
      return directory
    },
    recording: () => record(driver),
  }
  return {
    context,
    async leave({ passed }) {
      for (const directory of directories) {
        await builtin('node:fs/promises')?.rm(directory, { recursive: true, force: true })
      }
      for (const name of names) {
        if (await driver.containerExists(name)) await discard(driver, driver.container(name))
      }
      for (const container of borrowed) {
        if (!passed) {
          // Whatever went wrong may go on in there: no other case gets it.
          await discard(driver, container)
          continue
        }
        await empty(driver, container)
        idle.push(container)
      }
    },
  }
}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The case did not end within ${limit / 1000} s`)),
      limit,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
