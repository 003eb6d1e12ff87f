// The three processes of the server. A pid file holds the pid and the time at which that process
// started, so that a pid that the system has given to somebody else is never taken for ours.
import { spawn } from 'node:child_process'
import { openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { paths } from './settings.mjs'

const pidFile = (name) => join(paths.run, `${name}.pid`)

/** Starts a daemon that outlives this process, with its output in a file. */
export function launch(name, program, args) {
  const output = openSync(join(paths.log, `${name}.out`), 'a')
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', output, output],
    // glibc's malloc keeps freed object data unless large blocks are mapped one by one.
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: '131072' },
  })
  closeSync(output)
  child.unref()
  // A daemon that ended at once has no identity any more; its log says why.
  writeFileSync(pidFile(name), identity(child.pid) ?? '')
}

/** The pid of a daemon that `launch` started and that still runs. */
export function running(name) {
  return alive(read(pidFile(name)))
}

/** Ends a daemon and waits until it has gone. */
export async function end(name) {
  // All data goes with the server, so only the gateway is given time to answer what it has begun.
  const signals = name === 'rgw' ? ['SIGTERM', 'SIGKILL'] : ['SIGKILL']
  for (const signal of signals) {
    for (let wait = 0; running(name) !== undefined && wait < 40; wait += 1) {
      if (wait === 0) process.kill(running(name), signal)
      await sleep(50)
    }
  }
  if (running(name) !== undefined) throw new Error(`${name} (pid ${running(name)}) does not end`)
  rmSync(pidFile(name), { force: true })
}

/** `pid starttime`, or nothing when no such process runs. */
export function identity(pid) {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the program's name in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`
}

/** The pid of an identity, if that very process still runs. */
export function alive(recorded) {
  const pid = recorded?.split(' ')[0]
  return pid && identity(pid) === recorded ? Number(pid) : undefined
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // A process may end between any two looks at it: then reading says ESRCH.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined
    throw error
  }
}
