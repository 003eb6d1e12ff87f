import { StorageError } from '../errors/errors.ts'
import { isLoopback, portOf } from './origin.ts'
import type { HttpOrigin } from './transport.ts'

/** A proxy, taken apart. */
export interface Proxy {
  readonly origin: HttpOrigin
  /** The value of `proxy-authorization`. Secret: never in an error, never in an event. */
  readonly authorization?: string | undefined
}

/** Which proxy, if any, the way to an origin leads through. */
export type ProxyChoice = (origin: HttpOrigin) => Proxy | undefined

/**
 * @param option - the URL of a proxy for everything, `false` for none, `undefined` for what the environment says
 * @param environment - `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case; lower case wins
 */
export function chooseProxy(
  option: string | false | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ProxyChoice {
  if (option === false) return () => undefined
  if (option !== undefined) {
    const proxy = parseProxy(option, 'proxy')
    return (origin) => (isLoopback(origin.host) ? undefined : proxy)
  }
  const read = (name: string): string | undefined =>
    environment[name.toLowerCase()] || environment[name] || undefined
  const proxies = {
    https: fromVariable(read, 'HTTPS_PROXY'),
    // In a CGI script, HTTP_PROXY is the header `Proxy` of whoever sent the request.
    http:
      environment['REQUEST_METHOD'] === undefined
        ? fromVariable(read, 'HTTP_PROXY')
        : fromVariable((name) => environment[name.toLowerCase()], 'HTTP_PROXY'),
  }
  if (proxies.https === undefined && proxies.http === undefined) return () => undefined
  const exempt = parseNoProxy(read('NO_PROXY') ?? '')
  return (origin) =>
    isLoopback(origin.host) || exempt(origin) ? undefined : proxies[origin.scheme]
}

function fromVariable(read: (name: string) => string | undefined, name: string): Proxy | undefined {
  const value = read(name)
  return value === undefined || value === '' ? undefined : parseProxy(value, name)
}

function parseProxy(value: string, name: string): Proxy {
  // `proxy.example:3128`, as curl takes it, too.
  const text = value.includes('://') ? value : `http://${value}`
  if (!URL.canParse(text)) throw invalid(name, 'is no URL')
  const url = new URL(text)
  const scheme = url.protocol.slice(0, -1)
  if (scheme !== 'http' && scheme !== 'https') throw invalid(name, `has the scheme ${scheme}`)
  const credentials =
    url.username === '' && url.password === ''
      ? undefined
      : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return {
    origin: {
      scheme,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? undefined : Number(url.port),
    },
    authorization: credentials === undefined ? undefined : `Basic ${base64(credentials)}`,
  }
}

// The value may hold a password: it is not repeated.
function invalid(name: string, problem: string): StorageError {
  return new StorageError('InvalidConfig', `${name} ${problem}`, {
    hint: 'It looks like http://user:password@proxy.example:3128',
  })
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

/** `NO_PROXY`: names (with all below them), addresses, IPv4 networks such as 10.0.0.0/8, each with an optional port; `*` is everything. */
function parseNoProxy(value: string): (origin: HttpOrigin) => boolean {
  const rules = value
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseRule)
  return (origin) => rules.some((rule) => rule(origin.host.toLowerCase(), portOf(origin)))
}

type Rule = (host: string, port: number) => boolean

function parseRule(entry: string): Rule {
  if (entry === '*') return () => true
  const network = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(entry)
  if (network !== null) return inNetwork(ipv4(network[1] ?? ''), Number(network[2]))
  const [, bracketed, rest, portText] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []
  // An IPv6 address without brackets has no port.
  const name = (bracketed ?? rest ?? entry).replace(/^\*?\./, '')
  const port = portText === undefined ? undefined : Number(portText)
  return (host, actualPort) =>
    (host === name || host.endsWith(`.${name}`)) && (port === undefined || port === actualPort)
}

function inNetwork(network: number | undefined, bits: number): Rule {
  if (network === undefined || bits > 32) return () => false
  const size = 2 ** (32 - bits)
  const start = Math.floor(network / size)
  return (host) => {
    const address = ipv4(host)
    return address !== undefined && Math.floor(address / size) === start
  }
}

function ipv4(text: string): number | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number)
  if (parts === undefined || parts.some((part) => part > 255)) return undefined
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}
