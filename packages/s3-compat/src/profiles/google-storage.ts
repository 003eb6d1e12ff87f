import type { ProviderFacts } from './profile.ts'
import { MiB } from './units.ts'

export const googleStorage: ProviderFacts = {
  provider: 'google_storage',
  name: 'Google Cloud Storage (S3 interoperability, HMAC keys)',
  proof: 'documented',
  sources: ['rclone', 'live tests'],
  endpoint: 'https://storage.googleapis.com',
  regions: ['auto'],
  defaultRegion: 'auto',
  addressing: ['path', 'virtual'],
  signatureVersions: ['4', '2'],
  acls: {
    objects: [
      'private',
      'public-read',
      'public-read-write',
      'authenticated-read',
      'bucket-owner-read',
      'bucket-owner-full-control',
    ],
    containers: ['private', 'public-read', 'public-read-write', 'authenticated-read'],
  },
  list: { version: 2, encodingType: true },
  multipart: { minPartBytes: 5 * MiB, maxParts: 10_000 },
  maxCopyBytes: Infinity,
  copyParts: false,
  etag: { single: 'md5' },
  validatesChecksums: false,
  reportsExistingBucket: true,
  deleteObjects: { max: 1_000 },
  administration: { cors: false, lifecycle: false, objectTagging: false },
  notes: [
    'By the interoperable XML interface, with HMAC keys',
    'Conditions are ignored, and the answer is 200',
    'Buckets with uniform access refuse ACLs',
    'Keys cannot hold CR or LF',
    'Objects stored with gzip encoding may come decoded',
    'An expired URL is answered 400',
  ],
}
