const providers = {
  ALIYUN_OSS: 'aliyun_oss',
  BACKBLAZE_B2: 'backblaze_b2',
  CLOUDFLARE_R2: 'cloudflare_r2',
  CONTABO: 'contabo',
  DIGITALOCEAN_SPACES: 'digitalocean_spaces',
  EXOSCALE: 'exoscale',
  GARAGE: 'garage',
  GOOGLE_STORAGE: 'google_storage',
  HETZNER: 'hetzner',
  IBM_COS: 'ibm_cos',
  IDRIVE_E2: 'idrive_e2',
  LINODE: 'linode',
  LOCAL: 'local',
  MEMORY: 'memory',
  MINIO: 'minio',
  ORACLE_CLOUD: 'oracle_cloud',
  OVH: 'ovh',
  RUSTFS: 'rustfs',
  S3: 's3',
  S3_COMPAT: 's3_compat',
  S3_RGW: 's3_rgw',
  SCALEWAY: 'scaleway',
  SEAWEEDFS: 'seaweedfs',
  STORJ: 'storj',
  SUPABASE: 'supabase',
  TENCENT_COS: 'tencent_cos',
  TIGRIS: 'tigris',
  VULTR: 'vultr',
  WASABI: 'wasabi',
} as const

/**
 * The providers that packages of this project serve, for `getDriver(Provider.DIGITALOCEAN_SPACES)`. The strings are those of
 * Apache Libcloud where it has one. `s3_compat` is any other server that speaks S3; it needs an `endpoint`.
 */
export const Provider: Readonly<typeof providers> = Object.freeze(providers)

/** The string of a provider that a package of this project serves. */
export type ProviderName = (typeof providers)[keyof typeof providers]

const packagesOfTheirOwn: Readonly<Partial<Record<ProviderName, string>>> = {
  digitalocean_spaces: '@cloudstore/digitalocean-spaces',
  local: '@cloudstore/local',
  memory: '@cloudstore/memory',
}

/** The package to install and import, by provider. Every provider without a package of its own speaks S3. */
export const officialPackages: ReadonlyMap<string, string> = new Map(
  Object.values(providers).map((provider) => [
    provider,
    packagesOfTheirOwn[provider] ?? '@cloudstore/s3-compat',
  ]),
)

/** The one spelling of a provider's string: lower case, `_` for `-`. */
export function normalizeProvider(provider: string): string {
  return provider.toLowerCase().replaceAll('-', '_')
}
