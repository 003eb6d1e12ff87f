import type { ProviderFacts } from './profile.ts'

export const contabo: ProviderFacts = {
  provider: 'contabo',
  name: 'Contabo Object Storage',
  proof: 'documented',
  sources: ['cyberduck', 'documentation', 'reports'],
  endpoint: 'https://{region}.contabostorage.com',
  regions: ['eu2', 'usc1', 'sin1'],
  signingRegion: 'default',
  addressing: ['path'],
  signatureVersions: ['4'],
  rateLimit: { requestsPerSecond: 250 },
  notes: ['Runs Ceph'],
}
