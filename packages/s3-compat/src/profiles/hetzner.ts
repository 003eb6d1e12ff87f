import type { ProviderFacts } from './profile.ts'
import { MiB } from './units.ts'

export const hetzner: ProviderFacts = {
  provider: 'hetzner',
  name: 'Hetzner Object Storage',
  proof: 'documented',
  sources: ['rclone', 'live tests', 'documentation', 'litestream', 'Ceph'],
  endpoint: 'https://{region}.your-objectstorage.com',
  regions: ['hel1', 'fsn1', 'nbg1'],
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  acls: { objects: ['private', 'public-read'], containers: ['private', 'public-read'] },
  list: { version: 2, encodingType: true },
  multipart: { minPartBytes: 5 * MiB, maxParts: 10_000 },
  conditions: { put: ['ifNoneMatch'], copy: ['sourceIfMatch'] },
  // Ceph hashes what it is sent before it encrypts.
  etag: { single: 'md5', multipart: 'md5-n', encrypted: 'md5' },
  validatesChecksums: false,
  deleteObjects: { max: 1_000 },
  rateLimit: { requestsPerSecond: 750 },
  notes: ['Runs Ceph', 'Conditions on completing an upload are ignored, and the answer is 200'],
}
