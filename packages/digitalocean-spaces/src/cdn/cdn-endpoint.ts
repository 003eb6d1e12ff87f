import * as z from 'zod/mini'
import { readShape } from '../api/read-shape.ts'
import { totalShape, type ApiPage } from '../api/pages.ts'

/** The CDN in front of one container, as DigitalOcean's API describes it. */
export interface CdnEndpoint {
  readonly id: string
  /** The host of the container, such as `photos.nyc3.digitaloceanspaces.com`. */
  readonly origin: string
  /** The host of the CDN, such as `photos.nyc3.cdn.digitaloceanspaces.com`. */
  readonly host: string
  /** How long the edge keeps objects, in seconds. */
  readonly ttl: number
  readonly customDomain?: string
  readonly certificateId?: string
  readonly createdAt?: Date
}

const text = z.string().check(z.minLength(1))
const maybeText = z.optional(z.nullable(z.string()))

const endpointShape = z.object({
  // Becomes part of a path.
  id: z.string().check(z.regex(/^[\w-]+$/)),
  origin: text,
  // These two become part of URLs that are handed on.
  endpoint: z.string().check(z.refine(isHost)),
  ttl: z.number(),
  custom_domain: z.optional(
    z.nullable(z.union([z.literal(''), z.string().check(z.refine(isHost))])),
  ),
  certificate_id: maybeText,
  created_at: maybeText,
})

/** What the API knows as a host. Names that DNS has and no certificate would have, such as `my_cdn.example.com`, are its own business. */
function isHost(value: string): boolean {
  return value.length <= 253 && /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/i.test(value)
}

const answerShape = z.object({ endpoint: endpointShape })
const pageShape = z.object({
  endpoints: z.array(endpointShape),
  meta: totalShape,
})

export function readEndpoint(json: unknown): CdnEndpoint {
  return endpointOf(readShape(answerShape, json).endpoint)
}

export function readEndpoints(json: unknown): ApiPage<CdnEndpoint> {
  const { endpoints, meta } = readShape(pageShape, json)
  return { items: endpoints.map(endpointOf), total: meta.total }
}

function endpointOf(answer: z.output<typeof endpointShape>): CdnEndpoint {
  const { id, origin, endpoint, ttl, custom_domain, certificate_id, created_at } = answer
  const createdAt = new Date(created_at ?? '')
  return {
    id,
    origin,
    host: endpoint,
    ttl,
    // The API writes "none" as an empty string.
    ...(custom_domain && { customDomain: custom_domain }),
    ...(certificate_id && { certificateId: certificate_id }),
    ...(!Number.isNaN(createdAt.getTime()) && { createdAt }),
  }
}
