// Writes docs/names.md from the table that core compiles and tests; `--check` says whether it is up to date instead.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shortForms, shortOnly } from '../../packages/core/src/surface/short-forms.ts'
import { conclude, root } from '../workspace.mjs'

const code = (name) => `\`${name}\``
const on = (kind, forms) =>
  forms
    .filter((form) => form.startsWith(`${kind}.`))
    .map(code)
    .join(', ')

// What a short form needs beyond its name to mean the same.
const notes = { downloadObjectRangeAsStream: ', with option `range`' }

const rows = Object.entries(shortForms)
  .filter(([, forms]) => forms.length > 0)
  .map(([name, forms]) => {
    const cells = ['container', 'object'].map((kind) => on(kind, forms))
    return [code(`driver.${name}`), ...cells.map((cell) => cell && cell + (notes[name] ?? ''))]
  })
const driverOnly = Object.entries(shortForms)
  .filter(([, forms]) => forms.length === 0)
  .map(([name]) => code(name))

const table = (head, lines) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const text = `# Names

Every operation has a full name on the driver, and most have a short one on the container or the object that they are about. Both do the
same, send the same requests and take the same options: take whichever reads better. This file is generated from
\`packages/core/src/surface/short-forms.ts\` by \`npm run docs\`; the compiler and the tests hold the table to the code.

${table(['on a driver', 'on a container', 'on an object'], rows)}

## On drivers only

${driverOnly.join(', ')}

## On containers only

${table(
  ['method', 'gives'],
  Object.entries(shortOnly).map(([form, what]) => [code(form), what]),
)}
`

const path = join(root, 'docs', 'names.md')
if (process.argv.includes('--check')) {
  const current = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const problems =
    current === text
      ? []
      : ['docs/names.md is not what short-forms.ts says; `npm run docs` rewrites it']
  conclude(problems, `docs/names.md names ${rows.length + driverOnly.length} operations`)
} else {
  writeFileSync(path, text)
}
