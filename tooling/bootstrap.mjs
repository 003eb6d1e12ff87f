// Makes a fresh clone ready with nothing but Node and npm, then runs the named scripts of the root
// package.json: `node tooling/bootstrap.mjs ws:test`. Plain Node 20, no dependencies.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const { packageManager } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'))
const version = packageManager.split('@')[1]
const [scripts, passed] = split(process.argv.slice(2))

// npm is a .cmd file on Windows, which only a shell can start.
const shell = process.platform === 'win32'
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  npm_config_loglevel: 'error',
  // The scripts run on the pinned Node; checks of the packed packages also use the caller's.
  CLOUDSTORE_CALLERS_NODE: process.execPath,
}

const pnpm = installedPnpm() ?? ['npx', '--yes', packageManager]
run(['install', '--frozen-lockfile'])
for (const script of scripts) run(['run', script, ...passed])

function installedPnpm() {
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8', shell })
  return found.status === 0 && found.stdout.trim() === version ? ['pnpm'] : undefined
}

function run(args) {
  const [command, ...first] = pnpm
  const result = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
    shell,
  })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}

function split(args) {
  const dashes = args.findIndex((arg) => arg.startsWith('-'))
  return dashes === -1 ? [args, []] : [args.slice(0, dashes), args.slice(dashes)]
}
