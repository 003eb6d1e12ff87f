import { copyFile, constants, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, isMissing } from '../root/errno.ts'
import type { OpenRoot } from '../root/root-folder.ts'
import { readOwner, type Owner } from './owner.ts'
import { livenessOf } from './process-identity.ts'
import { removeFile } from '../root/calls.ts'

/**
 * Removes what a dead process left behind: its locks, its half-written files, its owner file.
 *
 * Two processes may find the same dead one at the same time, and the slower must not remove a lock
 * that was taken anew in between. So whoever buries claims the dead one's owner file first, by
 * renaming it: one rename succeeds. Until the claim is worked off nobody else touches those locks,
 * and a claim whose holder has died can be claimed again in the same way.
 *
 * @param lock - a lock that the dead process holds: stands in for an owner file that somebody
 * removed
 * @returns false when another process is at it
 */
export async function bury(
  root: OpenRoot,
  token: string,
  me: Owner,
  lock?: string,
): Promise<boolean> {
  const { owners, locks, temporary } = root.control
  const claim = await claimOwner(owners, token, me, lock)
  if (claim === undefined) return false
  for (const name of await readdir(locks)) {
    const path = join(locks, name)
    if ((await readOwner(path))?.token === token) await removeFile(path)
  }
  for (const name of await readdir(temporary)) {
    if (name.startsWith(`${token}.`)) {
      await rm(join(temporary, name), { recursive: true, force: true })
    }
  }
  await removeFile(claim)
  return true
}

async function claimOwner(
  owners: string,
  token: string,
  me: Owner,
  lock: string | undefined,
): Promise<string | undefined> {
  // A claimer is found dead or alive by its own owner file.
  await me.file()
  const name = (await readdir(owners)).find((each) => each.split('.')[0] === token)
  if (name === undefined) {
    if (lock !== undefined) await restoreOwner(lock, join(owners, token), token)
    return undefined
  }
  const claimer = name.split('.')[1]
  if (claimer !== undefined && claimer !== me.token && (await isAtWork(owners, claimer))) {
    return undefined
  }
  const claim = join(owners, `${token}.${me.token}`)
  try {
    await rename(join(owners, name), claim)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  return claim
}

async function isAtWork(owners: string, token: string): Promise<boolean> {
  const record = await readOwner(join(owners, token))
  return record !== undefined && (await livenessOf(record)) !== 'dead'
}

/**
 * A lock whose owner file was removed by hand could never be claimed: the lock itself says the
 * same.
 */
async function restoreOwner(lock: string, path: string, token: string): Promise<void> {
  if ((await readOwner(lock))?.token !== token) return
  try {
    await copyFile(lock, path, constants.COPYFILE_EXCL)
  } catch (error) {
    if (!isMissing(error) && errnoOf(error) !== 'EEXIST') throw error
  }
}
