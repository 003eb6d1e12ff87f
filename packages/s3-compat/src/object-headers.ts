import type { Attributes, ObjectInfo, PutAttributes, ReadRequest } from '@cloudstore/core'
import { decodeMetadata, encodeMetadata, headerText } from './metadata-encoding.ts'
import type { S3Profile } from './profiles/profile.ts'
import { dateIfKnown, etagOf } from './xml/values.ts'

type Headers = Readonly<Record<string, string>>

const attributeHeaders = [
  ['contentType', 'content-type'],
  ['cacheControl', 'cache-control'],
  ['contentDisposition', 'content-disposition'],
  ['contentEncoding', 'content-encoding'],
  ['contentLanguage', 'content-language'],
] as const satisfies [keyof Attributes, string][]

const metadataPrefix = 'x-amz-meta-'

/** What a writer decides about an object, as request headers. */
export function putHeaders(attributes: PutAttributes): Record<string, string> {
  const headers: Record<string, string> = { ...attributes.headers, ...storedHeaders(attributes) }
  if (attributes.acl !== undefined) headers['x-amz-acl'] = attributes.acl
  return headers
}

/** Attributes and metadata as headers. */
export function storedHeaders(
  attributes: Pick<PutAttributes, keyof Attributes | 'metadata'>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, header] of attributeHeaders) {
    const value = attributes[name]
    if (value !== undefined) headers[header] = value
  }
  if (attributes.expires !== undefined) headers['expires'] = attributes.expires.toUTCString()
  const { metadata } = attributes
  if (metadata !== undefined) {
    for (const [name, value] of Object.entries(metadata)) {
      headers[metadataPrefix + name] = encodeMetadata(value)
    }
  }
  return headers
}

/**
 * Conditions of a read or a write, as headers. ETags get their quotes back.
 *
 * @param quotesIfMatch - false for servers (Ceph) that compare `If-Match` of a write with the bare ETag
 */
export function conditionHeaders(
  {
    ifMatch,
    ifNoneMatch,
    ifModifiedSince,
    ifUnmodifiedSince,
  }: Partial<
    Pick<ReadRequest, 'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifUnmodifiedSince'>
  >,
  quotesIfMatch: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {}
  if (ifMatch !== undefined) headers['if-match'] = quotesIfMatch ? `"${ifMatch}"` : ifMatch
  if (ifNoneMatch !== undefined) {
    headers['if-none-match'] = ifNoneMatch === '*' ? '*' : `"${ifNoneMatch}"`
  }
  if (ifModifiedSince !== undefined) headers['if-modified-since'] = ifModifiedSince.toUTCString()
  if (ifUnmodifiedSince !== undefined) {
    headers['if-unmodified-since'] = ifUnmodifiedSince.toUTCString()
  }
  return headers
}

/** The facts about an object in the headers of an answer. */
export function infoOfHeaders(
  key: string,
  size: number,
  headers: Headers,
  etagIsMd5: boolean,
): ObjectInfo {
  const info: { -readonly [K in keyof ObjectInfo]: ObjectInfo[K] } = { key, size }
  if (headers['etag'] !== undefined) {
    const etag = etagOf(headers['etag'])
    info.etag = etag
    if (etagIsMd5 && isMd5(etag)) info.md5 = etag
  }
  for (const [name, header] of attributeHeaders) {
    const value = headers[header]
    if (value !== undefined) info[name] = headerText(value)
  }
  const lastModified = dateIfKnown(headers['last-modified'])
  if (lastModified !== undefined) info.lastModified = lastModified
  // Not every stored `Expires` is a date: `0` and `-1` are common, and mean nothing that a Date could hold.
  const expires = dateIfKnown(headers['expires'])
  if (expires !== undefined) info.expires = expires
  if (headers['x-amz-storage-class'] !== undefined)
    info.storageClass = headers['x-amz-storage-class']
  if (headers['x-amz-version-id'] !== undefined) info.versionId = headers['x-amz-version-id']
  info.metadata = metadataOf(headers)
  return info
}

function metadataOf(headers: Headers): Record<string, string> {
  const found: [string, string][] = []
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || !name.startsWith(metadataPrefix)) continue
    found.push([name.slice(metadataPrefix.length), decodeMetadata(headerText(value))])
  }
  // Names come from the network: `__proto__` is one like any other here.
  return Object.fromEntries(found)
}

/** Whether an ETag has the form of a plain MD5: those of uploads in parts end in `-` and a number. */
export function isMd5(etag: string): boolean {
  return /^[0-9a-f]{32}$/.test(etag)
}

/** Whether the ETag of an answer about one object is the MD5 of its contents, if it looks like one. */
export function isMd5Etag({ single, encrypted }: S3Profile['etag'], headers: Headers): boolean {
  return single === 'md5' && (encrypted === 'md5' || !isEncryptedElsewhere(headers))
}

/** Whether the object is encrypted with a key of the customer's or of a key service. */
function isEncryptedElsewhere(headers: Headers): boolean {
  return (
    headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined ||
    (headers['x-amz-server-side-encryption'] ?? '').startsWith('aws:kms')
  )
}
