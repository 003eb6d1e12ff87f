// Every package.json says the same things in the same way, and what is published is what is
// developed, without the condition that leads to the sources.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { conclude, packages, readJson, root } from '../workspace.mjs'

const license = 'Apache-2.0'
const node = readJson(join(root, 'package.json')).engines.node
const { references } = readJson(join(root, 'tsconfig.json'))

/** What a manifest must hold, by field; a function judges, anything else must be equal. */
const expected = ({ folder, manifest }) => ({
  name: `@cloudstore/${folder}`,
  license,
  type: 'module',
  files: ['dist', 'src'],
  main: './dist/index.cjs',
  module: './dist/index.mjs',
  types: './dist/index.d.cts',
  engines: { node },
  scripts: { build: 'tsdown' },
  description: (text) => typeof text === 'string' && text.length > 20,
  sideEffects: (value) => value === false || isDeepStrictEqual(value, registering),
  exports: (exports) => Object.entries(exports).every(([path, target]) => isEntry(path, target)),
  publishConfig: {
    access: 'public',
    ...(manifest.imports && { imports: withoutSources(manifest.imports) }),
    exports: withoutSources(manifest.exports),
  },
})

/** For a provider package: a bundler must not drop the entry file's call to registerDriver. */
const registering = ['./dist/index.*', './src/index.ts']

const problems = []
for (const found of packages) {
  const { folder, manifest } = found
  for (const [field, wanted] of Object.entries(expected(found))) {
    const value = manifest[field]
    const right = typeof wanted === 'function' ? wanted(value) : isDeepStrictEqual(value, wanted)
    if (!right)
      problems.push(
        `packages/${folder}/package.json: ${field} is ${JSON.stringify(value)}${say(wanted)}`,
      )
  }
  if (!references.some(({ path }) => path === `packages/${folder}`)) {
    problems.push(`tsconfig.json has no reference to packages/${folder}`)
  }
}
conclude(problems, `${packages.length} manifests agree`)

function say(wanted) {
  return typeof wanted === 'function' ? '' : `, not ${JSON.stringify(wanted)}`
}

function withoutSources(paths) {
  return Object.fromEntries(
    Object.entries(paths).map(([path, target]) => {
      if (typeof target === 'string') return [path, target]
      const { '@cloudstore/source': _source, ...published } = target
      return [path, published]
    }),
  )
}

function isEntry(path, target) {
  if (path === './package.json') return target === './package.json'
  const name = path === '.' ? 'index' : path.slice(2)
  const esm = { types: `./dist/${name}.d.mts`, default: `./dist/${name}.mjs` }
  // `module-sync` first: `import` and `require` then give one and the same class on Node.
  return (
    isDeepStrictEqual(Object.keys(target), [
      '@cloudstore/source',
      'module-sync',
      'import',
      'require',
    ]) &&
    target['@cloudstore/source'] === `./src/${name}.ts` &&
    isDeepStrictEqual(target['module-sync'], esm) &&
    isDeepStrictEqual(target.import, esm) &&
    isDeepStrictEqual(target.require, {
      types: `./dist/${name}.d.cts`,
      default: `./dist/${name}.cjs`,
    })
  )
}
