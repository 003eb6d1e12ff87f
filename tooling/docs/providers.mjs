// Writes docs/providers.md from the profiles of @cloudstore/s3-compat and @cloudstore/digitalocean-spaces; `--check` says whether it is up to date instead.
// It reads the sources: node --conditions=@cloudstore/source tooling/docs/providers.mjs [--check]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spaces } from '../../packages/digitalocean-spaces/src/facts.ts'
import { providerFacts } from '../../packages/s3-compat/src/profiles/all.ts'
import { sources } from '../../packages/s3-compat/src/profiles/sources.ts'
import { conclude, root } from '../workspace.mjs'
import { carefulSide, detailsOf, tables } from './provider-tables.mjs'

const everybody = [...providerFacts, spaces].sort((a, b) => (a.provider < b.provider ? -1 : 1))

const proofs = [
  ['tested here', 'by the tests of this project, on the real server'],
  ['documented', "by the provider's documentation, or by recorded runs on the real service"],
  ['table only', "known from other clients' tables alone"],
]

const table = ({ head, rows }) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const byProof = proofs.flatMap(([proof]) => everybody.filter((facts) => facts.proof === proof))

const text = `# Providers of the S3 family

What [@cloudstore/s3-compat](../packages/s3-compat/README.md) and [@cloudstore/digitalocean-spaces](../packages/digitalocean-spaces/README.md) know of each provider, and where they know it from. This file is generated from
\`packages/s3-compat/src/profiles/\` and \`packages/digitalocean-spaces/src/facts.ts\` by \`npm run docs\`; \`npm test\` compares the two.

Each profile names its sources. A fact that nobody has published or tried is absent, here as in the profiles: **an empty cell means that it is not known**, and the driver then takes
[the careful side](#the-careful-side). An option that a provider is not known to honour fails with \`UnsupportedOperation\` before anything is sent.
The options of a driver (\`endpoint\`, \`region\`, \`addressing\`, \`signatureVersion\`, …) win over what stands here.

## Proof

${table({ head: ['proof', 'meaning'], rows: proofs })}

${table({
  head: ['`provider`', 'name', 'proof', 'sources'],
  rows: byProof.map(({ provider, name, proof, sources }) => [
    `[\`${provider}\`](#${provider})`,
    name,
    proof,
    sources.join(', '),
  ]),
})}

${table({ head: ['source', 'what it is'], rows: Object.entries(sources) })}

## The careful side

What the driver works by where a profile says nothing:

${table(carefulSide())}
${tables
  .map(({ title, about, head, row }) => {
    const rows = everybody.map((facts) => [`\`${facts.provider}\``, ...row(facts)])
    // A provider of which nothing is known would be an empty line.
    const known = rows.filter(([, ...cells]) => cells.some((cell) => cell !== ''))
    return `
## ${title}

${about}

${table({ head: ['`provider`', ...head], rows: known })}
`
  })
  .join('')}
## One by one
${everybody.map((facts) => `\n${detailsOf(facts)}\n`).join('')}`

const path = join(root, 'docs', 'providers.md')
if (process.argv.includes('--check')) {
  const current = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const problems =
    current === text
      ? []
      : ['docs/providers.md is not what the profiles say; `npm run docs` rewrites it']
  conclude(problems, `docs/providers.md says what ${everybody.length} profiles say`)
} else {
  writeFileSync(path, text)
}
