import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toAcl, type LocalAcl } from '../acls.ts'
import type { Store, StoreView } from '../root/store.ts'
import { replaceText } from '../objects/replace-text.ts'
import type { ContainerFolder } from './container-folder.ts'
import { readText } from '../root/calls.ts'

/** What is kept of a container. */
export interface ContainerRecord {
  readonly createdAt: Date
  readonly acl: LocalAcl
}

export function containerRecordPath(view: StoreView, container: ContainerFolder): string {
  return join(view.root.control.containers, `${container.name}.json`)
}

/**
 * The record of a container; a folder that another program made is private and as old as the file
 * system says.
 */
export async function readContainerRecord(
  view: StoreView,
  container: ContainerFolder,
): Promise<ContainerRecord> {
  const text = await readText(containerRecordPath(view, container))
  return (text === undefined ? undefined : parseRecord(text)) ?? (await foreignRecord(container))
}

function parseRecord(text: string): ContainerRecord | undefined {
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    // Damaged by a crash of the machine: the folder speaks for itself.
    return undefined
  }
  if (typeof record !== 'object' || record === null || !('createdAt' in record)) return undefined
  const createdAt = new Date(String(record.createdAt))
  if (Number.isNaN(createdAt.getTime())) return undefined
  return { createdAt, acl: toAcl('acl' in record ? record.acl : undefined) }
}

async function foreignRecord({ path }: ContainerFolder): Promise<ContainerRecord> {
  const { birthtimeMs, mtimeMs } = await stat(path)
  // Some file systems don't know when a file was made.
  const created = birthtimeMs > 0 ? birthtimeMs : mtimeMs
  return { createdAt: new Date(Math.floor(created / 1000) * 1000), acl: 'private' }
}

export function writeContainerRecord(
  store: Store,
  container: ContainerFolder,
  record: ContainerRecord,
): Promise<void> {
  const path = containerRecordPath(store, container)
  return replaceText(store, path, `${JSON.stringify(record)}\n`)
}
