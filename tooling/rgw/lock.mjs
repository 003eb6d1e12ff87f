import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { alive, identity } from './daemons.mjs'
import { folder, paths } from './settings.mjs'

/** Runs one start or stop at a time in the server's folder, and only in a folder that is ours. */
export async function locked(work) {
  if (existsSync(folder) && !existsSync(paths.mark) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} holds something else: set TEST_RGW_FOLDER to another folder`)
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(paths.mark, '')
  await acquire()
  try {
    return await work()
  } finally {
    rmSync(paths.lock, { force: true })
  }
}

async function acquire() {
  const deadline = Date.now() + 180_000
  while (!taken()) {
    if (Date.now() > deadline) throw new Error(`another start or stop holds ${paths.lock}`)
    await sleep(100)
  }
}

function taken() {
  try {
    writeFileSync(paths.lock, identity(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    // Its owner was killed: whoever comes next takes the lock away.
    if (alive(holder()) === undefined) rmSync(paths.lock, { force: true })
    return false
  }
}

function holder() {
  try {
    return readFileSync(paths.lock, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
