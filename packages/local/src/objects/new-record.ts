import type { Attributes } from '@cloudstore/core'
import type { LocalAcl } from '../acls.ts'
import type { NewRecord } from './publish.ts'

interface Described extends Attributes {
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/** What a writer says of an object, as it is kept. */
export function describedRecord(given: Described, acl: LocalAcl): NewRecord {
  return {
    contentType: given.contentType,
    cacheControl: given.cacheControl,
    contentDisposition: given.contentDisposition,
    contentEncoding: given.contentEncoding,
    contentLanguage: given.contentLanguage,
    expires: given.expires?.toISOString(),
    metadata: given.metadata,
    acl,
  }
}
