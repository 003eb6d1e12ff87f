import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { errnoOf } from '../root/errno.ts'

/** Which process wrote something, precisely enough to tell later whether it is still running. */
export interface ProcessIdentity {
  readonly pid: number
  /**
   * When it was started, in the kernel's ticks: a later process with the same number has another
   * one. Linux only.
   */
  readonly started?: string | undefined
  /** Where the number means something: the host, its boot, and the namespace of process numbers. */
  readonly machine: string
}

/** `unknown`: on another machine, or the number may have been given to another process. */
export type Liveness = 'alive' | 'dead' | 'unknown'

export async function ownIdentity(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    started: await startOf(process.pid),
    machine: await thisMachine(),
  }
}

export async function livenessOf(identity: ProcessIdentity): Promise<Liveness> {
  if (identity.machine !== (await thisMachine())) return 'unknown'
  if (!exists(identity.pid)) return 'dead'
  const started = await startOf(identity.pid)
  if (identity.started === undefined || started === undefined) return 'unknown'
  return identity.started === started ? 'alive' : 'dead'
}

function exists(pid: number): boolean {
  try {
    // Signal 0 is never sent; asking for it tells whether it could be.
    return process.kill(pid, 0)
  } catch (error) {
    return errnoOf(error) !== 'ESRCH'
  }
}

async function thisMachine(): Promise<string> {
  const [boot, namespace] = await Promise.all([
    ifReadable(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    ifReadable(readlink('/proc/self/ns/pid')),
  ])
  return [hostname(), boot?.trim() ?? '', namespace ?? ''].join(' ')
}

/** Field 22 of the process's status; the second one, its name in brackets, may hold anything. */
async function startOf(pid: number): Promise<string | undefined> {
  const status = await ifReadable(readFile(`/proc/${pid}/stat`, 'utf8'))
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19]
}

async function ifReadable(text: Promise<string>): Promise<string | undefined> {
  try {
    return await text
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return undefined
  }
}
