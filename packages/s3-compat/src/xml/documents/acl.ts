import { malformed } from '../malformed.ts'
import { readXml, type XmlElement } from '../read-xml.ts'

const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
const authenticatedUsers = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'

/** The grants of each canned ACL, besides the owner's own. */
const canned: ReadonlyMap<string, string> = new Map([
  ['', 'private'],
  [`${allUsers} READ`, 'public-read'],
  [`${allUsers} READ,${allUsers} WRITE`, 'public-read-write'],
  [`${authenticatedUsers} READ`, 'authenticated-read'],
])

/** The canned ACL that the answer to GetObjectAcl or GetBucketAcl describes; `'custom'` if there is none. @throws StorageError `MalformedResponse` */
export async function readAcl(text: string): Promise<string> {
  const { element } = await readXml(text, 'AccessControlPolicy')
  const owner = element.child('Owner')?.textOf('ID')
  const list = element.child('AccessControlList')
  // Without a list nothing is known, and least of all that nobody else may read it.
  if (list === undefined) throw malformed('lacks AccessControlList', text)
  const grants = list.children('Grant')
  const foreign = grants.filter((grant) => !isOwners(grant, owner)).map(described)
  return canned.get([...new Set(foreign)].sort().join(',')) ?? 'custom'
}

function isOwners(grant: XmlElement, owner: string | undefined): boolean {
  const id = grant.child('Grantee')?.textOf('ID')
  return id !== undefined && id === owner && grant.textOf('Permission') === 'FULL_CONTROL'
}

function described(grant: XmlElement): string {
  const grantee = grant.child('Grantee')
  const who = grantee?.textOf('URI') ?? grantee?.textOf('ID') ?? grantee?.textOf('EmailAddress')
  return `${who ?? ''} ${grant.textOf('Permission') ?? ''}`
}
