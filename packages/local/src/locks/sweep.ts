import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenRoot } from '../root/root-folder.ts'
import { bury } from './burial.ts'
import { readOwner, type Owner } from './owner.ts'
import { livenessOf } from './process-identity.ts'
import { factsAt } from '../root/calls.ts'

/**
 * After this long half-written files of processes on other machines count as left behind, in
 * milliseconds.
 */
const abandonedAfter = 24 * 3_600_000
/**
 * Files whose owner is not known: somebody removed the owner file, or a process died at the moment
 * of writing it.
 */
const strayAfter = 3_600_000

/** Collects what processes that were killed have left in the control folder. */
export async function sweep(root: OpenRoot, me: Owner): Promise<void> {
  const { owners, temporary } = root.control
  const now = await me.fileTime()
  const present = new Set<string>()
  for (const name of await readdir(owners)) {
    const token = name.split('.')[0] ?? name
    if (token === me.token) continue
    if (await isGone(join(owners, name), now)) await bury(root, token, me)
    else present.add(token)
  }
  for (const name of await readdir(temporary)) {
    const token = name.split('.')[0] ?? name
    if (token === me.token || present.has(token)) continue
    const path = join(temporary, name)
    const facts = await factsAt(path)
    if (facts !== undefined && now - Number(facts.ctimeMs) > strayAfter) {
      await rm(path, { recursive: true, force: true })
    }
  }
}

async function isGone(path: string, now: number): Promise<boolean> {
  const record = await readOwner(path)
  const liveness = record && (await livenessOf(record))
  if (liveness === 'alive' || liveness === 'dead') return liveness === 'dead'
  const facts = await factsAt(path)
  const limit = record === undefined ? strayAfter : abandonedAfter
  return facts !== undefined && now - Number(facts.ctimeMs) > limit
}
