import type { AclGroup, Whole } from '@cloudstore/core'
import { needContainer, needObject, type Store } from './store.ts'

export function aclOperations(store: Store): Whole<AclGroup> {
  return {
    async getObjectAcl(request) {
      return needObject(store, request).acl
    },
    async setObjectAcl(request) {
      const changed = { ...needObject(store, request), acl: request.acl }
      needContainer(store, request.container).objects.set(request.key, changed)
    },
    async getContainerAcl({ container }) {
      return needContainer(store, container).acl
    },
    async setContainerAcl({ container, acl }) {
      needContainer(store, container).acl = acl
    },
  }
}
