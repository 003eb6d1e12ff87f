import { percentEncode, percentEncodePath, StorageError } from '@cloudstore/core'
import type { Addressing } from './profiles/profile.ts'
import type { Query } from './signing/signer.ts'

/** Where a service is reached. */
export interface Endpoint {
  readonly scheme: 'https' | 'http'
  /** A name or an address; IPv6 without brackets. */
  readonly host: string
  /** Absent: the scheme's own. */
  readonly port?: number | undefined
  /** Before every path: `''`, or `/storage/v1/s3`. */
  readonly pathPrefix: string
}

/** Where one request goes. */
export interface Address {
  readonly origin: {
    readonly scheme: 'https' | 'http'
    readonly host: string
    readonly port?: number
  }
  /** The `Host` header. */
  readonly host: string
  /** Percent-encoded, without the query. */
  readonly path: string
  readonly bucketInHost?: string | undefined
}

/** Reads an endpoint as an operator writes it. Says what is wrong with it, in words for the option that it came from. */
export function parseEndpoint(text: string): Endpoint | { readonly problem: string } {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return {
      problem: 'must be a whole URL, such as https://storage.example.com or http://127.0.0.1:9000',
    }
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: 'must begin with https:// or http://' }
  if (url.username !== '' || url.password !== '')
    return { problem: 'must not hold credentials: they have options of their own' }
  if (url.search !== '' || url.hash !== '')
    return { problem: 'must not have a query or a fragment' }
  return {
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(url.port !== '' && { port: Number(url.port) }),
    pathPrefix: url.pathname.replace(/\/+$/, ''),
  }
}

/** The addressing that works for a container: a dot in its name breaks the wildcard certificate of a virtual host. */
function addressingFor(endpoint: Endpoint, container: string, wanted: Addressing): Addressing {
  if (wanted === 'path' || isAddress(endpoint.host)) return 'path'
  return endpoint.scheme === 'https' && container.includes('.') ? 'path' : 'virtual'
}

/** IP addresses and `localhost` have no sub-domains. */
function isAddress(host: string): boolean {
  return host === 'localhost' || host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host)
}

/** The address of the service, of a container, or of an object in one. */
export function addressOf(
  endpoint: Endpoint,
  addressing: Addressing,
  target: { readonly container?: string | undefined; readonly key?: string | undefined },
): Address {
  const { scheme, port, pathPrefix } = endpoint
  const { container, key } = target
  const virtual =
    container !== undefined && addressingFor(endpoint, container, addressing) === 'virtual'
  const host = virtual ? `${container}.${endpoint.host}` : endpoint.host
  const bucketPath = container === undefined || virtual ? '' : `/${percentEncode(container)}`
  if (key !== undefined && container === undefined) {
    throw new StorageError('InvalidArgument', 'an object has no address without its container')
  }
  const keyPath = key === undefined ? '' : `/${percentEncodePath(key)}`
  const path = pathPrefix + bucketPath + keyPath
  return {
    origin: { scheme, host, ...(port !== undefined && { port }) },
    host: hostHeader(host, port),
    path: path === '' ? '/' : path,
    ...(virtual && { bucketInHost: container }),
  }
}

function hostHeader(host: string, port: number | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host
  return port === undefined ? name : `${name}:${port}`
}

/** A query as it is sent: encoded as it is signed, in the order given. */
export function queryText(query: Query): string {
  if (query.length === 0) return ''
  const pairs = query.map(([name, value]) =>
    value === '' ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`,
  )
  return `?${pairs.join('&')}`
}

/** The address as text, for people and browsers. */
export function urlOf({ origin, host, path }: Address, query: Query = []): string {
  return `${origin.scheme}://${host}${path}${queryText(query)}`
}
