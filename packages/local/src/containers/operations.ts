import { mkdir, readdir } from 'node:fs/promises'
import {
  checkContainerName,
  compareUtf8,
  isStorageError,
  pageOfSorted,
  StorageError,
  type AbortSignalLike,
  type ContainerInfo,
  type StorageBackend,
} from '@cloudstore/core'
import { toAcl } from '../acls.ts'
import { maxPage } from '../listing/list-objects.ts'
import { locked } from '../locks/lock.ts'
import { containerOfFolder, digestName } from '../root/control-folder.ts'
import { syncFolderOf } from '../root/calls.ts'
import { errnoOf, unlessMissing } from '../root/errno.ts'
import type { Store, StoreDoor, StoreView } from '../root/store.ts'
import {
  containerFolder,
  existingContainer,
  findContainer,
  type ContainerFolder,
} from './container-folder.ts'
import { readContainerRecord, writeContainerRecord } from './container-record.ts'
import { removeContainer } from './delete-container.ts'

type ContainerOperations = Pick<
  StorageBackend,
  'listContainers' | 'headContainer' | 'createContainer' | 'deleteContainer'
>

export function containerOperations(door: StoreDoor, names: 'strict' | 'any'): ContainerOperations {
  return {
    async listContainers({ cursor, limit }) {
      const view = await door.toRead()
      if (view === undefined) return { containers: [] }
      const all = await containerNames(view, names)
      const page = await pageOfSorted(
        { seek: (after, inclusive) => all.filter((name) => isFrom(name, after, inclusive)) },
        { cursor, limit: Math.min(limit ?? maxPage, maxPage) },
        (name) => name,
      )
      const found = await Promise.all(
        page.entries.map((name) => unlessGone(infoOfContainer(view, name))),
      )
      return {
        containers: found.filter((info) => info !== undefined),
        ...(page.cursor !== undefined && { cursor: page.cursor }),
      }
    },

    async headContainer({ container }) {
      const view = await door.toRead()
      const folder = await existingContainer(view, container)
      return view === undefined ? { name: container } : infoOf(view, folder)
    },

    async createContainer({ container, acl }, { signal }) {
      const store = await door.toWrite()
      const folder = await containerFolder(store, container)
      return lockContainer(store, folder, signal, async () => {
        await refuseExisting(store, container)
        const createdAt = new Date(Math.floor(store.clock() / 1000) * 1000)
        // First, so that the folder never stands with another ACL than it was to have.
        await writeContainerRecord(store, folder, { createdAt, acl: toAcl(acl) })
        await makeContainerFolder(folder)
        if (store.fsync) await syncFolderOf(folder.path)
        return { name: container, createdAt }
      })
    },

    async deleteContainer({ container }, { signal }) {
      await existingContainer(await door.toRead(), container)
      const store = await door.toWrite()
      const folder = await containerFolder(store, container)
      await lockContainer(store, folder, signal, async () =>
        removeContainer(store, await existingContainer(store, container)),
      )
    },
  }
}

/** Runs an action while nobody else makes, deletes or changes this container. */
export function lockContainer<T>(
  store: Store,
  folder: ContainerFolder,
  signal: AbortSignalLike | undefined,
  action: () => Promise<T>,
): Promise<T> {
  return locked(store, digestName(folder.name), signal, action)
}

async function containerNames(view: StoreView, names: 'strict' | 'any'): Promise<string[]> {
  const entries = await readdir(view.root.path, { withFileTypes: true })
  const rules = names === 'any' ? 'any' : 'dns'
  const found = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => containerOfFolder(entry.name, view.style))
    .filter((name) => name !== undefined)
    .filter((name) => isContainerName(name, rules))
  return [...new Set(found)].sort(compareUtf8)
}

function isContainerName(name: string, rules: 'dns' | 'any'): boolean {
  try {
    checkContainerName(name, rules)
    return true
  } catch (error) {
    if (isStorageError(error, 'InvalidContainerName')) return false
    throw error
  }
}

function isFrom(name: string, after: string | undefined, inclusive: boolean): boolean {
  if (after === undefined) return true
  const order = compareUtf8(name, after)
  return order > 0 || (inclusive && order === 0)
}

async function infoOfContainer(view: StoreView, container: string): Promise<ContainerInfo> {
  return infoOf(view, await existingContainer(view, container))
}

async function infoOf(view: StoreView, folder: ContainerFolder): Promise<ContainerInfo> {
  const { createdAt } = await readContainerRecord(view, folder)
  return { name: folder.container, createdAt }
}

/** `undefined` for a container that was deleted since its name was read. */
async function unlessGone(info: Promise<ContainerInfo>): Promise<ContainerInfo | undefined> {
  try {
    return await unlessMissing(info)
  } catch (error) {
    if (isStorageError(error, 'ContainerDoesNotExist')) return undefined
    throw error
  }
}

async function refuseExisting(store: Store, container: string): Promise<void> {
  if ((await findContainer(store, container)) !== undefined) throw alreadyExists()
}

async function makeContainerFolder({ path }: ContainerFolder): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    throw new StorageError(
      'LocalFile',
      `${path} is there already and is no folder of this very name`,
      {
        hint: 'Move it out of the root folder, or choose another name',
      },
    )
  }
}

function alreadyExists(): StorageError {
  return new StorageError('ContainerAlreadyExists', 'there is a container of this name already')
}
