// What loading a package costs, and a first request: CPU over a bare Node, each figure from a process of its own, in turn, as medians.
// It also loads the third-party code that is bundled as the separate package that it would be otherwise, and says what npm would install.
//
//   npm run ws:build && node benchmarks/start-up/start-up.mjs [rounds, default 15]
import { execFile, fork } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..')
const rounds = Number(process.argv[2] ?? 15)
const execute = promisify(execFile)
const folder = await mkdtemp(join(tmpdir(), 'cloudstore-start-up-'))
const stub = fork(join(root, 'benchmarks', 's3', 'stub.mjs'))
const port = await new Promise((resolve) => {
  stub.once('message', resolve)
})

const load = (name) => `await import('${name}')`
// What the stub knows the MD5 of.
const body =
  'Buffer.from(Uint32Array.from({ length: 256 }, (_, n) => (n * 4 * 2_654_435_761) % 2 ** 32).buffer)'
const firstPut = (name, options) =>
  `const { getDriver } = await import('@cloudstore/core')
  await import('@cloudstore/${name.replace(/^s3$/, 's3-compat')}')
  const driver = new (getDriver('${name}'))(${JSON.stringify(options)})
  const bucket = ${name === 's3'} ? driver.container('bench') : await driver.createContainer('bench', { ifExists: 'return' })
  await bucket.put('k', ${body})`
const keys = { key: 'AKIDEXAMPLE', secret: 'secret' }
const endpoint = `http://127.0.0.1:${port}`

/** From where, and what. */
const cases = {
  'bare Node': ['.', ''],
  '@cloudstore/core': ['packages/core', load('@cloudstore/core')],
  '@cloudstore/memory': ['packages/memory', load('@cloudstore/memory')],
  '@cloudstore/local': ['packages/local', load('@cloudstore/local')],
  '@cloudstore/s3-compat': ['packages/s3-compat', load('@cloudstore/s3-compat')],
  '@cloudstore/digitalocean-spaces': [
    'packages/digitalocean-spaces',
    load('@cloudstore/digitalocean-spaces'),
  ],
  'memory: import and first put': ['packages/memory', firstPut('memory', {})],
  'local: import and first put': ['packages/local', firstPut('local', { root: folder })],
  's3: import and first put': ['packages/s3-compat', firstPut('s3', { endpoint, ...keys })],
  '@aws-sdk/client-s3': ['benchmarks/s3', load('@aws-sdk/client-s3')],
  '@aws-sdk/client-s3: import and first put': [
    'benchmarks/s3',
    `const { S3Client, PutObjectCommand } = await import('@aws-sdk/client-s3')
    const client = new S3Client({ endpoint: '${endpoint}', region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: 'A', secretAccessKey: 'B' } })
    await client.send(new PutObjectCommand({ Bucket: 'bench', Key: 'k', Body: ${body} }))`,
  ],
  minio: ['benchmarks/s3', load('minio')],
}

/** The bundled code, as a dependency: how it is imported, and the package. */
const bundled = {
  'zod/mini': ['zod', `${load('zod/mini')}; ${load('zod/v4/locales/en.js')}`],
  '@smithy/signature-v4': ['@smithy/signature-v4', load('@smithy/signature-v4')],
  'fast-xml-parser': ['fast-xml-parser', load('fast-xml-parser')],
  '@noble/hashes': ['@noble/hashes', load('@noble/hashes/legacy.js')],
  '@aws-crypto/sha256-js': ['@aws-crypto/sha256-js', load('@aws-crypto/sha256-js')],
}
for (const [name, [, code]] of Object.entries(bundled)) cases[name] = ['packages/s3-compat', code]
const present = Object.entries(cases).filter(
  ([, [from]]) =>
    existsSync(join(root, from)) &&
    (from !== 'benchmarks/s3' || existsSync(join(root, from, 'node_modules'))),
)

try {
  const results = new Map(present.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, [from, code]] of round % 2 === 0 ? present : present.toReversed()) {
      results.get(name).push(await cpuOf(join(root, from), code))
    }
  }
  const bare = median(results.get('bare Node'))
  console.log(
    `Node ${process.version}, ${rounds} rounds; bare Node: ${bare.toFixed(0)} ms of CPU\n`,
  )
  console.log('| what | ms of CPU over bare Node (best) |\n| --- | --: |')
  for (const [name, values] of results) {
    if (name === 'bare Node') continue
    const best = Math.min(...values) - Math.min(...results.get('bare Node'))
    console.log(`| ${name} | ${(median(values) - bare).toFixed(0)} (${best.toFixed(0)}) |`)
  }
  console.log('\n| as a dependency | packages | KiB installed |\n| --- | --: | --: |')
  for (const [name, [packageName]] of Object.entries(bundled)) {
    const all = closure(packageName, join(root, 'packages', 's3-compat', 'package.json'))
    const bytes = [...all].reduce((sum, directory) => sum + sizeOf(directory), 0)
    console.log(`| ${name} | ${all.size} | ${(bytes / 1024).toFixed(0)} |`)
  }
} finally {
  stub.kill()
  await rm(folder, { recursive: true, force: true })
}

async function cpuOf(cwd, code) {
  const script = `${code}\nconst { user, system } = process.cpuUsage(); console.log((user + system) / 1000); process.exit()`
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script], { cwd })
  return Number(stdout)
}

/** A package and all that it depends on, as folders. */
function closure(name, from, found = new Set()) {
  const directory = directoryOf(name, from)
  if (found.has(directory)) return found
  found.add(directory)
  const manifest = join(directory, 'package.json')
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  for (const dependency of Object.keys(dependencies)) closure(dependency, manifest, found)
  return found
}

function directoryOf(name, from) {
  for (const place of createRequire(from).resolve.paths(name)) {
    if (existsSync(join(place, name, 'package.json'))) return realpathSync(join(place, name))
  }
  throw new Error(`${name} is not installed for ${dirname(from)}`)
}

function sizeOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !entry.parentPath.slice(directory.length).includes('node_modules'),
    )
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
