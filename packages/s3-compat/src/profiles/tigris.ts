import type { ProviderFacts } from './profile.ts'

export const tigris: ProviderFacts = {
  provider: 'tigris',
  name: 'Tigris',
  proof: 'documented',
  sources: ['documentation', 'cyberduck'],
  endpoint: 'https://t3.storage.dev',
  regions: ['auto'],
  defaultRegion: 'auto',
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  acls: { objects: ['private', 'public-read'], containers: ['private', 'public-read'] },
  conditions: {
    put: ['ifNoneMatch'],
    complete: ['ifNoneMatch'],
    copy: ['ifNoneMatch', 'sourceIfMatch'],
  },
  administration: { objectTagging: true },
  notes: ['Public objects have another host than the API'],
}
