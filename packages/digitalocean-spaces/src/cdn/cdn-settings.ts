import { StorageError, type CdnSettings } from '@cloudstore/core'

/** The times that the CDN can keep objects for, in seconds. */
export const cdnTtls = [60, 600, 3600, 86_400, 604_800] as const

/** How long the edge keeps objects, in seconds. */
export type CdnTtl = (typeof cdnTtls)[number]

export function isCdnTtl(value: unknown): value is CdnTtl {
  return cdnTtls.some((ttl) => ttl === value)
}

export const ttlProblem: string = `expected one of ${cdnTtls.join(', ')} seconds`

/** A host name without scheme, port and path. */
export function isDomain(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 253 &&
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i.test(value)
  )
}

export const domainProblem =
  'expected the name of a host, such as cdn.example.com, without https:// and path'

/** Checks settings before anything is sent. */
export function checkCdnSettings({ ttl, customDomain, certificateId }: CdnSettings): void {
  const problem =
    ttl !== undefined && !isCdnTtl(ttl)
      ? `ttl: ${ttlProblem}`
      : customDomain !== undefined && !isDomain(customDomain)
        ? `customDomain: ${domainProblem}`
        : certificateId !== undefined && (typeof certificateId !== 'string' || certificateId === '')
          ? 'certificateId: expected the id of a certificate'
          : undefined
  if (problem !== undefined) throw new StorageError('InvalidArgument', `option ${problem}`)
}
