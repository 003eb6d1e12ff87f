import type { AclGroup, Call } from '@cloudstore/core'
import { readAcl } from '../xml/documents/acl.ts'
import { sendForHeaders, sendForXml, type S3Context } from './s3-context.ts'

const acl = [['acl', '']] as const

/** Canned ACLs of objects and containers, as far as the provider has them. */
export function aclOperations({ client, profile }: S3Context): AclGroup | undefined {
  const { objects, containers } = profile.acls
  if (objects.length === 0 && containers.length === 0) return undefined
  const get = (target: { container: string; key?: string }, call: Call): Promise<string> =>
    sendForXml(client, { method: 'GET', ...target, query: acl, kind: 'safe' }, call, readAcl)
  const set = async (
    target: { container: string; key?: string },
    value: string,
    call: Call,
  ): Promise<void> => {
    const headers = { 'x-amz-acl': value }
    await sendForHeaders(
      client,
      { method: 'PUT', ...target, query: acl, headers, kind: 'idempotent' },
      call,
    )
  }
  return {
    ...(objects.length > 0 && {
      getObjectAcl: ({ container, key }, call) => get({ container, key }, call),
      setObjectAcl: ({ container, key, acl: value }, call) => set({ container, key }, value, call),
    }),
    ...(containers.length > 0 && {
      getContainerAcl: ({ container }, call) => get({ container }, call),
      setContainerAcl: ({ container, acl: value }, call) => set({ container }, value, call),
    }),
  }
}
