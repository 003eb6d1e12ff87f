import type { AclGroup } from '@cloudstore/core'
import { needContainer, needObject, type Store } from './store.ts'

/** Memory has all of them. */
export type WholeAclGroup = { readonly [K in keyof AclGroup]-?: NonNullable<AclGroup[K]> }

export function aclOperations(store: Store): WholeAclGroup {
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
