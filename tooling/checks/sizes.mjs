// What an application pays for a package, in kB: the tarball, and the package's own code when it is
// bundled (minified, gzipped; other packages and code that loads on first use left out). A bound is
// a promise: raise one only together with the reason.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'rolldown'
import { gzipSync } from 'node:zlib'
import { conclude, packages, root, tarball } from '../workspace.mjs'

const bounds = {
  core: { tarball: 450, bundle: 45 },
  memory: { tarball: 110, bundle: 20 },
  local: { tarball: 220, bundle: 30 },
  conformance: { tarball: 220, bundle: 60 },
  's3-compat': { tarball: 500, bundle: 80 },
  'digitalocean-spaces': { tarball: 220, bundle: 30 },
}

const problems = []
const lines = []

for (const found of packages) {
  const bound = bounds[found.folder]
  if (!bound) {
    problems.push(`packages/${found.folder} has no row in tooling/checks/sizes.mjs: add one`)
    continue
  }
  const measured = {
    tarball: kilo(readFileSync(tarball(found))),
    bundle: kilo(await bundle(found)),
  }
  const parts = Object.entries(measured).map(([what, size]) => `${what} ${size} of ${bound[what]}`)
  lines.push(`${found.folder} ${parts.join(', ')}`)
  for (const [what, size] of Object.entries(measured)) {
    if (size > bound[what]) {
      problems.push(`packages/${found.folder}: ${what} is ${size} kB, more than ${bound[what]}`)
    }
  }
}
console.log(`in kB: ${lines.join('; ')}`)
conclude(problems, `${lines.length} packages within their bounds`)

async function bundle({ directory }) {
  const { output } = await build({
    input: join(directory, 'dist/index.mjs'),
    cwd: root,
    external: [/^node:/, /^@cloudstore\//, /^#/],
    output: { format: 'esm', minify: true },
    write: false,
    logLevel: 'warn',
  })
  return gzipSync(
    loadedAtOnce(output)
      .map(({ code }) => code)
      .join('\n'),
  )
}

/** The entry's chunk and those that it imports statically. */
function loadedAtOnce(output) {
  const loaded = new Set(output.filter((chunk) => chunk.isEntry))
  for (const chunk of loaded) {
    for (const name of chunk.imports) {
      const imported = output.find(({ fileName }) => fileName === name)
      if (imported) loaded.add(imported)
    }
  }
  return [...loaded]
}

function kilo(bytes) {
  return Math.round(bytes.length / 100) / 10
}
