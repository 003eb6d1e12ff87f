import { StorageError, type ContainerRequest } from '@cloudstore/core'
import { cdnHost, originHost, regionOfHost } from '../hosts.ts'

/** Where the containers of a driver and their CDN are. */
export interface CdnPlaces {
  /** What DigitalOcean's API calls a container. */
  origin(request: ContainerRequest): string
  /** The host that the CDN asks for a container: DigitalOcean's, or that of a CDN of one's own before an endpoint of one's own. */
  askedBy(container: string): string
  /** The CDN's host without asking the API. */
  host(request: ContainerRequest): string
}

export function cdnPlaces(service: {
  readonly host: string
  readonly region: string
  readonly customDomain?: string | undefined
  /** Whether the CDN is the one that DigitalOcean's API tells of. */
  readonly asksApi: boolean
}): CdnPlaces {
  const ownRegion = regionOfHost(service.host)
  const region = ownRegion ?? service.region
  return {
    origin({ container }) {
      requireHostName(container)
      return originHost(container, region)
    },
    askedBy: (container) =>
      ownRegion === undefined && !service.asksApi
        ? `${container}.${service.host}`
        : originHost(container, region),
    host({ container }) {
      if (service.customDomain !== undefined) return service.customDomain
      if (ownRegion === undefined) {
        // The usual pattern would name somebody else's bucket.
        throw new StorageError(
          'UnsupportedOperation',
          `the address of the CDN is not known, since the endpoint ${service.host} is not DigitalOcean's`,
          {
            hint: "Set option cdn.customDomain, or cdn.token so that DigitalOcean's API can be asked",
          },
        )
      }
      requireHostName(container)
      return cdnHost(container, ownRegion)
    },
  }
}

/** A dot in the name makes one more level of the host, which DigitalOcean's certificates do not cover. */
function requireHostName(container: string): void {
  if (!container.includes('.')) return
  throw new StorageError(
    'UnsupportedOperation',
    'the CDN cannot serve a container with a dot in its name: no certificate covers its host',
    { hint: 'Use a container whose name has hyphens instead' },
  )
}
