import { aliyunOss } from './aliyun-oss.ts'
import { backblazeB2 } from './backblaze-b2.ts'
import { cloudflareR2 } from './cloudflare-r2.ts'
import { contabo } from './contabo.ts'
import { exoscale } from './exoscale.ts'
import { garage } from './garage.ts'
import { googleStorage } from './google-storage.ts'
import { hetzner } from './hetzner.ts'
import { ibmCos } from './ibm-cos.ts'
import { idriveE2 } from './idrive-e2.ts'
import { linode } from './linode.ts'
import { minio } from './minio.ts'
import { oracleCloud } from './oracle-cloud.ts'
import { ovh } from './ovh.ts'
import { rustfs } from './rustfs.ts'
import { s3 } from './s3.ts'
import { s3Compat } from './s3-compat.ts'
import { s3Rgw } from './s3-rgw.ts'
import { scaleway } from './scaleway.ts'
import { seaweedfs } from './seaweedfs.ts'
import { storj } from './storj.ts'
import { supabase } from './supabase.ts'
import { tencentCos } from './tencent-cos.ts'
import { tigris } from './tigris.ts'
import { vultr } from './vultr.ts'
import { wasabi } from './wasabi.ts'
import type { ProviderFacts } from './profile.ts'

/** What is known of every provider that this package serves. */
export const providerFacts: readonly ProviderFacts[] = [
  aliyunOss,
  backblazeB2,
  cloudflareR2,
  contabo,
  exoscale,
  garage,
  googleStorage,
  hetzner,
  ibmCos,
  idriveE2,
  linode,
  minio,
  oracleCloud,
  ovh,
  rustfs,
  s3,
  s3Compat,
  s3Rgw,
  scaleway,
  seaweedfs,
  storj,
  supabase,
  tencentCos,
  tigris,
  vultr,
  wasabi,
]
