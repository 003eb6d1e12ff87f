import type { ObjectInfo } from '@cloudstore/core'

type Facts = Pick<ObjectInfo, 'etag' | 'lastModified'>

/**
 * The status that the conditions of a GET or HEAD lead to, in the order of RFC 9110, section
 * 13.2.2; `undefined` when they hold.
 */
export function statusByConditions(headers: Headers, facts: Facts): 304 | 412 | undefined {
  const ifMatch = headers.get('if-match')
  if (ifMatch !== null) {
    if (!listMatches(ifMatch, facts.etag, 'strong')) return 412
  } else if (isAfter(facts.lastModified, headers.get('if-unmodified-since')) === true) {
    return 412
  }
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch !== null) {
    if (listMatches(ifNoneMatch, facts.etag, 'weak')) return 304
  } else if (isAfter(facts.lastModified, headers.get('if-modified-since')) === false) {
    return 304
  }
  return undefined
}

/** Whether a range may be served: only of the version that the client has a part of already. */
export function rangeHolds(headers: Headers, facts: Facts): boolean {
  const ifRange = headers.get('if-range')
  if (ifRange === null) return true
  if (ifRange.includes('"')) return listMatches(ifRange, facts.etag, 'strong')
  return facts.lastModified?.getTime() === Date.parse(ifRange)
}

function listMatches(list: string, etag: string | undefined, strength: 'strong' | 'weak'): boolean {
  if (etag === undefined) return false
  if (list.trim() === '*') return true
  return [...list.matchAll(/(W\/)?"([^"]*)"/g)].some(
    ([, weak, tag]) => tag === etag && (strength === 'weak' || weak === undefined),
  )
}

/**
 * Whether a time lies after that of a header, to the second; `undefined` without one or the other.
 */
function isAfter(time: Date | undefined, header: string | null): boolean | undefined {
  const limit = header === null ? Number.NaN : Date.parse(header)
  if (time === undefined || Number.isNaN(limit)) return undefined
  return Math.floor(time.getTime() / 1000) > Math.floor(limit / 1000)
}
