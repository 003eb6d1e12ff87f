import { join } from 'node:path'
import { StorageError } from '@cloudstore/core'
import { standsForItself, type NameStyle } from '../names/segment-names.ts'
import { isOwnPath } from '../objects/places.ts'
import { containerFolderName } from '../root/control-folder.ts'
import type { StoreView } from '../root/store.ts'
import { factsAt } from '../root/calls.ts'

/** Where a container lies, whether it exists or not. */
export interface ContainerFolder {
  readonly container: string
  /** Its name in the control folder. */
  readonly name: string
  readonly path: string
}

/** The folder of a container: its own name, or the unescaped one that another program gave it. */
export async function containerFolder(
  view: StoreView,
  container: string,
): Promise<ContainerFolder> {
  const name = containerFolderName(container, view.style)
  if (name === undefined) {
    throw new StorageError('InvalidContainerName', 'the name is too long for a folder')
  }
  const path = join(view.root.path, name)
  if (name === container || !standsForItself(container, view.style, 'folder'))
    return { container, name, path }
  const literal = join(view.root.path, container)
  return !(await isFolder(path, view.style)) && (await isFolder(literal, view.style))
    ? { container, name, path: literal }
    : { container, name, path }
}

/** The folder of a container, or `undefined` when there is none. Links are none. */
export async function findContainer(
  view: StoreView,
  container: string,
): Promise<ContainerFolder | undefined> {
  const folder = await containerFolder(view, container)
  return (await isFolder(folder.path, view.style)) ? folder : undefined
}

/** Fails with `ContainerDoesNotExist` when there is no such folder. */
export async function existingContainer(
  view: StoreView | undefined,
  container: string,
): Promise<ContainerFolder> {
  const folder = view && (await findContainer(view, container))
  if (folder === undefined) throw noSuchContainer()
  return folder
}

export function noSuchContainer(): StorageError {
  return new StorageError('ContainerDoesNotExist', 'there is no such container')
}

/**
 * Whether there is a folder of exactly this name, also where the file system takes other spellings
 * for the same.
 */
async function isFolder(path: string, style: NameStyle): Promise<boolean> {
  const facts = await factsAt(path)
  return facts?.isDirectory() === true && (style === 'exact' || (await isOwnPath(path)))
}
