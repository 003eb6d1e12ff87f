import type { Call } from '@cloudstore/core'
import type { ApiClient } from '../api/api-client.ts'
import { allPages } from '../api/pages.ts'
import { readEndpoint, readEndpoints, type CdnEndpoint } from './cdn-endpoint.ts'

/** What can be changed of an endpoint, in the API's words. */
export interface EndpointBody {
  readonly ttl?: number
  /** `''` removes the domain. */
  readonly custom_domain?: string
  readonly certificate_id?: string
}

/** The calls of DigitalOcean's API for the CDN, one function each. */
export interface CdnApi {
  list(call: Call): AsyncIterable<CdnEndpoint>
  create(body: EndpointBody & { readonly origin: string }, call: Call): Promise<CdnEndpoint>
  update(id: string, body: EndpointBody, call: Call): Promise<CdnEndpoint>
  remove(id: string, call: Call): Promise<void>
  purge(id: string, files: readonly string[], call: Call): Promise<void>
}

const endpoints = '/v2/cdn/endpoints'

export function cdnApi(client: ApiClient): CdnApi {
  const at = (id: string): string => `${endpoints}/${encodeURIComponent(id)}`
  return {
    list: (call) =>
      allPages(client, { path: endpoints, scope: 'cdn:read' }, call, {
        read: readEndpoints,
        idOf: ({ id }) => id,
      }),

    create: (json, call) =>
      client.send(
        { method: 'POST', path: endpoints, json, kind: 'conditional', scope: 'cdn:create' },
        call,
        readEndpoint,
      ),

    update: (id, json, call) =>
      client.send(
        { method: 'PUT', path: at(id), json, kind: 'idempotent', scope: 'cdn:update' },
        call,
        readEndpoint,
      ),

    remove: (id, call) =>
      client.send(
        { method: 'DELETE', path: at(id), kind: 'idempotent', scope: 'cdn:delete' },
        call,
        () => undefined,
      ),

    purge: (id, files, call) =>
      client.send(
        {
          method: 'DELETE',
          path: `${at(id)}/cache`,
          json: { files },
          kind: 'idempotent',
          scope: 'cdn:delete',
        },
        call,
        () => undefined,
      ),
  }
}
