// Packs every package as it would be published, into temp/packs/. The checks of the tarballs and the
// smoke test read them there. pnpm is what resolves `workspace:` and `catalog:` and applies
// `publishConfig`, so npm's own pack would show something that nobody installs.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pnpm } from './pnpm.mjs'
import { packages, tarball } from './workspace.mjs'

const folder = dirname(tarball(packages[0]))
rmSync(folder, { recursive: true, force: true })
const args = ['--recursive', '--filter', './packages/*', 'pack', '--out', join(folder, '%s.tgz')]
const { status, stderr } = pnpm(args, { stdio: 'pipe', encoding: 'utf8' })
if (status !== 0) {
  console.error(stderr)
  process.exitCode = 1
} else {
  console.log(`${packages.length} tarballs in temp/packs`)
}
