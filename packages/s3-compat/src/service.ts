import type { Endpoint } from './address.ts'
import { parseEndpoint } from './address.ts'
import { hostInUrl, type S3DriverOptions } from './options.ts'
import type { ProviderFacts } from './profiles/profile.ts'
import { resolveService, type ResolvedService } from './profiles/resolve.ts'

/** A service that a driver talks to: where it is and how it behaves. */
export interface S3Service extends Omit<ResolvedService, 'endpoint'> {
  readonly endpoint: Endpoint
  /** The endpoint of another region of the same provider; absent where the caller has named the endpoint. */
  readonly endpointOf?: ((region: string) => Endpoint) | undefined
}

/** Finds out where a driver's requests go: `endpoint`, else `host`, else the provider's own place. */
export function findService(facts: ProviderFacts, options: S3DriverOptions): S3Service {
  const { region, account, addressing, host } = options
  const endpoint = options.endpoint ?? (host === undefined ? undefined : hostUrl(host, options))
  const choices = {
    endpoint,
    region,
    account,
    addressing,
    signatureVersion:
      options.signatureVersion === undefined
        ? undefined
        : (String(options.signatureVersion) as '2' | '4'),
  }
  const service = resolveService(facts, choices)
  const place = (url: string): Endpoint =>
    withPort(known(url), options.endpoint === undefined ? options : {})
  const isOwn = endpoint === undefined && facts.endpoint !== undefined
  return {
    ...service,
    endpoint: place(service.endpoint),
    ...(isOwn && {
      endpointOf: (other: string) =>
        place(resolveService(facts, { ...choices, region: other }).endpoint),
    }),
  }
}

function hostUrl(host: string, { port, secure = true }: S3DriverOptions): string {
  return `${secure ? 'https' : 'http'}://${hostInUrl(host)}${port === undefined ? '' : `:${port}`}`
}

function known(url: string): Endpoint {
  const parsed = parseEndpoint(url)
  if ('problem' in parsed) throw new TypeError(`the profile's endpoint ${parsed.problem}`)
  return parsed
}

function withPort(
  endpoint: Endpoint,
  { port, secure }: Pick<S3DriverOptions, 'port' | 'secure'>,
): Endpoint {
  return {
    ...endpoint,
    ...(secure === false && { scheme: 'http' as const }),
    ...(port !== undefined && { port }),
  }
}
