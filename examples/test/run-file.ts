import { execFile } from 'node:child_process'
import { delimiter, join } from 'node:path'

const examples = join(import.meta.dirname, '..')
const binaries = join(examples, '..', 'node_modules', '.bin')

export interface Outcome {
  readonly status: number | null
  readonly lines: string[]
  readonly errors: string
}

/**
 * Runs a file of `examples/` as a user does, in a process of its own, on the pinned Node, which takes TypeScript as it is. Packages are
 * their sources, so that nothing has to be built first.
 */
export function runFile(
  file: string,
  settings: {
    args?: readonly string[]
    cwd: string
    env?: Readonly<Record<string, string>>
    /** Interrupts the program, as Ctrl-C does, once it has printed this. */
    interruptAt?: string
  },
): Promise<Outcome> {
  const env = {
    PATH: `${binaries}${delimiter}${process.env['PATH'] ?? ''}`,
    TMPDIR: settings.cwd,
    ...settings.env,
  }
  const args = ['--conditions=@cloudstore/source', join(examples, file), ...(settings.args ?? [])]
  return new Promise((resolve) => {
    const child = execFile('node', args, { cwd: settings.cwd, env }, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode, lines: stdout.split('\n').slice(0, -1), errors: stderr })
    })
    child.stdout?.on('data', (text: string) => {
      if (settings.interruptAt !== undefined && text.includes(settings.interruptAt))
        child.kill('SIGINT')
    })
  })
}
