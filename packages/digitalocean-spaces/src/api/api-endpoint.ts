import type { HttpOrigin } from '@cloudstore/core'

export const defaultApiEndpoint = 'https://api.digitalocean.com'

/** Where the API is. */
export interface ApiEndpoint {
  readonly origin: HttpOrigin
  /** Before every path: `''`, or a path of one's own. */
  readonly pathPrefix: string
}

/** What is wrong with the URL of an API, if anything is. */
export function apiEndpointProblem(url: string): string | undefined {
  const parsed = parse(url)
  if (parsed === undefined) return 'must be a whole URL, such as https://api.digitalocean.com'
  if (
    parsed.username !== '' ||
    parsed.password !== '' ||
    parsed.search !== '' ||
    parsed.hash !== ''
  )
    return 'must not have credentials, a query or a fragment'
  const safe = parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed))
  return safe
    ? undefined
    : 'must begin with https://, since a token is sent there (http:// is for localhost and 127.0.0.1 alone)'
}

/** @param url - one without a problem */
export function readApiEndpoint(url: string): ApiEndpoint {
  const { protocol, hostname, port, pathname } = new URL(url)
  return {
    origin: {
      scheme: protocol === 'http:' ? 'http' : 'https',
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      ...(port !== '' && { port: Number(port) }),
    },
    // DigitalOcean prints its URL with the version, which our paths begin with.
    pathPrefix: pathname.replace(/\/+$/, '').replace(/\/v2$/, ''),
  }
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url)
  } catch {
    return undefined
  }
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
