import type { HttpOrigin } from './transport.ts'

const defaultPorts = { https: 443, http: 80 } as const

export function portOf(origin: HttpOrigin): number {
  return origin.port ?? defaultPorts[origin.scheme]
}

/** What the `host` header says, and therefore what a signature covers: the port only where it is not the default. */
export function hostHeader(origin: HttpOrigin): string {
  const host = origin.host.includes(':') ? `[${origin.host}]` : origin.host
  return portOf(origin) === defaultPorts[origin.scheme] ? host : `${host}:${origin.port}`
}

/** The origin as it stands in a URL. */
export function originUrl(origin: HttpOrigin): string {
  return `${origin.scheme}://${hostHeader(origin)}`
}

/** Whether a host is this machine by definition. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    name === '::ffff:127.0.0.1' ||
    /^127\.\d+\.\d+\.\d+$/.test(name)
  )
}
