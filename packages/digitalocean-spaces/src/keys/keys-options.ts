import {
  invalidConfig,
  type ConfigIssue,
  type HttpEventListener,
  type RetryOptions,
  type TimeoutOptions,
  type Transport,
} from '@cloudstore/core'
import { optionIssues } from '@cloudstore/s3-compat/driver'
import { apiEndpointProblem } from '../api/api-endpoint.ts'
import { tokenProblem } from '../api/token.ts'

/** The options of `SpacesKeys`. Times are in milliseconds. */
export interface SpacesKeysOptions {
  /**
   * A token of DigitalOcean's API with the scopes `spaces_key:read`, `:create_credentials`, `:update` and `:delete`, as far as they are used. `undefined`, as of a variable
   * that is not set, is refused at run time.
   */
  token: string | undefined
  /** URL of DigitalOcean's API, with or without `/v2`; plain HTTP to this machine alone. Default: `https://api.digitalocean.com`. */
  apiEndpoint?: string | undefined
  timeouts?: TimeoutOptions | undefined
  /** `false`: every request is sent once. */
  retries?: RetryOptions | undefined
  /** `false`: requests are not held back to DigitalOcean's limits. */
  rateLimit?: false | undefined
  /** URL of a proxy, or `false` for none. Default: the environment's. */
  proxy?: string | false | undefined
  /** Carries the requests. Only a transport that the client made itself is closed with it. */
  transport?: Transport | undefined
  /** The time, in milliseconds since 1970. Default: `Date.now`. */
  clock?: (() => number) | undefined
  /** Told what happens to every request. */
  onEvent?: HttpEventListener | undefined
  /** Added to the `User-Agent` of every request. */
  userAgent?: string | undefined
}

const shared = [
  'timeouts',
  'retries',
  'proxy',
  'transport',
  'clock',
  'onEvent',
  'userAgent',
] as const
const names: readonly string[] = ['token', 'apiEndpoint', 'rateLimit', ...shared]

/** Checks options from the outside; one `InvalidConfig` names everything that is wrong with them. */
export function parseKeysOptions(options: unknown): SpacesKeysOptions & { token: string } {
  const issues = issuesOf(options)
  if (issues.length > 0) throw invalidConfig(issues, names)
  return options as SpacesKeysOptions & { token: string }
}

function issuesOf(options: unknown): ConfigIssue[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [{ path: [], message: 'expected an object with the option token' }]
  }
  const given: { readonly [K in keyof SpacesKeysOptions]?: unknown } = options
  const { token, apiEndpoint, rateLimit } = given
  const issues: ConfigIssue[] = []
  const say = (name: string, message: string): void => {
    issues.push({ path: [name], message })
  }
  const unknown = Object.keys(given).filter((name) => !names.includes(name))
  if (unknown.length > 0) issues.push({ path: [], message: '', keys: unknown })
  const wrong =
    token === undefined
      ? "missing (DigitalOcean's tools read it from the variable DIGITALOCEAN_TOKEN)"
      : tokenProblem(token)
  if (wrong !== undefined) say('token', wrong)
  const problem =
    apiEndpoint === undefined
      ? undefined
      : typeof apiEndpoint === 'string'
        ? apiEndpointProblem(apiEndpoint)
        : 'expected a URL'
  if (problem !== undefined) say('apiEndpoint', problem)
  if (rateLimit !== undefined && rateLimit !== false) say('rateLimit', 'expected false')
  // The drivers' own checks of what both have; the keys are there to satisfy them.
  const common = Object.fromEntries(shared.map((name) => [name, given[name]]))
  return [...issues, ...optionIssues({ key: 'key', secret: 'secret', ...common })]
}
