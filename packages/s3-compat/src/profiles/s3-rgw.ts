import type { ProviderFacts } from './profile.ts'
import { MiB } from './units.ts'

export const s3Rgw: ProviderFacts = {
  provider: 's3_rgw',
  name: 'Ceph RADOS Gateway',
  proof: 'tested here',
  sources: ['own tests', 'rclone', 'live tests'],
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
  list: { version: 2, encodingType: true, order: 'utf8' },
  multipart: { minPartBytes: 5 * MiB, maxParts: 10_000 },
  conditions: { put: ['ifMatch', 'ifNoneMatch'] },
  copyPartSource: 'withoutPercent',
  copyCustomerKeys: false,
  quotesIfMatch: false,
  etag: { single: 'md5', multipart: 'md5-n', encrypted: 'md5' },
  validatesChecksums: false,
  reportsExistingBucket: false,
  uploadForm: true,
  notes: [
    'Conditions on completing an upload, on copying and on deleting are ignored, and the answer is 200',
    'If-Match works with the quotes of the ETag left out',
    'Parts of an object with a percent sign in its key cannot be copied: version 16 takes another object, or ends',
    'Copies take no key of the customer: version 16 refuses a source that is encrypted with one, and stores the copy in the clear',
    'Virtual hosts need rgw_dns_name',
  ],
}
