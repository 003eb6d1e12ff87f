import type { ProviderFacts } from './profile.ts'
import { MiB, TB } from './units.ts'

export const backblazeB2: ProviderFacts = {
  provider: 'backblaze_b2',
  name: 'Backblaze B2',
  proof: 'documented',
  sources: ['live tests', 'cyberduck', 'documentation', 'litestream'],
  endpoint: 'https://s3.{region}.backblazeb2.com',
  regions: [
    'us-west-000',
    'us-west-001',
    'us-west-002',
    'us-west-004',
    'us-east-005',
    'eu-central-003',
    'ca-east-006',
  ],
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  acls: { objects: [], containers: ['private', 'public-read'] },
  list: { version: 2, encodingType: true },
  multipart: { minPartBytes: 5 * MiB, maxParts: 10_000, equalParts: false },
  maxObjectBytes: 10 * TB,
  conditions: { copy: ['sourceIfMatch'] },
  validatesChecksums: true,
  deleteObjects: { max: 1_000 },
  uploadForm: false,
  notes: [
    'Versions are always on: a deleted object is hidden',
    'The master key does not work',
    'An ACL belongs to the bucket',
    'An expired URL is answered 401',
  ],
}
