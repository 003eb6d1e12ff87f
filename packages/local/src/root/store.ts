import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ownerOf, type Owner } from '../locks/owner.ts'
import { sweep } from '../locks/sweep.ts'
import { usualTiming, type LockTiming } from '../locks/timing.ts'
import type { NameStyle } from '../names/segment-names.ts'
import { syncFolderOf } from './calls.ts'
import { isMissing } from './errno.ts'
import { rootFolder, type OpenRoot } from './root-folder.ts'

/** A root folder that is read. */
export interface StoreView {
  readonly root: OpenRoot
  readonly style: NameStyle
}

/** A root folder that is also written to. */
export interface Store extends StoreView {
  readonly owner: Owner
  /** Whether data is forced to the disk before an operation is reported as done. */
  readonly fsync: boolean
  readonly clock: () => number
  readonly timing: LockTiming
  repair(): Promise<void>
  /** Does something in the control folder, and once more after making a folder that was missing. */
  inFolderOf<T>(path: string, action: () => Promise<T>): Promise<T>
}

export interface StoreSettings {
  readonly root: string
  readonly createRoot: boolean
  readonly fsync: boolean
  readonly clock: () => number
  readonly timing?: LockTiming | undefined
}

/**
 * The door to a root folder: nothing is looked at before it is needed, nothing is made before
 * something is written.
 */
export interface StoreDoor {
  /** `undefined` while there is no root folder. */
  toRead(): Promise<StoreView | undefined>
  toWrite(): Promise<Store>
  close(): Promise<void>
}

export function storeDoor(settings: StoreSettings): StoreDoor {
  const folder = rootFolder(settings)
  let opened: Promise<Store> | undefined

  const open = async (): Promise<Store> => {
    const root = await folder.toWrite()
    const owner = ownerOf(root)
    await sweep(root, owner)
    return storeOf(root, owner, settings, () => folder.repair(root))
  }
  return {
    async toRead() {
      const root = await folder.toRead()
      return root && { root, style: root.style }
    },
    toWrite() {
      opened ??= open().catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
    async close() {
      const store = await opened
      await store?.owner.leave()
    },
  }
}

function storeOf(
  root: OpenRoot,
  owner: Owner,
  { fsync, clock, timing = usualTiming }: StoreSettings,
  repair: () => Promise<void>,
): Store {
  return {
    root,
    style: root.style,
    owner,
    fsync,
    clock,
    timing,
    repair,
    async inFolderOf(path, action) {
      try {
        return await action()
      } catch (error) {
        if (!isMissing(error)) throw error
      }
      await repair()
      const folder = dirname(path)
      const first = await mkdir(folder, { recursive: true })
      if (fsync && first !== undefined) {
        for (let made = folder; made.length >= first.length; made = dirname(made)) {
          await syncFolderOf(made)
        }
      }
      return action()
    },
  }
}
