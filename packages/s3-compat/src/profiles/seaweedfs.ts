import type { ProviderFacts } from './profile.ts'

export const seaweedfs: ProviderFacts = {
  provider: 'seaweedfs',
  name: 'SeaweedFS',
  proof: 'documented',
  sources: ['rclone', 'documentation'],
  regions: ['us-east-1'],
  defaultRegion: 'us-east-1',
  addressing: ['path', 'virtual'],
  signatureVersions: ['4', '2'],
  list: { version: 1, encodingType: false },
  conditions: { put: ['ifNoneMatch'] },
  etag: { single: 'md5', multipart: 'opaque' },
}
