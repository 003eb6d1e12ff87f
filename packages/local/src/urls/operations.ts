import type { StorageBackend, Whole } from '@cloudstore/core'
import type { UrlSigner } from './signer.ts'
import { urlOf } from './address.ts'
import { queryOf } from './url-query.ts'

/** Addresses of objects, for applications that serve them with `createFileHandler`. */
export function urlOperations(
  signer: UrlSigner,
): Whole<Pick<StorageBackend, 'objectUrl' | 'presign'>> {
  return {
    objectUrl: (request) => urlOf(signer.baseUrl, request),

    async presign(request) {
      const { container, key, method, expiresIn, attributes } = request
      const expires = Math.floor(signer.now() / 1000) + expiresIn
      const query = queryOf(request, expires)
      const contentType = attributes?.contentType
      return {
        method,
        url: signer.signedUrl({ container, key, method, query }),
        // The rest stands in the query, so that a browser needs no more than this.
        headers: contentType === undefined ? {} : { 'content-type': contentType },
        expiresAt: new Date(expires * 1000),
      }
    },
  }
}
