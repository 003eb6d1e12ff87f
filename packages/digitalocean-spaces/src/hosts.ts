const domain = 'digitaloceanspaces.com'

/** The host by which a bucket is reached, and by which DigitalOcean's API names it. */
export function originHost(container: string, region: string): string {
  return `${container}.${region}.${domain}`
}

/** The host of a bucket's CDN, where it has no domain of its own. */
export function cdnHost(container: string, region: string): string {
  return `${container}.${region}.cdn.${domain}`
}

/** The region of a service's host such as `nyc3.digitaloceanspaces.com`. */
export function regionOfHost(host: string): string | undefined {
  const [, region] = /^([a-z0-9-]+)\.digitaloceanspaces\.com$/i.exec(host) ?? []
  return region?.toLowerCase()
}

/** Why a host of DigitalOcean is no endpoint of the service, where that is so. */
export function endpointProblem(host: string): string | undefined {
  const name = host.toLowerCase()
  if (!name.endsWith(`.${domain}`) || regionOfHost(name) !== undefined) return undefined
  return `names one bucket or its CDN; expected the service, such as nyc3.${domain}`
}
