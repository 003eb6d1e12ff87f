import type { ProviderFacts } from './profile.ts'
import { MiB } from './units.ts'

export const minio: ProviderFacts = {
  provider: 'minio',
  name: 'MinIO',
  proof: 'documented',
  sources: ['rclone', 'documentation'],
  regions: ['us-east-1'],
  defaultRegion: 'us-east-1',
  addressing: ['path', 'virtual'],
  signatureVersions: ['4', '2'],
  acls: { objects: [], containers: [] },
  list: { version: 2, encodingType: true },
  multipart: { minPartBytes: 5 * MiB, maxParts: 10_000 },
  conditions: { put: ['ifNoneMatch'], complete: ['ifNoneMatch'] },
  etag: { single: 'md5', multipart: 'md5-n' },
  uploadForm: true,
  notes: ['Access is given by bucket policies, not by ACLs'],
}
