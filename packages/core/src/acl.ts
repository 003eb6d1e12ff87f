import type { AclGroup, Call, ContainerRequest, ObjectRequest } from './backend.ts'
import { checkAcl } from './object-attributes.ts'
import { capability, type Scope } from './scope.ts'

function group(scope: Scope): AclGroup {
  return capability(scope, 'acl', 'canned ACLs')
}

export function getObjectAcl(scope: Scope, target: ObjectRequest, call: Call): Promise<string> {
  return group(scope).getObjectAcl(target, call)
}

export async function setObjectAcl(
  scope: Scope,
  target: ObjectRequest,
  acl: string,
  call: Call,
): Promise<boolean> {
  await group(scope).setObjectAcl({ ...target, acl: checkAcl(acl, scope.backend.features) }, call)
  return true
}

export function getContainerAcl(scope: Scope, target: ContainerRequest, call: Call): Promise<string> {
  return group(scope).getContainerAcl(target, call)
}

export async function setContainerAcl(
  scope: Scope,
  target: ContainerRequest,
  acl: string,
  call: Call,
): Promise<boolean> {
  await group(scope).setContainerAcl({ ...target, acl: checkAcl(acl, scope.backend.features) }, call)
  return true
}
