import { invalidConfig, type ConfigIssue } from '@cloudstore/core'
import { optionIssues, optionNames, type S3DriverOptions } from '@cloudstore/s3-compat/driver'
import * as z from 'zod/mini'
import english from 'zod/v4/locales/en.js'
import { apiEndpointProblem } from './api/api-endpoint.ts'
import { tokenProblem } from './api/token.ts'
import { domainProblem, isCdnTtl, isDomain, ttlProblem, type CdnTtl } from './cdn/cdn-settings.ts'
import { endpointProblem, regionOfHost, regionSlug } from './hosts.ts'

/** What the driver needs to know of the CDN. */
export interface SpacesCdnOptions {
  /**
   * A token of DigitalOcean's API with the scopes `cdn:read`, `cdn:create`, `cdn:update` and `cdn:delete`, as far as they are used. It is sent
   * to the API alone. Without it only the URL methods work.
   */
  token?: string | undefined
  /** How long the edge keeps objects, in seconds: 60, 600, 3600, 86400 or 604800. Default: the API's, which is 3600. */
  ttl?: CdnTtl | undefined
  /**
   * Domain of one's own in front of the CDN, such as `cdn.example.com`. A domain belongs to one container; a driver that enables the CDN for
   * several gives it to the call instead.
   */
  customDomain?: string | undefined
  /** The id of DigitalOcean's certificate for that domain, or `needs-cloudflare-cert`. */
  certificateId?: string | undefined
  /** URL of DigitalOcean's API, with or without `/v2`; plain HTTP to this machine alone. Default: `https://api.digitalocean.com`. */
  apiEndpoint?: string | undefined
}

/**
 * The options of `DigitalOceanSpacesStorageDriver`. Times are in milliseconds.
 */
export interface SpacesDriverOptions extends Omit<S3DriverOptions, 'account' | 'sessionToken'> {
  /** The slug of the region. Default: that of `endpoint` or `host` where these are DigitalOcean's, else `nyc3`. */
  region?: string | undefined
  /** Default: 2, as documented. 4 is the better choice: it protects more of a request. */
  signatureVersion?: '2' | '4' | 2 | 4 | undefined
  /** The version of the S3 API. There is one. */
  apiVersion?: '2006-03-01' | undefined
  cdn?: SpacesCdnOptions | undefined
}

const text = z.string().check(z.minLength(1))

const schema = z.strictObject({
  apiVersion: z.optional(z.literal('2006-03-01')),
  cdn: z.optional(
    z.strictObject({
      token: z.optional(z.string()),
      ttl: z.optional(z.custom<CdnTtl>((value) => isCdnTtl(value), ttlProblem)),
      customDomain: z.optional(z.string().check(z.refine(isDomain, domainProblem))),
      certificateId: z.optional(text),
      apiEndpoint: z.optional(text),
    }),
  ),
})

type OwnOptions = Pick<SpacesDriverOptions, 'apiVersion' | 'cdn'>
type Same<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false
// An option that is in the interface or in the schema alone, or differs, does not compile.
true satisfies Same<z.input<typeof schema>, OwnOptions>

/** Options of the S3 family that Spaces has no use for: it names no accounts, and has no temporary credentials. */
const absent: ReadonlySet<string> = new Set(['account', 'sessionToken'])

const names: readonly string[] = [
  ...optionNames.filter((name) => !absent.has(name)),
  'apiVersion',
  'cdn',
  ...['token', 'ttl', 'customDomain', 'certificateId', 'apiEndpoint'].map((name) => `cdn.${name}`),
]

/** Options, checked, and split by whom they are for. */
export interface SpacesSettings {
  readonly storage: S3DriverOptions
  readonly cdn: SpacesCdnOptions
}

/** Checks options from the outside; one `InvalidConfig` names everything that is wrong with them, and never a value. */
export function parseOptions(options: unknown): SpacesSettings {
  const issues = issuesOf(options)
  if (issues.length > 0) throw invalidConfig(issues, names)
  const { apiVersion: _apiVersion, cdn = {}, ...storage } = options as SpacesDriverOptions
  const host = hostOf(storage)
  const region = storage.region ?? (host === undefined ? undefined : regionOfHost(host))
  return { storage: { ...storage, region }, cdn }
}

function issuesOf(options: unknown): ConfigIssue[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [{ path: [], message: 'expected one object, such as { key, secret, region }' }]
  }
  const { apiVersion, cdn, ...storage } = options as SpacesDriverOptions
  const own = schema.safeParse({ apiVersion, cdn }, { error: english().localeError })
  const misplaced = Object.keys(storage).filter((name) => absent.has(name))
  return [
    ...optionIssues(storage),
    ...(misplaced.length === 0 ? [] : [{ path: [], message: '', keys: misplaced }]),
    ...placeIssues(storage),
    ...(own.success ? cdnIssues(own.data.cdn ?? {}) : own.error.issues),
  ]
}

/** The host that the caller has named. What is no URL is reported by the S3 options. */
function hostOf({ endpoint, host }: SpacesDriverOptions): string | undefined {
  if (typeof endpoint !== 'string') return typeof host === 'string' ? host : undefined
  try {
    return new URL(endpoint).hostname
  } catch {
    return undefined
  }
}

function placeIssues(options: SpacesDriverOptions): ConfigIssue[] {
  const { endpoint, region } = options
  const issues: ConfigIssue[] = []
  const host = hostOf(options)
  const misplaced = host === undefined ? undefined : endpointProblem(host)
  if (misplaced !== undefined) {
    issues.push({ path: [endpoint === undefined ? 'host' : 'endpoint'], message: misplaced })
  }
  if (typeof region === 'string' && region !== '') {
    const message = regionProblem(region, host)
    if (message !== undefined) issues.push({ path: ['region'], message })
  }
  return issues
}

/** @param host - that the caller has named */
function regionProblem(region: string, host: string | undefined): string | undefined {
  // Without a host of the caller's, it is made of the region.
  if (!(host === undefined ? regionSlug : regionOfSignature).test(region)) {
    return 'expected the slug of a region, such as nyc3, ams3 or sgp1'
  }
  const served = host === undefined ? undefined : regionOfHost(host)
  if (served === undefined || served === region || !regionSlug.test(region)) return undefined
  return `is another one than that of the host, ${served}: leave one of them out`
}

// Other endpoints are signed for with other names, such as us-east-1.
const regionOfSignature = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

function cdnIssues({ token, ttl, certificateId, apiEndpoint }: SpacesCdnOptions): ConfigIssue[] {
  const issues: ConfigIssue[] = []
  const problem = apiEndpoint === undefined ? undefined : apiEndpointProblem(apiEndpoint)
  if (problem !== undefined) issues.push({ path: ['cdn', 'apiEndpoint'], message: problem })
  if (token !== undefined) {
    const wrong = tokenProblem(token)
    if (wrong !== undefined) issues.push({ path: ['cdn', 'token'], message: wrong })
    return issues
  }
  for (const [name, value] of Object.entries({ ttl, certificateId, apiEndpoint })) {
    if (value !== undefined)
      issues.push({ path: ['cdn', name], message: 'is of no use without cdn.token' })
  }
  return issues
}
