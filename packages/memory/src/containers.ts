import { pageOfSorted, type StorageBackend, StorageError } from '@cloudstore/core'
import { features } from './features.ts'
import { SortedMap } from './sorted-map.ts'
import { needContainer, type Store, type StoredContainer } from './store.ts'

type ContainerOperations = Pick<
  StorageBackend,
  'listContainers' | 'headContainer' | 'createContainer' | 'deleteContainer'
>

export function containerOperations(store: Store): ContainerOperations {
  return {
    async listContainers({ cursor, limit }) {
      const page = await pageOfSorted(
        { seek: (after, inclusive) => store.containers.from(after, inclusive) },
        { cursor, limit: Math.min(limit ?? Infinity, features.list.maxPage) },
        ([name]) => name,
      )
      return {
        containers: page.entries.map(([, container]) => infoOfContainer(container)),
        cursor: page.cursor,
      }
    },

    async headContainer({ container }) {
      return infoOfContainer(needContainer(store, container))
    },

    async createContainer({ container, acl = 'private' }) {
      if (store.containers.get(container) !== undefined) {
        throw new StorageError(
          'ContainerAlreadyExists',
          'there is a container of this name already',
        )
      }
      const created: StoredContainer = {
        name: container,
        createdAt: store.now(),
        acl,
        objects: new SortedMap(),
        uploads: new Map(),
      }
      store.containers.set(container, created)
      return infoOfContainer(created)
    },

    async deleteContainer({ container }) {
      const { size } = needContainer(store, container).objects
      if (size > 0) {
        const objects = size === 1 ? 'one object' : `${size} objects`
        throw new StorageError('ContainerIsNotEmpty', `the container holds ${objects}`)
      }
      store.containers.delete(container)
    },
  }
}

function infoOfContainer({ name, createdAt }: StoredContainer) {
  return { name, createdAt: new Date(createdAt) }
}
