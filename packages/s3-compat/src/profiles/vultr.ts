import type { ProviderFacts } from './profile.ts'

export const vultr: ProviderFacts = {
  provider: 'vultr',
  name: 'Vultr Object Storage',
  proof: 'documented',
  sources: ['files-sdk', 'reports', 'documentation'],
  endpoint: 'https://{region}.vultrobjects.com',
  regions: ['ewr1', 'sjc1', 'ams1', 'sgp1', 'blr1', 'del1', 'lux1'],
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
}
