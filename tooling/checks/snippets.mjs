// Code in a README or in docs/ is cut from a file that the tests run, so that it cannot rot:
//
//   <!-- snippet: examples/put.ts#upload -->
//   ```ts
//   …
//   ```
//
// must equal what stands in that file between `// #region upload` and `// #endregion`, or the whole
// file when no region is named. `--write` brings the pages up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { conclude, packages, root } from '../workspace.mjs'

const marked =
  /^<!-- snippet: (?<file>[^#\s]+)(?:#(?<region>\S+))? -->\n+(?<open>```\w*)\n(?<body>.*?)^```$/gms

const write = process.argv.includes('--write')
const readmes = [root, ...packages.map(({ directory }) => directory)]
  .map((directory) => join(directory, 'README.md'))
  .filter((path) => existsSync(path))
const docs = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => join(root, 'docs', name))
const pages = [...readmes, ...docs]

const problems = []
let snippets = 0

for (const page of pages) {
  const text = readFileSync(page, 'utf8')
  const fresh = text.replaceAll(marked, (block, ...rest) => {
    snippets += 1
    const { file, region, open, body } = rest.at(-1)
    const code = cut(file, region)
    if (code === undefined || code === body) return block
    const name = region ? `${file}#${region}` : file
    if (!write)
      problems.push(`${relative(root, page)}: the snippet ${name} differs from its source`)
    return block.replace(`${open}\n${body}`, () => `${open}\n${code}`)
  })
  const comments = text.match(/^<!-- snippet:/gm)?.length ?? 0
  const blocks = [...text.matchAll(marked)].length
  if (comments !== blocks) {
    problems.push(
      `${relative(root, page)}: ${comments - blocks} snippet comment(s) without a code block`,
    )
  }
  if (write && fresh !== text) writeFileSync(page, fresh)
}
if (problems.length > 0) problems.push('`node tooling/checks/snippets.mjs --write` refreshes them')
conclude(problems, `${snippets} snippets in ${pages.length} pages equal their sources`)

function cut(file, region) {
  const path = join(root, file)
  if (!existsSync(path)) return void problems.push(`${file} does not exist`)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  if (!region) return `${lines.join('\n')}\n`
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`)
  const length = lines.slice(start + 1).findIndex((line) => line.trim() === '// #endregion')
  if (start === -1 || length === -1) return void problems.push(`${file} has no region ${region}`)
  return `${unindent(lines.slice(start + 1, start + 1 + length)).join('\n')}\n`
}

function unindent(lines) {
  const depths = lines.filter((line) => line.trim()).map((line) => line.search(/\S/))
  const depth = Math.min(...depths)
  return lines.map((line) => line.slice(depth))
}
