import type { ProviderFacts } from './profile.ts'

/** Any other server: nothing is known, so nothing is relied upon. */
export const s3Compat: ProviderFacts = {
  provider: 's3_compat',
  name: 'S3-compatible storage',
  proof: 'table only',
  sources: ['rclone'],
  addressing: ['path', 'virtual'],
  signatureVersions: ['4', '2'],
}
