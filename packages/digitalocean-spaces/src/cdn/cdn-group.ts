import {
  isStorageError,
  percentEncodePath,
  StorageError,
  type Call,
  type CdnGroup,
  type CdnSettings,
  type ContainerRequest,
  type StorageBackend,
} from '@cloudstore/core'
import type { ApiClient } from '../api/api-client.ts'
import type { CdnEndpoint } from './cdn-endpoint.ts'
import type { CdnPlaces } from './cdn-places.ts'
import { checkCdnSettings } from './cdn-settings.ts'
import { changesOf, ensureEndpoint } from './enabling.ts'
import { inTurn } from './in-turn.ts'
import { planPurge, purgeInBatches } from './purge.ts'
import { notEnabled, type CdnAccess } from './spaces-cdn.ts'

export interface CdnGroupParts {
  readonly storage: StorageBackend
  readonly places: CdnPlaces
  /** Settings of the driver, for calls that say nothing else. */
  readonly defaults: CdnSettings
  /** Absent: there is no token. */
  readonly client?: ApiClient | undefined
  /** Throws where there is no token. */
  readonly access: () => CdnAccess
}

/** The CDN of Spaces, as core wants it. */
export function cdnGroup({ storage, places, defaults, client, access }: CdnGroupParts): CdnGroup {
  const turns = inTurn()
  const purges = inTurn()

  async function containerUrl(request: ContainerRequest, call: Call): Promise<string> {
    if (client === undefined) return `https://${places.host(request)}`
    const endpoint = await access().directory.find(places.origin(request), call)
    if (endpoint === undefined) {
      throw notEnabled(
        'Call enableContainerCdn first. One that was enabled elsewhere is known here within five minutes. Whether the container exists was not asked',
      )
    }
    return `https://${endpoint.customDomain ?? endpoint.host}`
  }

  return {
    containerUrl,

    async objectUrl({ container, key }, call) {
      return `${await containerUrl({ container }, call)}/${percentEncodePath(key)}`
    },

    async enableContainer({ container, ttl, customDomain, certificateId }, call) {
      const wanted = withDefaults({ ttl, customDomain, certificateId }, defaults)
      checkCdnSettings(wanted)
      const cdn = access()
      const origin = places.origin({ container })
      await turns(origin, call.signal, async () => {
        // The API would put a CDN in front of nothing.
        await storage.headContainer({ container }, call)
        await ensureEndpoint(cdn, origin, wanted, call)
      })
    },

    async enableObject({ container, key }, call) {
      const cdn = access()
      const origin = places.origin({ container })
      const wanted = withDefaults({}, defaults)
      await requirePublic(storage, { container, key }, call)
      await turns(origin, call.signal, async () => {
        // For many objects the API is not asked each time.
        const known = cdn.directory.known(origin)
        if (known !== undefined && changesOf(known, wanted) === undefined) return
        await ensureEndpoint(cdn, origin, wanted, call)
      })
    },

    async disableContainer({ container }, call) {
      const { api, directory } = access()
      const origin = places.origin({ container })
      await turns(origin, call.signal, async () => {
        const found = await directory.findNow(origin, call)
        // Until it is known what came of it.
        directory.forget(origin)
        if (found !== undefined) await unlessGone(api.remove(found.id, call))
        directory.remember(origin, undefined)
      })
    },

    async purgeContainer({ container, paths }, call) {
      const files = planPurge(paths)
      const { api, directory } = access()
      const origin = places.origin({ container })
      // "None" may be five minutes old.
      let endpoint = (await directory.find(origin, call)) ?? (await directory.findNow(origin, call))
      const send = async (batch: readonly string[]): Promise<void> => {
        try {
          await api.purge(required(endpoint).id, batch, call)
        } catch (error) {
          if (!isStorageError(error) || error.status !== 404) throw error
          // Made anew since it was looked up, or gone.
          directory.forget(origin)
          endpoint = await directory.findNow(origin, call)
          await api.purge(required(endpoint).id, batch, call)
        }
      }
      // The API refuses the same purge twice at a time.
      const purge = (batch: readonly string[]): Promise<void> =>
        purges(JSON.stringify([origin, batch]), call.signal, () => send(batch))
      required(endpoint)
      const { limits, retries } = clientOf(client)
      await purgeInBatches(files, { purge, window: limits.purge, retries, signal: call.signal })
    },
  }
}

/** What a call asks for, and else the driver's options. */
function withDefaults(given: CdnSettings, defaults: CdnSettings): CdnSettings {
  const customDomain = given.customDomain ?? defaults.customDomain
  // A certificate of the driver's is for domains: many containers may share a wildcard one, and others have no domain.
  const certificateId = customDomain === undefined ? undefined : defaults.certificateId
  return {
    ttl: given.ttl ?? defaults.ttl,
    customDomain,
    certificateId: given.certificateId ?? certificateId,
  }
}

function required(endpoint: CdnEndpoint | undefined): CdnEndpoint {
  if (endpoint === undefined) throw notEnabled()
  return endpoint
}

function clientOf(client: ApiClient | undefined): ApiClient {
  if (client === undefined) throw needsToken()
  return client
}

export function needsToken(): StorageError {
  return new StorageError(
    'UnsupportedOperation',
    "this needs DigitalOcean's API, and option cdn.token is missing",
    {
      hint: 'Set option cdn.token to a token with the scopes cdn:read, cdn:create, cdn:update and cdn:delete',
    },
  )
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (!isStorageError(error) || error.status !== 404) throw error
  }
}

/** The CDN asks the origin without a signature, so it serves what everybody may read. */
async function requirePublic(
  storage: StorageBackend,
  target: { container: string; key: string },
  call: Call,
): Promise<void> {
  const acl = await storage.acl?.getObjectAcl?.(target, call)
  if (acl === 'public-read') return
  throw new StorageError(
    'AccessDenied',
    'the ACL of this object is not public-read, so the CDN could not read it',
    {
      hint: "This was found here, before DigitalOcean's API was asked. Make it public with setObjectAcl(object, 'public-read'). Where a bucket policy makes it public, enableContainerCdn is enough",
    },
  )
}
