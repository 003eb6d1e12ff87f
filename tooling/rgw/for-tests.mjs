// The server for one run of the tests: `begin` starts it unless it is up already, `end` stops it if `begin` has
// started it. Where there can be none, one line says what is left out; in CI that is a failure.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temp } from '../workspace.mjs'
import { serving, start, stop } from './server.mjs'
import { environment } from './settings.mjs'

const ours = join(temp, 'rgw-of-this-run')
const command = process.argv[2]

if (command === 'begin') await begin()
else if (command === 'end') await end()
else {
  console.error('usage: node tooling/rgw/for-tests.mjs begin | end')
  process.exitCode = 2
}

async function begin() {
  if (await serving()) {
    console.log(`already up on ${environment.RGW_ENDPOINT}`)
    return
  }
  try {
    console.log(`${await start()} on ${environment.RGW_ENDPOINT}`)
    mkdirSync(temp, { recursive: true })
    writeFileSync(ours, '')
  } catch (error) {
    if (process.env.CI === 'true') throw error
    console.log(`the tests on a real server are LEFT OUT: ${error.message.split('\n')[0]}`)
  }
}

async function end() {
  if (!existsSync(ours)) {
    console.log('not ours to stop')
    return
  }
  console.log(await stop())
  rmSync(ours)
}
