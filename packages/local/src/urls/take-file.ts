import type { LocalStorageDriver } from '../driver.ts'
import type { GrantedRequest } from './granted-request.ts'
import { refusal } from './refusals.ts'
import { uploadTerms } from './url-query.ts'

/** Answers a signed PUT: stores the body as the link says. */
export async function takeFile(
  driver: LocalStorageDriver,
  { container, key, request, query }: GrantedRequest,
): Promise<Response> {
  const { attributes, acl, size } = uploadTerms(query)
  const contentType = request.headers.get('content-type') ?? undefined
  if (attributes.contentType !== undefined && attributes.contentType !== contentType) {
    return refusal('AccessDenied', request.method)
  }
  const ifNoneMatch = request.headers.get('if-none-match')
  if (ifNoneMatch !== null && ifNoneMatch.trim() !== '*') {
    return refusal('BadRequest', request.method)
  }
  const announced = request.headers.get('content-length')
  if (size !== undefined && announced !== null && Number(announced) !== size) {
    return refusal('AccessDenied', request.method)
  }
  const length = size ?? (announced === null ? undefined : Number(announced))
  const stored = await driver.container(container).put(key, request.body ?? '', {
    ...attributes,
    contentType,
    acl,
    ...(length !== undefined && { size: length }),
    // Conditions only make a link do less, so they need no signature.
    ifMatch: request.headers.get('if-match') ?? undefined,
    ...(ifNoneMatch !== null && { ifNoneMatch: '*' as const }),
    signal: request.signal,
  })
  return new Response(null, {
    status: 200,
    headers: {
      'x-content-type-options': 'nosniff',
      ...(stored.etag !== undefined && { etag: `"${stored.etag}"` }),
    },
  })
}

/** Answers a signed DELETE. */
export async function deleteFile(
  driver: LocalStorageDriver,
  { container, key, request }: GrantedRequest,
): Promise<Response> {
  await driver.container(container).delete(key, { signal: request.signal })
  return new Response(null, { status: 204 })
}
