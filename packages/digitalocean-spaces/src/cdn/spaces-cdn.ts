import { checkContainerName, StorageError, type Call, type CallOptions } from '@cloudstore/core'
import { checkFields } from '../known-fields.ts'
import type { CdnApi, EndpointBody } from './cdn-api.ts'
import type { CdnEndpoint } from './cdn-endpoint.ts'
import type { CdnPlaces } from './cdn-places.ts'
import { checkCdnSettings, type CdnTtl } from './cdn-settings.ts'
import { domainBody } from './custom-domain.ts'
import type { EndpointDirectory } from './endpoint-directory.ts'

/** What to change of a container's CDN. Absent: it stays as it is. */
export interface CdnChanges {
  ttl?: CdnTtl | undefined
  /** `null` removes the domain and its certificate. */
  customDomain?: string | null | undefined
  certificateId?: string | undefined
}

/** What only the CDN of Spaces has. All of it needs `cdn.token`. */
export interface SpacesCdn {
  /** All CDN endpoints of the account, those of other regions too. */
  listEndpoints(options?: CallOptions): AsyncIterable<CdnEndpoint>
  /** The CDN of a container, asked for now; `undefined` where there is none. */
  getEndpoint(container: string, options?: CallOptions): Promise<CdnEndpoint | undefined>
  /**
   * Changes the settings of a container's CDN.
   *
   * @throws StorageError `InvalidArgument` for settings that there are not; `UnsupportedOperation` where the container has no CDN
   */
  updateEndpoint(
    container: string,
    changes: CdnChanges,
    options?: CallOptions,
  ): Promise<CdnEndpoint>
}

/** The API of a driver with a token. */
export interface CdnAccess {
  readonly api: CdnApi
  readonly directory: EndpointDirectory
}

/** Runs a call with the context that its errors need. */
export type RunCall = <R>(
  operation: string,
  target: { container?: string },
  options: CallOptions | undefined,
  work: (call: Call) => Promise<R>,
) => Promise<R>

export function spacesCdn(access: () => CdnAccess, places: CdnPlaces, run: RunCall): SpacesCdn {
  return {
    async *listEndpoints(options) {
      // Page by page, so that the caller's loop sets the pace.
      let endpoints: AsyncIterator<CdnEndpoint> | undefined
      for (;;) {
        const next = await run('listEndpoints', {}, options, (call) => {
          endpoints ??= access().api.list(call)[Symbol.asyncIterator]()
          return endpoints.next()
        })
        if (next.done === true) return
        yield next.value
      }
    },

    getEndpoint: (container, options) =>
      run('getEndpoint', { container }, options, async (call) => {
        checkContainerName(container, 'dns')
        const { directory } = access()
        return directory.findNow(places.origin({ container }), call)
      }),

    updateEndpoint: (container, changes, options) =>
      run('updateEndpoint', { container }, options, async (call) => {
        checkContainerName(container, 'dns')
        checkChanges(changes)
        const { api, directory } = access()
        const origin = places.origin({ container })
        const endpoint = await directory.findNow(origin, call)
        if (endpoint === undefined) throw notEnabled()
        // Until it is known what came of it.
        directory.forget(origin)
        const changed = await api.update(endpoint.id, bodyOf(changes, endpoint), call)
        directory.remember(origin, changed)
        return changed
      }),
  }
}

export function notEnabled(hint = 'Call enableContainerCdn first'): StorageError {
  return new StorageError('UnsupportedOperation', 'the container has no CDN', { hint })
}

function checkChanges(changes: CdnChanges): void {
  checkFields(changes, ['ttl', 'customDomain', 'certificateId'], 'the changes')
  const { ttl, customDomain, certificateId } = changes
  checkCdnSettings({ ttl, customDomain: customDomain ?? undefined, certificateId })
  if (ttl === undefined && customDomain === undefined && certificateId === undefined) {
    throw new StorageError('InvalidArgument', 'there is nothing to change', {
      hint: 'Pass ttl, customDomain or certificateId',
    })
  }
  if (customDomain === null && certificateId !== undefined) {
    throw new StorageError('InvalidArgument', 'option certificateId is of no use without a domain')
  }
}

function bodyOf(
  { ttl, customDomain, certificateId }: CdnChanges,
  endpoint: CdnEndpoint,
): EndpointBody {
  return {
    ...(ttl !== undefined && { ttl }),
    ...(customDomain === null
      ? { custom_domain: '', certificate_id: '' }
      : domainBody({ customDomain, certificateId }, endpoint)),
  }
}
