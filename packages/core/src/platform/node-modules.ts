// The default import: webpack rewrites a named import of createRequire into something that fails.
import nodeModule from 'node:module'
import { sep } from 'node:path'
import type { Environment } from '../environment/environment.ts'
import type { ModulePlace } from './module-place.ts'

/** Where the application's packages may be: beside its main script, then in the working directory; never beside this package. */
export function modulePlaces(): readonly ModulePlace[] {
  const mainScript = process.argv[1]
  const bases = [
    ...(mainScript === undefined ? [] : [mainScript]),
    // The folder itself: what createRequire gets is taken as a file in the folder to begin at.
    process.cwd() + sep,
  ]
  return bases.map((path): ModulePlace => {
    const require = nodeModule.createRequire(path)
    return {
      path,
      has: (packageName) => {
        try {
          require.resolve(packageName)
          return true
        } catch {
          return false
        }
      },
      load: (packageName): unknown => require(packageName),
    }
  })
}

export function processEnv(): Environment {
  return process.env
}
