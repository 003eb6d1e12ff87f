import {
  invalidConfig,
  type ConfigIssue,
  type HttpEventListener,
  type RateLimit,
  type RetryOptions,
  type TimeoutOptions,
  type TlsOptions,
  type TransferOptions,
  type Transport,
} from '@cloudstore/core'
import * as z from 'zod/mini'
import english from 'zod/v4/locales/en.js'
import { parseEndpoint } from './address.ts'
import type { Addressing } from './profiles/profile.ts'
import type { PayloadSigning } from './payload-hash.ts'
import type { S3CredentialProvider } from './signing/credentials.ts'

/** The options of every driver that speaks S3. Times are in milliseconds. */
export interface S3DriverOptions extends TransferOptions {
  /** The access key id. */
  key?: string | undefined
  /** The secret access key. */
  secret?: string | undefined
  /** For temporary credentials. */
  sessionToken?: string | undefined
  /** Gives credentials when they are needed, instead of `key` and `secret`. */
  credentials?: S3CredentialProvider | undefined
  /** Default: the provider's. */
  region?: string | undefined
  /** What the provider's hosts name an account by (R2: account id, Oracle: namespace, Supabase: project). */
  account?: string | undefined
  /**
   * URL of the service; may have a port and a path. Wins over `host`, `port` and `secure`. Configuration of the operator: never let a tenant
   * choose it, since credentials are sent there.
   */
  endpoint?: string | undefined
  /** Host of the service, instead of the provider's. */
  host?: string | undefined
  port?: number | undefined
  /** Whether to use TLS. Default: true. */
  secure?: boolean | undefined
  /** Container in the host name (`virtual`) or in the path. Default: the provider's; always `path` for IP addresses and `localhost`. */
  addressing?: Addressing | undefined
  /** Default: the provider's, which is 4 wherever it is taken. */
  signatureVersion?: '2' | '4' | 2 | 4 | undefined
  /** Whether the bytes of objects are hashed for the signature although TLS protects them. Default: `'auto'`: no. */
  payloadSigning?: PayloadSigning | undefined
  timeouts?: TimeoutOptions | undefined
  /** `false`: every request is sent once. */
  retries?: RetryOptions | undefined
  /** The most connections to one origin. Default: 64. */
  maxConnections?: number | undefined
  /** The most requests to one container. Default: the provider's documented limit; `false`: no limit at all. */
  rateLimit?: RateLimit | false | undefined
  /** The most requests to all containers together. Default: the provider's documented limit; `false`: none. */
  clientRateLimit?: RateLimit | false | undefined
  tls?: TlsOptions | undefined
  /** URL of a proxy, or `false` for none. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the environment. */
  proxy?: string | false | undefined
  /** The time, in milliseconds since 1970. Default: `Date.now`. */
  clock?: (() => number) | undefined
  /** Carries the requests; one may serve several drivers. A driver closes only a transport of its own. */
  transport?: Transport | undefined
  /** Told what happens to every request. */
  onEvent?: HttpEventListener | undefined
  /** Added to the `User-Agent` of every request. */
  userAgent?: string | undefined
}

const callback = <F>(): z.ZodMiniCustom<F, F> =>
  z.custom<F>((value) => typeof value === 'function', 'expected a function')
const milliseconds = z.optional(z.number().check(z.minimum(0, 'expected milliseconds, 0 or more')))
const positive = z.int().check(z.minimum(1))
const text = z.string().check(z.minLength(1))
const isPem = (value: unknown): boolean => typeof value === 'string' || ArrayBuffer.isView(value)
const pem = z.optional(z.custom<string | Uint8Array>(isPem, 'expected PEM, as text or bytes'))
const pems = z.optional(
  z.custom<NonNullable<TlsOptions['ca']>>(
    (value) => (Array.isArray(value) ? value.length > 0 && value.every(isPem) : isPem(value)),
    'expected PEM, as text or bytes, or a list of these',
  ),
)

const rateLimit = z.optional(
  z.union(
    [
      z.literal(false),
      z.strictObject({
        requestsPerSecond: z.number().check(z.positive()),
        burst: z.number().check(z.minimum(1)),
      }),
    ],
    'expected false or { requestsPerSecond, burst }, both numbers',
  ),
)

