// Which package may import what. Dependencies point one way, to core. What runs where there is no
// Node has one door to Node's modules, the package import `#platform`.
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { importsOf } from './imports-of.mjs'
import { conclude, filesBelow, packages, root } from '../workspace.mjs'

/**
 * `packages`: the workspace packages it may import. `thirdParty`: other modules, by exact name.
 * `node`: folders below src/ that may import `node:` modules ('' is all of src/).
 */
const rules = {
  core: {
    packages: [],
    // undici: an optional peer, from an entry file of its own.
    thirdParty: ['@noble/hashes/legacy.js', '@noble/hashes/utils.js', 'undici'],
    node: ['platform/'],
  },
  memory: { packages: ['@cloudstore/core'], thirdParty: ['zod/mini'], node: [] },
  local: { packages: ['@cloudstore/core'], thirdParty: ['zod/mini'], node: [''] },
  conformance: { packages: ['@cloudstore/core'], thirdParty: [], node: [''] },
  's3-compat': {
    packages: ['@cloudstore/core'],
    thirdParty: [
      '@aws-crypto/sha256-js',
      '@noble/hashes/hmac.js',
      '@noble/hashes/legacy.js',
      '@noble/hashes/utils.js',
      '@smithy/signature-v4',
      'fast-xml-parser',
      'zod/mini',
    ],
    node: ['platform/'],
  },
  'digitalocean-spaces': {
    packages: ['@cloudstore/core', '@cloudstore/s3-compat/driver'],
    thirdParty: ['zod/mini'],
    node: [],
  },
}

/** What the tests of several packages share; the only files outside their package that they import. */
const testSupport = join(root, 'tooling', 'test-support')

/** zod/mini has no texts of its own; its English ones are passed in, never set globally. */
const beside = { 'zod/mini': ['zod/v4/locales/en.js'] }

const problems = []
let files = 0
let seen = 0

for (const { folder, directory, manifest } of packages) {
  const rule = rules[folder]
  if (!rule)
    problems.push(`packages/${folder} has no row in tooling/checks/boundaries.mjs: add one`)
  for (const part of ['src', 'test']) {
    for (const file of filesBelow(join(directory, part), '.ts')) {
      files += 1
      for (const found of importsOf(readFileSync(file, 'utf8'), file)) {
        seen += 1
        const reason =
          part === 'src'
            ? inSource(rule, { folder, file, doors: Object.keys(manifest.imports ?? {}) }, found)
            : inTest(folder, file, found)
        if (reason)
          problems.push(`${relative(root, file)}:${found.line} imports '${found.name}': ${reason}`)
      }
    }
  }
}
conclude(problems, `${seen} imports in ${files} files keep to their package's rules`)

function inSource(rule, { folder, file, doors }, { name, typeOnly, typeReference }) {
  if (!rule) return undefined
  const source = join(root, 'packages', folder, 'src')
  const within = relative(source, file).replaceAll('\\', '/')
  if (name.startsWith('.')) {
    return ownFile(file, name, source) ?? (typeOnly ? undefined : pastTheDoor(doors, within, name))
  }
  if (name.startsWith('#')) {
    return doors.includes(name) ? undefined : 'package.json has no such entry in imports'
  }
  if (name.startsWith('node:')) {
    // `import('node:x').T` inside a type disappears where a program has no types of Node.
    const allowed = typeReference || rule.node.some((start) => within.startsWith(start))
    return allowed ? undefined : 'Node modules are reached through #platform here'
  }
  if (rule.packages.includes(name)) return undefined
  const thirdParty = rule.thirdParty.flatMap((module) => [module, ...(beside[module] ?? [])])
  if (thirdParty.includes(name)) return undefined
  return `allowed are ${[...rule.packages, ...thirdParty].join(', ') || 'its own files'}`
}

function inTest(folder, file, { name }) {
  if (!name.startsWith('.') || isBelow(testSupport, resolve(dirname(file), name))) return undefined
  return ownFile(file, name, join(root, 'packages', folder))
}

function ownFile(file, name, place) {
  if (isBelow(place, resolve(dirname(file), name))) return undefined
  return `relative imports stay inside ${relative(root, place)}; name the other package instead`
}

function isBelow(place, target) {
  return !relative(place, target).startsWith('..')
}

/** Where a package has the import `#platform`, the files behind it are its own business. */
function pastTheDoor(doors, within, name) {
  if (!doors.includes('#platform') || within.startsWith('platform/')) return undefined
  return /(^|\/)platform\//.test(name) ? 'import #platform, which picks the runtime' : undefined
}
