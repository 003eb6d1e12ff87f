import { randomUUID } from 'node:crypto'
import { serve, type Answer, type SeenRequest, type TestServer } from './http-server.ts'

interface Endpoint {
  readonly id: string
  readonly origin: string
  readonly endpoint: string
  ttl: number
  certificate_id?: string
  custom_domain?: string
  readonly created_at: string
}

interface Key {
  name: string
  grants: { bucket: string; permission: string }[]
  readonly access_key: string
  readonly created_at: string
}

/** What the next fitting request gets instead of its answer. */
interface Planned {
  readonly fits: (request: SeenRequest) => boolean
  readonly answer: Answer
  /** Whether the request takes effect all the same. */
  readonly acts: boolean
}

export interface DigitalOceanApi extends TestServer {
  readonly endpoints: Endpoint[]
  readonly keys: Key[]
  /** Files of all purges, by endpoint. */
  readonly purged: { readonly id: string; readonly files: string[] }[]
  /** What the token may do. */
  readonly scopes: Set<string>
  /** Whether single keys come as `keys: [key]`, as the specification's schema says, and not as `key`. */
  listsSingleKeys: boolean
  /** The most items of one page, whatever is asked for. */
  largestPage: number
  /** Where `links` lead. */
  nextLink: string
  plan(what: string, answer: Answer, options?: { times?: number; acts?: boolean }): void
  /** Requests such as `POST /v2/cdn/endpoints`. */
  count(what: string): number
  addEndpoint(origin: string, more?: Partial<Endpoint>): Endpoint
}

export const apiToken = 'dop_v1_0123456789abcdef_test'

const ttls = new Set([60, 600, 3600, 86_400, 604_800])

/**
 * Stands in for DigitalOcean's API, by its published facts: paths, status codes, names of fields, pages, headers of limits, and errors
 * as `{ id, message, request_id }`.
 */
