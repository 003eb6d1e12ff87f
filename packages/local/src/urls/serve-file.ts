import {
  checkContainerName,
  checkObjectKey,
  contentTypeOf,
  isStorageError,
  type Attributes,
  type BodyReader,
  type ObjectInfo,
} from '@cloudstore/core'
import { existingContainer } from '../containers/container-folder.ts'
import type { LocalStorageDriver } from '../driver.ts'
import { openObject, type OpenObjectFile } from '../objects/object-file.ts'
import { infoOfFile } from '../objects/object-record.ts'
import { noSuchObject } from '../objects/operations.ts'
import { fileReader } from '../objects/read-body.ts'
import { translated } from '../root/errno.ts'
import type { StoreDoor } from '../root/store.ts'
import { rangeHolds, statusByConditions } from './condition-headers.ts'
import type { GrantedRequest } from './granted-request.ts'
import { wantedRange } from './range-header.ts'
import { refusal } from './refusals.ts'
import { attributeHeaders, responseTerms } from './url-query.ts'

/** Answers GET and HEAD. */
export async function serveFile(
  driver: LocalStorageDriver,
  door: StoreDoor,
  granted: GrantedRequest,
): Promise<Response> {
  const { request, key, signed } = granted
  const found = await openGranted(driver, door, granted)
  if (found === undefined) return refusal('AccessDenied', request.method)
  let body: BodyReader | undefined
  try {
    const info = infoOfFile(key, found.file, found.record)
    const headers = headersOf(info, signed ? responseTerms(granted.query) : {})
    const status = statusByConditions(request.headers, info)
    if (status === 412) return refusal('PreconditionFailed', request.method)
    if (status === 304) return new Response(null, { status, headers: withoutContent(headers) })
    const asked = rangeHolds(request.headers, info) ? request.headers.get('range') : null
    // RFC 9110 knows ranges for GET alone.
    const range = wantedRange(request.method === 'GET' ? asked : null, info.size)
    if (range === 'unsatisfiable') {
      const whole = { 'content-range': `bytes */${info.size}` }
      return refusal('RangeNotSatisfiable', request.method, whole)
    }
    const { start, end } = range === 'whole' ? { start: 0, end: info.size } : range
    headers.set('content-length', String(end - start))
    if (range !== 'whole') headers.set('content-range', `bytes ${start}-${end - 1}/${info.size}`)
    if (request.method === 'GET') body = fileReader(found.handle, start, end, request.signal)
    return new Response(body && streamOf(body), { status: range === 'whole' ? 200 : 206, headers })
  } finally {
    if (body === undefined) await found.handle.close()
  }
}

/** What would tell those without a signature which objects and containers there are. */
const concealed = [
  'ContainerDoesNotExist',
  'ObjectDoesNotExist',
  'InvalidContainerName',
  'InvalidObjectName',
] as const

/**
 * The object, if this request may see it. Without a signature missing objects look like closed
 * ones.
 */
async function openGranted(
  driver: LocalStorageDriver,
  door: StoreDoor,
  { container, key, signed, request }: GrantedRequest,
): Promise<OpenObjectFile | undefined> {
  try {
    checkContainerName(container, driver.features.containerNames)
    checkObjectKey(key)
    const view = await door.toRead()
    const folder = await existingContainer(view, container)
    const found = view && (await openObject(view, folder, key, request.signal))
    if (found === undefined) throw noSuchObject()
    if (signed || found.record?.acl === 'public-read') return found
    await found.handle.close()
  } catch (error) {
    const failure = translated(error)
    if (signed || !isStorageError(failure, ...concealed)) throw failure
  }
  return undefined
}

function headersOf(info: ObjectInfo, overrides: Attributes): Headers {
  const headers = new Headers({
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-type': contentTypeOf(info.key) ?? 'application/octet-stream',
  })
  if (info.etag !== undefined) headers.set('etag', `"${info.etag}"`)
  if (info.lastModified !== undefined) headers.set('last-modified', info.lastModified.toUTCString())
  for (const [attribute, header] of attributeHeaders) {
    const value = overrides[attribute] ?? info[attribute]
    if (value !== undefined) headers.set(header, value)
  }
  const expires = overrides.expires ?? info.expires
  if (expires !== undefined) headers.set('expires', expires.toUTCString())
  return headers
}

/**
 * RFC 9110, section 15.4.5: what a cache needs to know, and nothing about contents that are not
 * sent.
 */
function withoutContent(headers: Headers): Headers {
  headers.delete('content-type')
  return headers
}

function streamOf(body: BodyReader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await body.read()
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
      cancel: (reason) => body.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
