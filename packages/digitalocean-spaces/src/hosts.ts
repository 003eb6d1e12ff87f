const domain = 'digitaloceanspaces.com'

/** The host by which a bucket is reached, and by which DigitalOcean's API names it. */
export function originHost(container: string, region: string): string {
  return `${container}.${region}.${domain}`
}

/** The host of a bucket's CDN, where it has no domain of its own. */
export function cdnHost(container: string, region: string): string {
  return `${container}.${region}.cdn.${domain}`
}

/** The form of a region's name: `nyc3`, and not `nyc3-static`, the host of websites. */
export const regionSlug: RegExp = /^[a-z]{2,8}[0-9]{1,2}$/

/** The region of a service's host such as `nyc3.digitaloceanspaces.com`. */
export function regionOfHost(host: string): string | undefined {
  const [, region = ''] = /^([^.]+)\.digitaloceanspaces\.com$/.exec(host.toLowerCase()) ?? []
  return regionSlug.test(region) ? region : undefined
}

/** Why a host of DigitalOcean is no endpoint of the service, where that is so. */
export function endpointProblem(host: string): string | undefined {
  const name = host.toLowerCase()
  if (name === domain) return `names no region; expected the service, such as nyc3.${domain}`
  if (!name.endsWith(`.${domain}`) || regionOfHost(name) !== undefined) return undefined
  return `names one bucket, its website or its CDN; expected the service, such as nyc3.${domain}`
}
