// Installs the packed packages into an empty project outside the workspace, as a user would, and
// tries there what a build can break without any source test noticing: registration, lazy modules,
// two copies in one process, bundlers, plain CommonJS Jest, and the declarations.
//
//   node tooling/smoke/run.mjs [--keep]        (after tooling/pack.mjs)
import { spawn } from 'node:child_process'
import { cpSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packages, root, tarball } from '../workspace.mjs'
import { cases } from './cases.mjs'

const project = mkdtempSync(join(tmpdir(), 'cloudstore-packed-'))
let passed = 0
let failed = 0

try {
  await install()
  for (const { name, run } of cases(project)) {
    const begun = performance.now()
    try {
      await run(command)
      passed += 1
      console.log(`  ✓ ${name} (${Math.round(performance.now() - begun)} ms)`)
    } catch (error) {
      failed += 1
      console.log(`  ✗ ${name}\n${readable(error.message)}`)
    }
  }
} finally {
  if (process.argv.includes('--keep')) console.log(`kept: ${project}`)
  else rmSync(project, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** Indented, and without the bulk of a minified bundle. */
function readable(message) {
  const lines = message.trimEnd().split('\n')
  return lines
    .map((line) => `      ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`)
    .join('\n')
}

async function install() {
  cpSync(join(root, 'tooling/smoke/projects'), project, { recursive: true })
  copyFileSync(join(project, 'types/consumer.ts'), join(project, 'types/consumer.cts'))
  writeFileSync(join(project, 'types/every.ts'), everyEntry())
  writeFileSync(join(project, 'types/every.cts'), everyEntry())
  const dependencies = packages.map((found) => [found.manifest.name, `file:${tarball(found)}`])
  const manifest = {
    name: 'consumer',
    private: true,
    dependencies: Object.fromEntries(dependencies),
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, undefined, 2))
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
  await command('npm', ['install', '--prefer-offline', ...quiet])
}

/** A module that loads the declarations of every entry, but for those named after an optional peer, which must be there for them. */
function everyEntry() {
  const names = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports)
      .filter((path) => path !== './package.json')
      .filter((path) => !Object.hasOwn(manifest.peerDependenciesMeta ?? {}, path.slice(2)))
      .map((path) => manifest.name + path.slice(1)),
  )
  return names.map((name, index) => `export * as e${index} from '${name}'\n`).join('')
}

/** Runs a program in the project; rejects with its output if it fails. */
function command(program, args, env) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: project,
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.once('error', fail)
    child.once('close', (status, signal) => {
      const output = Buffer.concat(chunks).toString()
      if (status === 0) done(output)
      else fail(new Error(`${program} ${args.join(' ')}: ${signal ?? `exit ${status}`}\n${output}`))
    })
  })
}
