import type { Query } from './signer.ts'

/**
 * The parameters that signature version 2 covers: those that name what of a container or object is meant, and those that change the headers of an
 * answer. Amazon's page lacks some of them (`cors`, `tagging`, …) that servers check all the same.
 */
const signedParameters: ReadonlySet<string> = new Set([
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'defaultObjectAcl',
  'delete',
  'encryption',
  'inventory',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'partNumber',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'restore',
  'select',
  'select-type',
  'storageClass',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
])

/** What a request is about, as signature version 2 writes it: the path as sent, then the signed parameters, decoded and sorted. */
export function canonicalResource(
  path: string,
  bucketInHost: string | undefined,
  query: Query,
): string {
  const resource = bucketInHost === undefined ? path : `/${bucketInHost}${path}`
  // Sorted by name, not by pair: `select` comes before `select-type`, and `-` before `=`.
  const signed = query
    .filter(([name]) => signedParameters.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  return signed.length === 0 ? resource : `${resource}?${signed.join('&')}`
}
