import {
  isStorageError,
  StorageError,
  withContext,
  withHint,
  type Call,
  type CdnSettings,
} from '@cloudstore/core'
import type { CdnApi, EndpointBody } from './cdn-api.ts'
import type { CdnEndpoint } from './cdn-endpoint.ts'
import { domainBody } from './custom-domain.ts'
import type { EndpointDirectory } from './endpoint-directory.ts'

/** Finds the endpoint in front of an origin, or makes it, with the settings that are wanted; what is absent of these stays as it is. */
export async function ensureEndpoint(
  { api, directory }: { readonly api: CdnApi; readonly directory: EndpointDirectory },
  origin: string,
  wanted: CdnSettings,
  call: Call,
): Promise<CdnEndpoint> {
  // Asked for now: what is remembered may be gone, and then nothing would be enabled.
  const found = await directory.findNow(origin, call)
  if (found === undefined) return create()
  try {
    return await adjust(found)
  } catch (error) {
    // Deleted meanwhile, by somebody else.
    if (!isStorageError(error) || error.status !== 404) throw error
    const again = await directory.findNow(origin, call)
    return again === undefined ? create() : adjust(again)
  }

  async function adjust(endpoint: CdnEndpoint): Promise<CdnEndpoint> {
    const changes = changesOf(endpoint, wanted)
    const now = changes === undefined ? endpoint : await change(endpoint.id, changes)
    directory.remember(origin, now)
    return now
  }

  async function change(id: string, changes: EndpointBody): Promise<CdnEndpoint> {
    try {
      return await api.update(id, changes, call)
    } catch (error) {
      // It may have been made all the same, by a call that was cancelled too.
      directory.forget(origin)
      throw error
    }
  }

  async function create(): Promise<CdnEndpoint> {
    const { ttl, ...domain } = wanted
    const body = { origin, ...(ttl !== undefined && { ttl }), ...domainBody(domain) }
    let made: CdnEndpoint
    try {
      made = await api.create(body, call)
    } catch (error) {
      directory.forget(origin)
      if (call.signal?.aborted === true || !isStorageError(error) || !mayExist(error)) throw error
      return adjust(await findAfter(error))
    }
    directory.remember(origin, made)
    return made
  }

  /** Whether it is there now: this call's doing although no good answer came, or somebody else's at the same time. */
  async function findAfter(failure: StorageError): Promise<CdnEndpoint> {
    let there: CdnEndpoint | undefined
    try {
      there = await directory.findNow(origin, call)
    } catch (cleanupError) {
      const hint =
        'The CDN may have been enabled all the same: calling this again finds it, disableContainerCdn removes it'
      throw withHint(withContext(failure, { outcome: 'unknown', cleanupError }), hint)
    }
    if (there !== undefined) return there
    if (isRefusal(failure)) throw withNothingLeft(failure)
    const hint =
      "There was no CDN right afterwards, but DigitalOcean's API may still be at work on it: calling this again finds it, or makes it"
    throw withHint(withContext(failure, { outcome: 'unknown' }), hint)
  }
}

/** Whether the API has said that it did not do it. Without an answer, or with one of success that can't be read, it may come later. */
function isRefusal({ code, status }: StorageError): boolean {
  return status !== undefined && status >= 400 && code !== 'Conflict'
}

/** The same failure, whose outcome is known by now. */
function withNothingLeft(failure: StorageError): StorageError {
  const { status, serverCode, requestId, retryable, attempts, cause } = failure
  const hint = failure.hint ?? 'Nothing was left behind: the container has no CDN'
  const details = { status, serverCode, requestId, retryable, attempts, hint, cause }
  return new StorageError(failure.code, failure.problem, details)
}

/** Whether there may be an endpoint although creating one failed. */
function mayExist({ code, outcome }: StorageError): boolean {
  return (
    outcome === 'unknown' ||
    code === 'Conflict' ||
    code === 'InvalidArgument' ||
    code === 'MalformedResponse'
  )
}

/** The changes that lead from an endpoint to what is wanted, in one request, so that none is made without the others. */
export function changesOf(endpoint: CdnEndpoint, wanted: CdnSettings): EndpointBody | undefined {
  const { ttl, customDomain, certificateId } = wanted
  const newTtl = ttl !== undefined && ttl !== endpoint.ttl
  const newDomain =
    (customDomain !== undefined &&
      customDomain.toLowerCase() !== endpoint.customDomain?.toLowerCase()) ||
    (certificateId !== undefined && certificateId !== endpoint.certificateId)
  if (!newTtl && !newDomain) return undefined
  return {
    ...(newTtl && { ttl }),
    ...(newDomain && domainBody({ customDomain, certificateId }, endpoint)),
  }
}
