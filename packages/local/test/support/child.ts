import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const sources = new URL('sources.mjs', import.meta.url).href

/** Starts one of the scripts beside this file in a process of its own. */
export function startChild(script: string, ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    execArgv: ['--import', sources, '--no-warnings'],
  })
}

/** The next message from a child. Rejects when it ends instead. */
export function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the child ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.removeListener('exit', ended)
      resolve(message)
    })
  })
}

/** Resolves when a child has ended, to its exit code, or `null` when it was killed. */
export function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    child.once('exit', resolve)
  })
}
