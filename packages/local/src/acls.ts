/** The canned ACLs that are kept. Files served by `createFileHandler` obey those of objects. */
export type LocalAcl = 'private' | 'public-read'

export const acls: readonly LocalAcl[] = ['private', 'public-read']

/**
 * The ACL in a record or a request, which core has checked; what is none counts as the closed one.
 */
export function toAcl(value: unknown): LocalAcl {
  return value === 'public-read' ? 'public-read' : 'private'
}
