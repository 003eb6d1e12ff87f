import type { ProviderFacts } from './profile.ts'
import { GB, MiB } from './units.ts'

export const storj: ProviderFacts = {
  provider: 'storj',
  name: 'Storj (hosted gateway)',
  proof: 'documented',
  sources: ['rclone', 'documentation'],
  endpoint: 'https://gateway.storjshare.io',
  regionEndpoints: {
    eu1: 'https://gateway.eu1.storjshare.io',
    us1: 'https://gateway.us1.storjshare.io',
    ap1: 'https://gateway.ap1.storjshare.io',
  },
  regions: ['global', 'eu1', 'us1', 'ap1'],
  defaultRegion: 'global',
  signingRegion: 'global',
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  acls: { objects: [], containers: [] },
  list: { version: 2, order: 'none' },
  multipart: { minPartBytes: 5 * MiB, maxParts: 10_000 },
  maxCopyBytes: 671 * GB,
  copyParts: false,
  etag: { single: 'md5', multipart: 'md5-n' },
  administration: { cors: false, lifecycle: false },
  notes: [
    'Listings are not sorted unless prefix and delimiter fit',
    'Copies parts only on request',
  ],
}
