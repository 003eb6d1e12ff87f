import type { ProviderFacts } from './profile.ts'

export const idriveE2: ProviderFacts = {
  provider: 'idrive_e2',
  name: 'IDrive e2',
  proof: 'table only',
  sources: ['rclone', 'files-sdk'],
  defaultRegion: 'us-east-1',
  addressing: ['path', 'virtual'],
  signatureVersions: ['4'],
  etag: { single: 'md5', multipart: 'md5-n' },
  notes: ['The endpoint of an account stands in its dashboard'],
}
