import type { ProviderFacts } from './profile.ts'
import { GiB, MiB } from './units.ts'

export const cloudflareR2: ProviderFacts = {
  provider: 'cloudflare_r2',
  name: 'Cloudflare R2',
  proof: 'documented',
  sources: ['rclone', 'live tests', 'documentation'],
  endpoint: 'https://{account}.r2.cloudflarestorage.com',
  regionEndpoints: {
    eu: 'https://{account}.eu.r2.cloudflarestorage.com',
    fedramp: 'https://{account}.fedramp.r2.cloudflarestorage.com',
  },
  account: 'account id',
  regions: ['auto', 'eu', 'fedramp'],
  defaultRegion: 'auto',
  signingRegion: 'auto',
  addressing: ['path', 'virtual'],
  signatureVersions: ['4'],
  acls: { objects: [], containers: [] },
  list: { version: 2, encodingType: true },
  multipart: { minPartBytes: 5 * MiB, maxPartBytes: 5 * GiB, maxParts: 10_000, equalParts: true },
  // https://developers.cloudflare.com/r2/api/s3/conditional-operations/
  conditions: {
    put: ['ifNoneMatch', 'ifMatch'],
    complete: ['ifNoneMatch', 'ifMatch'],
    copy: ['sourceIfMatch'],
  },
  etag: { single: 'md5', multipart: 'opaque' },
  validatesChecksums: true,
  deleteObjects: { max: 700 },
  uploadForm: false,
  administration: { objectTagging: false },
  notes: [
    'Keys are stored in Unicode normalization form C',
    'Takes one write per second and key',
    'A jurisdiction is given as region',
    'Objects encoded with gzip may come decoded unless they are stored with Cache-Control: no-transform',
    'Answered InternalError to some requests to delete more than 700 keys',
  ],
}