export async function digitalOceanApi(): Promise<DigitalOceanApi> {
  const endpoints: Endpoint[] = []
  const keys: Key[] = []
  const purged: { id: string; files: string[] }[] = []
  const scopes = new Set([
    ...['cdn:read', 'cdn:create', 'cdn:update', 'cdn:delete'],
    ...['spaces_key:read', 'spaces_key:create_credentials', 'spaces_key:update'],
    'spaces_key:delete',
  ])
  const planned: Planned[] = []

  const addEndpoint = (origin: string, more: Partial<Endpoint> = {}): Endpoint => {
    const made: Endpoint = {
      id: randomUUID(),
      origin,
      endpoint: origin.replace('.digitaloceanspaces.com', '.cdn.digitaloceanspaces.com'),
      ttl: 3600,
      certificate_id: '',
      custom_domain: '',
      created_at: '2026-01-31T12:00:00Z',
      ...more,
    }
    endpoints.push(made)
    return made
  }

  function act(request: SeenRequest): Answer {
    const [, version, area, kind, id, part] = request.url.pathname.split('/')
    if (request.headers['authorization'] !== `Bearer ${apiToken}`) {
      return failure(401, 'Unauthorized', 'Unable to authenticate you')
    }
    if (version !== 'v2') return notFound()
    if (area === 'cdn' && kind === 'endpoints') return cdn(request, id, part)
    if (area === 'spaces' && kind === 'keys') return spacesKeys(request, id)
    return notFound()
  }

  function cdn({ method, url, body }: SeenRequest, id?: string, part?: string): Answer {
    const scope = { GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' }[method] ?? ''
    if (!scopes.has(`cdn:${scope}`)) return forbidden()
    if (id === undefined) {
      if (method === 'GET') return page(url, 'endpoints', endpoints)
      if (method !== 'POST') return notFound()
      const { origin, ttl, custom_domain, certificate_id } = JSON.parse(body)
      if (!/^[a-z0-9-]+\.[a-z0-9]+\.digitaloceanspaces\.com$/.test(origin)) {
        return failure(422, 'unprocessable_entity', 'origin must be a valid Space')
      }
      if (ttl !== undefined && !ttls.has(ttl)) return badTtl()
      if (endpoints.some((endpoint) => endpoint.origin === origin)) {
        return failure(409, 'conflict', 'an endpoint for this origin already exists')
      }
      const endpoint = addEndpoint(origin, {
        ...(ttl !== undefined && { ttl }),
        ...(custom_domain !== undefined && { custom_domain }),
        ...(certificate_id !== undefined && { certificate_id }),
      })
      return { status: 201, body: { endpoint } }
    }
    const endpoint = endpoints.find((known) => known.id === id)
    if (endpoint === undefined) return notFound()
    if (part === 'cache' && method === 'DELETE') {
      const { files } = JSON.parse(body)
      if (!Array.isArray(files) || files.length === 0 || files.length > 50) {
        return failure(422, 'unprocessable_entity', 'files must have 1 to 50 items')
      }
      purged.push({ id, files })
      return { status: 204 }
    }
    if (method === 'GET') return { status: 200, body: { endpoint } }
    if (method === 'PUT') {
      const changes = JSON.parse(body)
      if (changes.ttl !== undefined && !ttls.has(changes.ttl)) return badTtl()
      Object.assign(endpoint, changes)
      return { status: 200, body: { endpoint } }
    }
    if (method !== 'DELETE') return notFound()
    endpoints.splice(endpoints.indexOf(endpoint), 1)
    return { status: 204 }
  }

  function spacesKeys({ method, url, body }: SeenRequest, id?: string): Answer {
    const scope =
      { GET: 'read', POST: 'create_credentials', PUT: 'update', DELETE: 'delete' }[method] ?? ''
    if (!scopes.has(`spaces_key:${scope}`)) return forbidden()
    if (id === undefined) {
      if (method === 'GET') {
        const name = url.searchParams.get('name')
        const bucket = url.searchParams.get('bucket')
        const permission = url.searchParams.get('permission')
        const fitting = keys.filter(
          (key) =>
            (name === null || key.name === name) &&
            (bucket === null || key.grants.some((grant) => grant.bucket === bucket)) &&
            (permission === null || key.grants.some((grant) => grant.permission === permission)),
        )
        return page(url, 'keys', fitting)
      }
      if (method !== 'POST') return notFound()
      const { name, grants } = JSON.parse(body)
      if (typeof name !== 'string' || !Array.isArray(grants)) {
        return failure(400, 'bad_request', 'name and grants are required')
      }
      const key: Key = {
        name,
        grants,
        access_key: `DO00${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`,
        created_at: '2026-02-01T08:00:00Z',
      }
      keys.push(key)
      return { status: 201, body: { key: { ...key, secret_key: `secret-of-${key.access_key}` } } }
    }
    const key = keys.find((known) => known.access_key === id)
    if (key === undefined) return notFound()
    if (method === 'PUT') {
      const { name, grants } = JSON.parse(body)
      key.name = name
      if (grants !== undefined) key.grants = grants
    }
    if (method === 'DELETE') {
      keys.splice(keys.indexOf(key), 1)
      return { status: 204 }
    }
    return { status: 200, body: api.listsSingleKeys ? { keys: [key] } : { key } }
  }

  function page(url: URL, name: string, items: readonly object[]): Answer {
    const asked = Number(url.searchParams.get('per_page') ?? 20)
    const size = Math.min(asked, api.largestPage)
    const number = Number(url.searchParams.get('page') ?? 1)
    if (asked > 200) return failure(400, 'bad_request', 'per_page must be at most 200')
    return {
      status: 200,
      body: {
        [name]: items.slice((number - 1) * size, number * size),
        links: { pages: { next: api.nextLink, last: api.nextLink } },
        meta: { total: items.length },
      },
    }
  }

  const server = await serve((request) => {
    const index = planned.findIndex(({ fits }) => fits(request))
    const [plan] = index === -1 ? [] : planned.splice(index, 1)
    const usual = plan === undefined || plan.acts ? act(request) : { status: 500 }
    const answer = plan?.answer ?? usual
    return {
      ...answer,
      headers: {
        'ratelimit-limit': '5000',
        'ratelimit-remaining': '4999',
        'ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
        'x-request-id': randomUUID(),
        ...answer.headers,
      },
    }
  })

  const api: DigitalOceanApi = {
    ...server,
    endpoints,
    keys,
    purged,
    scopes,
    listsSingleKeys: false,
    largestPage: 200,
    nextLink: 'https://elsewhere.example/v2/cdn/endpoints?page=2',
    addEndpoint,
    plan(what, answer, { times = 1, acts = false } = {}) {
      for (let time = 0; time < times; time += 1) {
        planned.push({ fits: (request) => nameOf(request).startsWith(what), answer, acts })
      }
    },
    count: (what) => server.requests.filter((request) => nameOf(request).startsWith(what)).length,
  }
  return api
}

function nameOf({ method, path }: SeenRequest): string {
  return `${method} ${path}`
}

/** An error as DigitalOcean writes them. */
export function failure(status: number, id: string, message: string): Answer {
  return { status, body: { id, message, request_id: '4d9d8375-3c56-4925-a3e7-eb137fed17e9' } }
}

function notFound(): Answer {
  return failure(404, 'not_found', 'The resource you requested could not be found.')
}

function forbidden(): Answer {
  return failure(403, 'forbidden', 'You are not authorized to perform this operation')
}

function badTtl(): Answer {
  return failure(422, 'unprocessable_entity', 'ttl is invalid')
}
