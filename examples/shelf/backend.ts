import {
  boundsOfRange,
  checkWriteConditions,
  createMd5,
  type ObjectInfo,
  type ObjectRequest,
  pageOfSorted,
  readAll,
  readerOf,
  type StorageBackend,
  StorageError,
} from '@cloudstore/core'
import { featuresOf } from './features.ts'
import type { ShelfOptions } from './options.ts'
import { readShelf, type Shelf, sorted, type StoredContainer, writeShelf } from './shelf.ts'

/** The contract with core: one function per operation. */
export function shelfBackend({ file, maxBytes = Infinity }: ShelfOptions): StorageBackend {
  let opened: Promise<Shelf> | undefined
  const open = (): Promise<Shelf> => (opened ??= readShelf(file))

  return {
    name: 'Shelf',

    features: featuresOf(maxBytes),
    absent: { presign: 'A shelf has no address' },

    // #region containers
    async listContainers(request) {
      const page = await pageOfSorted(sorted(await open()), request, ([name]) => name)
      const containers = page.entries.map(([name, { createdAt }]) => ({ name, createdAt }))
      return { containers, cursor: page.cursor }
    },

    async headContainer({ container }) {
      return { name: container, createdAt: need(await open(), container).createdAt }
    },

    async createContainer({ container }) {
      const shelf = await open()
      if (shelf.has(container)) {
        throw new StorageError('ContainerAlreadyExists', 'there is one of this name already')
      }
      const createdAt = new Date()
      shelf.set(container, { createdAt, objects: new Map() })
      return { name: container, createdAt }
    },

    async deleteContainer({ container }) {
      const shelf = await open()
      const { size } = need(shelf, container).objects
      if (size > 0) throw new StorageError('ContainerIsNotEmpty', `objects in it: ${size}`)
      shelf.delete(container)
    },
    // #endregion

    // #region listing
    async listObjects({ container, ...request }) {
      const { objects } = need(await open(), container)
      const page = await pageOfSorted(sorted(objects), request, ([key]) => key)
      const infos = page.entries.map(([, { info }]) => info)
      return { objects: infos, prefixes: page.prefixes, cursor: page.cursor }
    },
    // #endregion

    // #region reading
    async headObject(request) {
      return needObject(await open(), request).info
    },

    async getObject({ range, ...request }) {
      const { info, bytes } = needObject(await open(), request)
      const { start, end } = boundsOfRange(range, info.size)
      return { info, body: readerOf(pieces(bytes.subarray(start, end))) }
    },
    // #endregion

    // #region writing
    async putObject({ container, key, body, contentType, metadata, ifNoneMatch }) {
      const shelf = await open()
      need(shelf, container)
      const bytes = await readAll(body.open(), body.size)
      // Looked up anew: others were at work while the bytes came. From here on nothing waits.
      const { objects } = need(shelf, container)
      checkWriteConditions({ ifNoneMatch }, objects.get(key)?.info)
      const md5 = body.md5() ?? md5Of(bytes)
      const lastModified = new Date()
      const size = bytes.length
      const info: ObjectInfo = { key, size, etag: md5, md5, lastModified, contentType, metadata }
      objects.set(key, { info, bytes })
      return info
    },

    async deleteObject({ container, key }) {
      need(await open(), container).objects.delete(key)
    },
    // #endregion

    // #region close
    async close() {
      if (opened !== undefined) await writeShelf(file, await opened)
    },
    // #endregion
  }
}

// #region need
function need(shelf: Shelf, container: string): StoredContainer {
  const found = shelf.get(container)
  if (found !== undefined) return found
  throw new StorageError('ContainerDoesNotExist', 'there is no such container')
}

function needObject(shelf: Shelf, { container, key }: ObjectRequest) {
  const found = need(shelf, container).objects.get(key)
  if (found !== undefined) return found
  throw new StorageError('ObjectDoesNotExist', 'there is no such object')
}
// #endregion

/** Copies: whoever reads may do with them what he likes. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  const size = 256 * 1024
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

function md5Of(bytes: Uint8Array): string {
  const md5 = createMd5()
  md5.update(bytes)
  return md5.hex()
}
