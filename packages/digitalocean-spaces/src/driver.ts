import {
  runOperation,
  StorageError,
  type DriverEnvironment,
  type StorageBackend,
} from '@cloudstore/core'
import { S3CompatStorageDriver, type S3Service } from '@cloudstore/s3-compat/driver'
import { apiClient, type ApiClient } from './api/api-client.ts'
import { defaultApiEndpoint } from './api/api-endpoint.ts'
import { cdnApi } from './cdn/cdn-api.ts'
import { cdnGroup, needsToken } from './cdn/cdn-group.ts'
import { cdnPlaces, type CdnPlaces } from './cdn/cdn-places.ts'
import { endpointDirectory } from './cdn/endpoint-directory.ts'
import { spacesCdn, type CdnAccess, type SpacesCdn } from './cdn/spaces-cdn.ts'
import { spaces } from './facts.ts'
import type { SpacesOptionTypes } from './option-types.ts'
import { parseOptions, type SpacesDriverOptions, type SpacesSettings } from './options.ts'
import { presignViaCdn } from './presign-via-cdn.ts'
import { withOneStorageClass } from './storage-class.ts'

interface CdnParts {
  readonly places: CdnPlaces
  readonly access: () => CdnAccess
}

// Outside of the class: a private member would make the types of the ESM and the CJS build incompatible.
const partsOf = new WeakMap<StorageBackend, CdnParts>()
const cdns = new WeakMap<object, SpacesCdn>()

/**
 * DigitalOcean Spaces: everything of the S3 family, and Spaces' CDN.
 *
 * @example
 * const driver = new DigitalOceanSpacesStorageDriver({ key, secret, region: 'fra1' })
 * await driver.container('backups').putFile('backup.tar.gz', '/home/me/files.tar.gz')
 */
export class DigitalOceanSpacesStorageDriver extends S3CompatStorageDriver<SpacesOptionTypes> {
  /** How options are read from environment variables. */
  static override readonly environment: DriverEnvironment = {
    ...S3CompatStorageDriver.environment,
    key: { variables: ['SPACES_ACCESS_KEY_ID'] },
    secret: { variables: ['SPACES_SECRET_ACCESS_KEY'] },
    'cdn.token': { variables: ['DIGITALOCEAN_TOKEN'] },
    'cdn.ttl': { type: 'number' },
  }

  /** @throws StorageError `InvalidConfig` that names everything that is wrong with the options */
  constructor(options: SpacesDriverOptions) {
    const settings = parseOptions(options)
    super(settings.storage, {
      facts: spaces,
      extend: (backend, service) => withCdn(backend, service, settings),
    })
    const parts = partsOf.get(this.backend)
    if (parts !== undefined) {
      const { access, places } = parts
      cdns.set(
        this,
        spacesCdn(access, places, (operation, target, callOptions, work) =>
          runOperation(this, operation, target, callOptions, work),
        ),
      )
    }
  }

  /** Listing and changing CDN endpoints, beyond what all providers have. */
  get cdn(): SpacesCdn {
    const found = cdns.get(this)
    if (found !== undefined) return found
    throw new StorageError('InvalidArgument', 'cdn was read without its driver')
  }
}

function withCdn(
  storage: StorageBackend,
  service: S3Service,
  settings: SpacesSettings,
): StorageBackend {
  const { ttl, customDomain, certificateId } = settings.cdn
  const { host } = service.endpoint
  const client = clientOf(settings)
  const api = client && cdnApi(client)
  const known = api && { api, directory: endpointDirectory(api) }
  const access = (): CdnAccess => {
    if (known === undefined) throw needsToken()
    return known
  }
  const places = cdnPlaces({
    host,
    region: service.region,
    customDomain,
    asksApi: client !== undefined,
  })
  const cdn = cdnGroup({
    storage,
    places,
    defaults: { ttl, customDomain, certificateId },
    client,
    access,
  })
  const backend: StorageBackend = {
    ...withOneStorageClass(storage),
    presign: storage.presign && presignViaCdn(storage.presign, cdn, host, places.askedBy),
    cdn,
    async close() {
      try {
        await storage.close?.()
      } finally {
        await client?.close()
      }
    },
  }
  partsOf.set(backend, { places, access })
  return backend
}

function clientOf({ storage, cdn }: SpacesSettings): ApiClient | undefined {
  const { token, apiEndpoint = defaultApiEndpoint } = cdn
  if (token === undefined) return undefined
  const { transport, proxy, timeouts, retries, onEvent, clock, userAgent, rateLimit } = storage
  return apiClient({
    token,
    tokenOption: 'cdn.token',
    apiEndpoint,
    transport,
    proxy,
    timeouts,
    retries,
    onEvent,
    clock,
    userAgent,
    limited: rateLimit !== false,
  })
}
