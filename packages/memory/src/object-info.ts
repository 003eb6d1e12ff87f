import type { Attributes, ObjectInfo, PutAttributes } from '@cloudstore/core'
import type { StoredAttributes, StoredObject } from './store.ts'

/**
 * What a listing says of an object: S3 lists neither attributes nor metadata, so no program can
 * come to rely on them.
 */
export function summaryOf(key: string, stored: StoredObject): ObjectInfo {
  return {
    key,
    size: stored.bytes.size,
    etag: stored.etag,
    ...(stored.md5 === undefined ? undefined : { md5: stored.md5 }),
    lastModified: new Date(stored.lastModified),
  }
}

/**
 * All that is known of an object. Dates and records are copies: the store's own are nobody's to
 * change.
 */
export function infoOf(key: string, stored: StoredObject): ObjectInfo {
  const { attributes, metadata } = copyAttributes(stored)
  return { ...summaryOf(key, stored), ...attributes, metadata }
}

/** The attributes and metadata of a request as they are stored. */
export function attributesOf(request: PutAttributes): StoredAttributes {
  const { contentType, cacheControl, contentDisposition, contentEncoding } = request
  const { contentLanguage, expires, metadata = {} } = request
  const given: Attributes = {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires,
  }
  const defined = Object.entries(given).filter(([, value]) => value !== undefined)
  return copyAttributes({ attributes: Object.fromEntries(defined), metadata })
}

function copyAttributes({ attributes, metadata }: StoredAttributes): StoredAttributes {
  const { expires } = attributes
  return {
    attributes:
      expires === undefined ? { ...attributes } : { ...attributes, expires: new Date(expires) },
    metadata: { ...metadata },
  }
}
