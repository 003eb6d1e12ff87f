import type { AclGroup, Whole } from '@cloudstore/core'
import { toAcl } from '../acls.ts'
import { existingContainer } from '../containers/container-folder.ts'
import { readContainerRecord, writeContainerRecord } from '../containers/container-record.ts'
import { lockContainer } from '../containers/operations.ts'
import { locked } from '../locks/lock.ts'
import type { StoreDoor } from '../root/store.ts'
import { findObject } from './object-file.ts'
import { identityOfFile } from './object-record.ts'
import { lockName } from './object-target.ts'
import { noSuchObject, writeTo } from './operations.ts'
import { recordPath, writeRecords } from './record-file.ts'

export function aclOperations(door: StoreDoor): Whole<AclGroup> {
  return {
    async getObjectAcl({ container, key }, { signal }) {
      const view = await door.toRead()
      const folder = await existingContainer(view, container)
      const found = view && (await findObject(view, folder, key, signal))
      if (found === undefined) throw noSuchObject()
      return toAcl(found.record?.acl)
    },

    async setObjectAcl({ acl, ...request }, { signal }) {
      const { store, target } = await writeTo(door, request)
      await locked(store, lockName(target), signal, async () => {
        const found = await findObject(store, target.container, target.key, signal)
        if (found === undefined) throw noSuchObject()
        const record = { ...(found.record ?? identityOfFile(found.file)), acl: toAcl(acl) }
        const path = recordPath(store, target.container.name, target.key)
        await writeRecords(store, path, target.key, [record])
      })
    },

    async getContainerAcl({ container }) {
      const view = await door.toRead()
      const folder = await existingContainer(view, container)
      return view === undefined ? 'private' : (await readContainerRecord(view, folder)).acl
    },

    async setContainerAcl({ container, acl }, { signal }) {
      const folder = await existingContainer(await door.toRead(), container)
      const store = await door.toWrite()
      await lockContainer(store, folder, signal, async () => {
        const record = await readContainerRecord(store, await existingContainer(store, container))
        await writeContainerRecord(store, folder, { ...record, acl: toAcl(acl) })
      })
    },
  }
}
