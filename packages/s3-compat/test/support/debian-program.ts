import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/**
 * Where a program of Debian's is, installed if need be and allowed, or `undefined` where it cannot be had. In CI it must be there: tests that leave themselves out
 * prove nothing.
 *
 * @param name - of the program, and of its package
 */
export function provideProgram(name: string): string | undefined {
  const path = found(name) ?? installed(name)
  if (path === undefined && process.env['CI'] === 'true') throw new Error(`${name} cannot be had`)
  return path
}

function installed(name: string): string | undefined {
  if (process.getuid?.() !== 0 || found('apt-get') === undefined) return undefined
  const install = ['install', '--yes', '--no-install-recommends', name]
  // The package lists may be old or absent: ask for them only then.
  if (!apt(install) && apt(['update'])) apt(install)
  return found(name)
}

function apt(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-q', ...args], { env }).status === 0
}

function found(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
