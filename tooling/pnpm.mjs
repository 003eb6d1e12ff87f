import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readJson, root } from './workspace.mjs'

// npm and npx are .cmd files on Windows, which only a shell can start.
const shell = process.platform === 'win32'

const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  // npm's warnings about settings of the machine are not about this project.
  npm_config_loglevel: 'error',
}

/** Runs the pinned pnpm: the installed one if it is that version, else through npx. */
export function pnpm(args, options = {}) {
  command ??= findPnpm()
  const [program, ...first] = command
  const settings = { cwd: root, stdio: 'inherit', shell, ...options }
  const result = spawnSync(program, [...first, ...args], {
    ...settings,
    env: { ...env, ...options.env },
  })
  if (result.error) throw result.error
  return result
}

let command

function findPnpm() {
  const { packageManager } = readJson(join(root, 'package.json'))
  const version = packageManager.split('@')[1]
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8', shell })
  const installed = found.status === 0 && found.stdout.trim() === version
  return installed ? ['pnpm'] : ['npx', '--yes', packageManager]
}
