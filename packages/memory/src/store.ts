import { StorageError, type Attributes } from '@cloudstore/core'
import { SortedMap } from './sorted-map.ts'
import type { StoredBytes } from './stored-bytes.ts'

/** Everything that a memory driver holds. */
export interface Store {
  readonly containers: SortedMap<StoredContainer>
  /** The time in milliseconds, cut to the whole seconds that S3 tells. */
  now(): number
}

export interface StoredContainer {
  readonly name: string
  readonly createdAt: number
  acl: string
  readonly objects: SortedMap<StoredObject>
  /** Uploads that were begun and not ended. */
  readonly uploads: Map<string, StoredUpload>
}

/** An object. Never changed, only replaced, so that whoever holds one keeps what was there. */
export interface StoredObject extends StoredAttributes {
  readonly bytes: StoredBytes
  readonly etag: string
  /** Absent for objects made of parts, as on S3. */
  readonly md5?: string | undefined
  readonly lastModified: number
  readonly acl: string
}

export interface StoredAttributes {
  readonly attributes: Attributes
  readonly metadata: Readonly<Record<string, string>>
}

export interface StoredUpload extends StoredAttributes {
  readonly key: string
  /** How many uploads the driver had begun with this one. */
  readonly ordinal: number
  readonly createdAt: number
  readonly acl: string
  readonly parts: Map<number, StoredPart>
}

export interface StoredPart {
  readonly bytes: StoredBytes
  readonly md5: string
}

export function createStore(clock: () => number): Store {
  return {
    containers: new SortedMap(),
    now: () => Math.floor(clock() / 1000) * 1000,
  }
}

export function needContainer(store: Store, container: string): StoredContainer {
  const found = store.containers.get(container)
  if (found === undefined) {
    throw new StorageError('ContainerDoesNotExist', 'there is no such container', { container })
  }
  return found
}

export function needObject(
  store: Store,
  { container, key }: { readonly container: string; readonly key: string },
): StoredObject {
  const found = needContainer(store, container).objects.get(key)
  if (found === undefined) {
    throw new StorageError('ObjectDoesNotExist', 'there is no such object')
  }
  return found
}
