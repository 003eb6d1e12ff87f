import { percentEncodePath, type CopyObjectRequest, type ObjectInfo } from '@cloudstore/core'
import { sourceKeyHeaders } from '../extensions.ts'

/** The source of a copy as headers. `etag`: only if it still has this one. */
export function sourceHeaders(
  { source }: CopyObjectRequest,
  etag?: string,
): Record<string, string> {
  const ifMatch = source.ifMatch ?? etag
  return {
    'x-amz-copy-source': `/${source.container}/${percentEncodePath(source.key)}`,
    ...sourceKeyHeaders(source),
    ...(ifMatch !== undefined && { 'x-amz-copy-source-if-match': `"${ifMatch}"` }),
  }
}

/** What is known of a copy. */
export function describeCopy(
  { key, replace }: CopyObjectRequest,
  before: ObjectInfo,
  etag: string | undefined,
): ObjectInfo {
  return {
    ...(replace ?? pickStored(before)),
    key,
    size: before.size,
    ...(etag !== undefined && { etag }),
  }
}

/** What a writer decides about an object, of what is known of one. */
export function pickStored(info: ObjectInfo): NonNullable<CopyObjectRequest['replace']> {
  const {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires,
    metadata,
  } = info
  return {
    ...(contentType !== undefined && { contentType }),
    ...(cacheControl !== undefined && { cacheControl }),
    ...(contentDisposition !== undefined && { contentDisposition }),
    ...(contentEncoding !== undefined && { contentEncoding }),
    ...(contentLanguage !== undefined && { contentLanguage }),
    ...(expires !== undefined && { expires }),
    ...(metadata !== undefined && { metadata }),
  }
}
