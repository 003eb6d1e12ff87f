import { type ConfigIssue, invalidConfig, StorageError, type WebResponse } from '@cloudstore/core'
import { insideOf, type LocalInside } from '../backend.ts'
import type { LocalStorageDriver } from '../driver.ts'
import { translated } from '../root/errno.ts'
import { addressIn, type Address } from './address.ts'
import { crossOrigin, preflight, type CorsOptions } from './cors.ts'
import { failure, refusal } from './refusals.ts'
import { serveFile } from './serve-file.ts'
import { deleteFile, takeFile } from './take-file.ts'

/** The runtime's own `Request` where its types are installed. */
export type WebRequest = typeof globalThis extends { Request: { prototype: infer R } }
  ? R
  : { readonly method: string; readonly url: string }

/** Answers one HTTP request. Never rejects. */
export type FileHandler = (request: WebRequest) => Promise<WebResponse>

export interface FileHandlerOptions {
  /**
   * Which web pages of other origins may use the URLs. Default: none; links, images and downloads
   * work without.
   */
  cors?: CorsOptions | undefined
}

const methods = ['GET', 'HEAD', 'PUT', 'DELETE'] as const

/**
 * Serves the URLs that a driver with option `urls` makes, for the application to mount at
 * `baseUrl`: presigned ones, and plain ones of objects with ACL `public-read`. GET and HEAD know
 * ranges and conditions and send the stored headers; PUT stores and DELETE deletes what was
 * presigned.
 *
 * @example
 * const files = createFileHandler(driver)
 * Deno.serve(files) // or Bun.serve({ fetch: files }), or app.all('/files/*', (c) => files(c.req.raw)) in Hono
 * @throws StorageError `InvalidConfig` when the driver was made without option `urls`
 */
export function createFileHandler(
  driver: LocalStorageDriver,
  options: FileHandlerOptions = {},
): FileHandler {
  const inside = insideOf(driver.backend)
  if (inside === undefined) {
    throw new StorageError(
      'InvalidConfig',
      'createFileHandler needs a LocalStorageDriver that signs URLs',
      {
        hint: 'Make the driver with option urls: { baseUrl, secret }',
      },
    )
  }
  const { cors } = checkOptions(options)
  return async (request) => {
    const answer =
      request.method === 'OPTIONS' && cors !== undefined
        ? preflight(request, cors, methods)
        : await answerOf(driver, inside, request)
    return cors === undefined ? answer : crossOrigin(answer, request, cors)
  }
}

async function answerOf(
  driver: LocalStorageDriver,
  inside: LocalInside,
  request: Request,
): Promise<Response> {
  try {
    const { url, method } = request
    if (!methods.some((known) => known === method)) {
      return refusal('MethodNotAllowed', method, { allow: methods.join(', ') })
    }
    const parsed = new URL(url)
    const address = addressIn(parsed, inside.signer.baseUrl)
    if (address === undefined) return refusal('NotFound', method)
    const query = parsed.searchParams
    const signed = query.has('signature')
    if (signed ? !isValid(inside, method, address, query) : method !== 'GET' && method !== 'HEAD') {
      return refusal('AccessDenied', method)
    }
    const granted = { ...address, request, query, signed }
    if (method === 'PUT') return await takeFile(driver, granted)
    if (method === 'DELETE') return await deleteFile(driver, granted)
    return await serveFile(driver, inside.door, granted)
  } catch (error) {
    return failure(translated(error), request.method)
  }
}

function isValid(
  { signer }: LocalInside,
  method: string,
  address: Address,
  query: URLSearchParams,
): boolean {
  const [signature = '', ...more] = query.getAll('signature')
  const rest = [...query].filter(([name]) => name !== 'signature' && name !== 'key')
  if (more.length > 0 || !signer.isSignedBy({ ...address, method, query: rest }, signature)) {
    return false
  }
  return signer.now() < Number(query.get('until')) * 1000
}

function checkOptions(options: FileHandlerOptions): FileHandlerOptions {
  const unknown = (path: readonly string[], given: object, known: string) =>
    Object.keys(given)
      .filter((name) => name !== known)
      .map((name) => ({ path, keys: [name], message: '' }))
  const issues: ConfigIssue[] = [
    ...unknown([], options, 'cors'),
    ...unknown(['cors'], options.cors ?? {}, 'origins'),
  ]
  const origins: unknown = options.cors?.origins
  const listed =
    origins === '*' || (Array.isArray(origins) && origins.every((each) => typeof each === 'string'))
  if (options.cors !== undefined && !listed) {
    issues.push({ path: ['cors', 'origins'], message: "expected '*' or a list of origins" })
  }
  if (issues.length > 0) throw invalidConfig(issues, ['cors', 'cors.origins'])
  return options
}
