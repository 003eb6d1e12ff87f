import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { deserialize, serialize } from 'node:v8'
import { compareUtf8, type ObjectInfo, type SortedEntries } from '@cloudstore/core'

/** Everything, by container and key: in memory, and in a file while nobody has it open. */
export type Shelf = Map<string, StoredContainer>

export interface StoredContainer {
  readonly createdAt: Date
  readonly objects: Map<string, StoredObject>
}

export interface StoredObject {
  readonly info: ObjectInfo
  readonly bytes: Uint8Array
}

export async function readShelf(file: string): Promise<Shelf> {
  return existsSync(file) ? (deserialize(await readFile(file)) as Shelf) : new Map()
}

export async function writeShelf(file: string, shelf: Shelf): Promise<void> {
  await writeFile(`${file}.new`, serialize(shelf))
  await rename(`${file}.new`, file)
}

/** What `pageOfSorted` of core makes pages of: entries in the order of their keys' bytes. */
export function sorted<T>(entries: ReadonlyMap<string, T>): SortedEntries<[string, T]> {
  const inOrder = [...entries].sort(([a], [b]) => compareUtf8(a, b))
  return {
    seek(after = '', inclusive = false) {
      const isNext = ([key]: [string, T]) => compareUtf8(key, after) >= (inclusive ? 0 : 1)
      const first = inOrder.findIndex(isNext)
      return first === -1 ? [] : inOrder.slice(first)
    },
  }
}
