import type { AclGroup, Call, ContainerRequest, ObjectRequest } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import { checkAcl } from '../checks/object-attributes.ts'
import { capability, type Scope } from '../driver/scope.ts'

/** One of the four operations, each of which a provider may lack. */
function operation<K extends keyof AclGroup>(scope: Scope, name: K): NonNullable<AclGroup[K]> {
  const member = capability(scope, 'acl', 'canned ACLs')[name]
  if (member !== undefined) return member
  const kind = name.includes('Object') ? 'objects' : 'containers'
  throw new StorageError('UnsupportedOperation', `this provider has no canned ACLs of ${kind}`, {
    hint: scope.backend.absent?.acl,
  })
}

export function getObjectAcl(scope: Scope, target: ObjectRequest, call: Call): Promise<string> {
  return operation(scope, 'getObjectAcl').call(scope.backend.acl, target, call)
}

export async function setObjectAcl(
  scope: Scope,
  target: ObjectRequest,
  acl: string,
  call: Call,
): Promise<boolean> {
  const set = operation(scope, 'setObjectAcl')
  const checked = checkAcl(acl, scope.backend.features.acls.objects)
  await set.call(scope.backend.acl, { ...target, acl: checked }, call)
  return true
}

export function getContainerAcl(
  scope: Scope,
  target: ContainerRequest,
  call: Call,
): Promise<string> {
  return operation(scope, 'getContainerAcl').call(scope.backend.acl, target, call)
}

export async function setContainerAcl(
  scope: Scope,
  target: ContainerRequest,
  acl: string,
  call: Call,
): Promise<boolean> {
  const set = operation(scope, 'setContainerAcl')
  const checked = checkAcl(acl, scope.backend.features.acls.containers)
  await set.call(scope.backend.acl, { ...target, acl: checked }, call)
  return true
}