const schema = z.strictObject({
  key: z.optional(text),
  secret: z.optional(text),
  sessionToken: z.optional(text),
  credentials: z.optional(callback<S3CredentialProvider>()),
  region: z.optional(text),
  account: z.optional(text),
  endpoint: z.optional(text),
  host: z.optional(text),
  port: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
  secure: z.optional(z.boolean()),
  addressing: z.optional(z.enum(['virtual', 'path'])),
  signatureVersion: z.optional(
    z.union([z.literal('2'), z.literal('4'), z.literal(2), z.literal(4)], "expected '2' or '4'"),
  ),
  payloadSigning: z.optional(z.enum(['auto', 'always'])),
  timeouts: z.optional(
    z.strictObject({
      queue: milliseconds,
      connect: milliseconds,
      headers: milliseconds,
      idle: milliseconds,
      unread: milliseconds,
      long: milliseconds,
      total: milliseconds,
    }),
  ),
  retries: z.optional(
    z.union(
      [
        z.literal(false),
        z.strictObject({
          attempts: z.optional(positive),
          baseDelay: milliseconds,
          maxDelay: milliseconds,
          budget: z.optional(z.number().check(z.minimum(0))),
        }),
      ],
      'expected false or an object of numbers: attempts, baseDelay, maxDelay, budget',
    ),
  ),
  maxConnections: z.optional(positive),
  rateLimit,
  clientRateLimit: rateLimit,
  tls: z.optional(
    z.strictObject({
      ca: pems,
      cert: pem,
      key: pem,
      servername: z.optional(text),
      rejectUnauthorized: z.optional(z.boolean()),
    }),
  ),
  proxy: z.optional(z.union([z.literal(false), text])),
  clock: z.optional(callback<() => number>()),
  transport: z.optional(
    z.custom<Transport>(
      (value) => typeof value === 'object' && value !== null && 'send' in value,
      'expected a transport, such as nodeTransport() makes',
    ),
  ),
  onEvent: z.optional(callback<HttpEventListener>()),
  userAgent: z.optional(text.check(z.regex(/^[\x20-\x7e]*$/, 'expected printable ASCII'))),
  partSize: z.optional(positive),
  concurrency: z.optional(positive),
  multipartThreshold: z.optional(z.int().check(z.minimum(0))),
  verifyHash: z.optional(z.boolean()),
})

type Same<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false
// An option that is in the interface or in the schema alone, or differs, does not compile.
true satisfies Same<z.input<typeof schema>, S3DriverOptions>

/** The names of the options, for drivers that take these and more. */
export const optionNames: readonly string[] = Object.keys(schema.shape)

/** Checks options from the outside; one `InvalidConfig` names everything that is wrong with them, and never a value. */
export function parseOptions(options: unknown): S3DriverOptions {
  const issues = optionIssues(options)
  if (issues.length > 0) throw invalidConfig(issues, optionNames)
  return options as S3DriverOptions
}

/** Everything that is wrong with options. */
export function optionIssues(options: unknown): ConfigIssue[] {
  const result = schema.safeParse(options, { error: english().localeError })
  return result.success ? crossChecks(result.data) : [...result.error.issues]
}

/** What no option is wrong about alone. */
function crossChecks(options: S3DriverOptions): ConfigIssue[] {
  const { key, secret, sessionToken, credentials, endpoint, host } = options
  const issues: ConfigIssue[] = []
  const say = (name: keyof S3DriverOptions, message: string): void => {
    issues.push({ path: [name], message })
  }
  if (credentials === undefined) {
    if (key === undefined) say('key', 'missing')
    if (secret === undefined) say('secret', 'missing')
  } else if (key !== undefined || secret !== undefined || sessionToken !== undefined) {
    say('credentials', 'excludes key, secret and sessionToken')
  }
  for (const name of ['maxConnections', 'tls', 'proxy'] as const) {
    if (options.transport !== undefined && options[name] !== undefined) {
      say(name, 'belongs to the transport that is given: set it there')
    }
  }
  for (const name of ['key', 'secret', 'sessionToken'] as const) {
    // A blank or a line end came along when it was copied; in a header it would be another header.
    if (options[name] !== undefined && !/^[\x21-\x7e]+$/.test(options[name])) {
      say(name, 'holds a blank or another character that no key has')
    }
  }
  // It stands in every signature, where a blank that came along makes all of them wrong.
  if (options.region !== undefined && !/^[\w.:-]+$/.test(options.region)) {
    say('region', 'takes letters, digits, and . : - _ alone')
  }
  if (endpoint !== undefined) {
    const parsed = parseEndpoint(endpoint)
    if ('problem' in parsed) say('endpoint', parsed.problem)
  }
  if (
    host !== undefined &&
    (/[/@?#\s]/.test(host) || 'problem' in parseEndpoint(`https://${hostInUrl(host)}`))
  ) {
    say('host', 'expected the name or address of a host, without scheme, port and path')
  }
  return issues
}

/** IPv6 addresses stand in brackets in a URL. */
export function hostInUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}
