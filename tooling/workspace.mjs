// The workspace as data: its root and its publishable packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const temp = join(root, 'temp')

/** Every folder in `packages/`, with its manifest, sorted by folder name. */
export const packages = readdirSync(join(root, 'packages'))
  .toSorted()
  .map((folder) => ({ folder, directory: join(root, 'packages', folder) }))
  .filter(({ directory }) => existsSync(join(directory, 'package.json')))
  .map((found) => ({ ...found, manifest: readJson(join(found.directory, 'package.json')) }))

/** Where `tooling/pack.mjs` puts a package's tarball. */
export const tarball = ({ folder }) => join(temp, 'packs', `cloudstore-${folder}.tgz`)

/** Files below a directory whose names end so, as absolute paths; none when it does not exist. */
export function filesBelow(directory, ending) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true })
    .filter((name) => name.endsWith(ending) && !name.split(/[\\/]/).includes('node_modules'))
    .map((name) => join(directory, name))
    .toSorted()
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Ends a check: prints what is wrong, or one line that says what was looked at. */
export function conclude(problems, looked) {
  if (problems.length === 0) return console.log(looked)
  for (const problem of problems) console.error(problem)
  process.exitCode = 1
}
