import type { ProviderFacts } from './profile.ts'
import { MB, TB } from './units.ts'

export const scaleway: ProviderFacts = {
  provider: 'scaleway',
  name: 'Scaleway Object Storage',
  proof: 'documented',
  sources: ['rclone', 'documentation', 'litestream'],
  endpoint: 'https://s3.{region}.scw.cloud',
  regions: ['fr-par', 'nl-ams', 'pl-waw'],
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  list: { version: 2, encodingType: true },
  multipart: { minPartBytes: 5 * MB, maxParts: 1_000, equalParts: false },
  maxObjectBytes: 5 * TB,
  etag: { single: 'md5', multipart: 'md5-n' },
  deleteObjects: { max: 1_000 },
  notes: ['Uploads have 1,000 parts at most'],
}
