// A package's public surface is the list in its entry file, one name after another: nothing
// becomes public by being written somewhere else.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { conclude, packages, root } from '../workspace.mjs'

const problems = []
let names = 0
let entries = 0

for (const { directory, manifest } of packages) {
  for (const entry of sourceEntries(manifest)) {
    entries += 1
    const file = join(directory, entry)
    const before = names
    for (const statement of parseAst(readFileSync(file, 'utf8'), { lang: 'ts' }, file).body) {
      const problem = judge(statement)
      if (problem) problems.push(`${relative(root, file)}: ${problem}`)
      if (statement.type === 'ExportNamedDeclaration') names += statement.specifiers.length
    }
    if (names === before) problems.push(`${relative(root, file)}: exports nothing`)
  }
}
conclude(problems, `${names} names, each listed in one of ${entries} entry files`)

function sourceEntries(manifest) {
  return Object.values(manifest.exports)
    .map((target) => target['@cloudstore/source'])
    .filter((path) => path !== undefined)
}

function judge(statement) {
  switch (statement.type) {
    case 'ExportAllDeclaration':
      return `'export * from ${statement.source.raw}': list the names`
    case 'ExportDefaultDeclaration':
      return 'a default export: name it'
    case 'ExportNamedDeclaration':
      return statement.declaration
        ? 'declares what it exports: move it to a file of its own'
        : undefined
    default:
      // Imports, the registration of a driver and the augmentation of core belong here.
      return undefined
  }
}
