// What a user would install, as tarballs: publint and attw have nothing to say, the manifest names
// only what may be named, and nothing but the build, its sources and the texts is inside.
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { readFileSync } from 'node:fs'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { conclude, packages, tarball } from '../workspace.mjs'

/** A path inside a package that may be published. */
const publishable =
  /^(dist\/.+\.([cm]js|d\.[cm]ts)(\.map)?|src\/.+\.ts|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/

/** Development dependencies that are bundled: no published declaration may mention them. */
const bundled = ['zod', '@noble/hashes']

const problems = []
let files = 0

for (const found of packages) {
  const data = readFileSync(tarball(found))
  const contents = createPackageFromTarballData(data)
  const prefix = `/node_modules/${contents.packageName}/`
  const names = contents.listFiles().map((path) => path.slice(prefix.length))
  const read = (name) => contents.readFile(prefix + name)
  files += names.length
  const judged = [
    ...(await withAttw(contents)),
    ...(await withPublint(data)),
    ...ofContents(names, read),
    ...ofManifest(JSON.parse(read('package.json'))),
  ]
  problems.push(...judged.map((problem) => `${contents.packageName}: ${problem}`))
}
conclude(problems, `${files} files in ${packages.length} tarballs`)

async function withAttw(contents) {
  const { types, problems: reported } = await checkPackage(contents)
  if (!types) return ['attw finds no types']
  return (
    reported
      // What runs Node 10 reads no `exports` and finds the main entry alone; nothing supported does.
      .filter(({ resolutionKind, entrypoint }) => resolutionKind !== 'node10' || entrypoint === '.')
      .map(({ kind, ...where }) => `attw: ${kind} ${JSON.stringify(where)}`)
  )
}

async function withPublint(data) {
  const copy = Uint8Array.from(data).buffer
  const { messages, pkg } = await publint({ pack: { tarball: copy }, strict: true })
  return messages.map((message) => `publint: ${formatMessage(message, pkg)}`)
}

function ofContents(names, read) {
  const strange = names.filter((name) => !publishable.test(name))
  const missing = ['LICENSE', 'README.md'].filter((name) => !names.includes(name))
  const declarations = names.filter((name) => /\.d\.[cm]ts$/.test(name))
  return [
    ...strange.map((name) => `${name} should not be published`),
    ...missing.map((name) => `${name} is not inside`),
    ...declarations.flatMap((name) => ofDeclarations(name, read(name))),
  ]
}

function ofDeclarations(name, text) {
  // Such a member makes a class of `import` another type than the same class of `require`.
  const hidden = text.match(/^\s+(?:#private|private |protected ).*$/m)
  const named = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](?<module>[^'"]+)['"]/g)]
  const unknown = named
    .map((match) => match.groups.module)
    .filter((module) => bundled.some((one) => module === one || module.startsWith(`${one}/`)))
    .map((module) => `${name} mentions ${module}, which users don't have`)
  return hidden
    ? [...unknown, `${name} has a member of a class hidden: ${hidden[0].trim()}`]
    : unknown
}

function ofManifest(manifest) {
  const text = JSON.stringify({ ...manifest, description: '', keywords: [] })
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  return [
    ...['workspace:', 'catalog:', '@cloudstore/source']
      .filter((word) => text.includes(word))
      .map((word) => `the published manifest says ${word}`),
    ...dependencies
      .filter((name) => bundled.includes(name))
      .map((name) => `${name} is bundled and must not be a dependency`),
  ]
}
