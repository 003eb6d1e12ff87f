// Overwrites objects in a process that is killed at random moments, over and over, and looks for
// torn ones.
//
//   node benchmarks/local/kill-loop.mjs [kills, default 200]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '../../packages/local/test/support/sources.mjs'

const { killLoop } = await import('../../packages/local/test/support/kill-loop.ts')
const kills = Number(process.argv[2] ?? 200)
const root = await mkdtemp(join(tmpdir(), 'cloudstore-kills-'))
try {
  const start = performance.now()
  const { torn, writes } = await killLoop(root, kills)
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(`${kills} kills in ${writes} writes, ${torn.length} torn objects, ${seconds} s`)
  for (const finding of torn) console.log(finding)
  if (torn.length > 0) process.exitCode = 1
} finally {
  await rm(root, { recursive: true })
}
