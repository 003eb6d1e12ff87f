import { registerDriver } from '@cloudstore/core'
import { providerFacts } from './profiles/all.ts'
import { driverClassFor, type S3DriverClass } from './provider-driver.ts'

export {
  S3CompatStorageDriver,
  type S3CopyOptions,
  type S3DownloadOptions,
  type S3GetOptions,
  type S3OptionTypes,
  type S3ReadOptions,
  type S3UploadOptions,
} from './storage-driver.ts'
export type { SseCustomerKey } from './extensions.ts'
export type { S3Administration } from './operations/administration.ts'
export type {
  DirectUploadOptions,
  PresignPartOptions,
  S3DirectUploads,
} from './operations/direct-uploads.ts'
export type { S3MultipartUpload, UploadFilter } from './operations/uploads.ts'
export type { S3DriverOptions } from './options.ts'
export type { PayloadSigning } from './payload-hash.ts'
export type { Addressing, ProviderFacts } from './profiles/profile.ts'
export type { S3DriverClass } from './provider-driver.ts'
export type { S3CredentialProvider, S3Credentials } from './signing/credentials.ts'
export type { CorsRule } from './xml/documents/cors.ts'
export type { LifecycleRule } from './xml/documents/lifecycle.ts'
export type { Tags } from './xml/documents/tagging.ts'

declare module '@cloudstore/core' {
  interface DriverTypes {
    aliyun_oss: S3DriverClass
    backblaze_b2: S3DriverClass
    cloudflare_r2: S3DriverClass
    contabo: S3DriverClass
    exoscale: S3DriverClass
    garage: S3DriverClass
    google_storage: S3DriverClass
    hetzner: S3DriverClass
    ibm_cos: S3DriverClass
    idrive_e2: S3DriverClass
    linode: S3DriverClass
    minio: S3DriverClass
    oracle_cloud: S3DriverClass
    ovh: S3DriverClass
    rustfs: S3DriverClass
    s3: S3DriverClass
    s3_compat: S3DriverClass
    s3_rgw: S3DriverClass
    scaleway: S3DriverClass
    seaweedfs: S3DriverClass
    storj: S3DriverClass
    supabase: S3DriverClass
    tencent_cos: S3DriverClass
    tigris: S3DriverClass
    vultr: S3DriverClass
    wasabi: S3DriverClass
  }
}

// Here and nowhere else: from a side file bundlers would drop the calls.
for (const facts of providerFacts) {
  registerDriver(facts.provider, driverClassFor(facts), { origin: '@cloudstore/s3-compat' })
}
