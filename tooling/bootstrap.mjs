// Makes a fresh clone ready with nothing but Node and npm, then runs a script of the root
// package.json with the arguments that follow: `node tooling/bootstrap.mjs ws:test`.
// Runs on the caller's Node (20.19 or later) before anything is installed.
import { pnpm } from './pnpm.mjs'

const [script, ...args] = process.argv.slice(2)

// Scripts run on the pinned Node; the checks of the packed packages use the caller's as well.
// Not CLOUDSTORE_…: configFromEnv takes each such variable for an option of the driver.
const env = { CALLERS_NODE: process.execPath }

// Ctrl-C reaches the script too, which may have something to clean up: wait for it.
process.on('SIGINT', () => undefined)

const commands = [['install', '--frozen-lockfile', '--prefer-offline']]
if (script) commands.push(['run', script, ...args])

for (const command of commands) {
  const { status } = pnpm(command, { env })
  if (status !== 0) process.exit(status ?? 1)
}
