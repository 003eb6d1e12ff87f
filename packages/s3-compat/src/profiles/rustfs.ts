import type { ProviderFacts } from './profile.ts'

export const rustfs: ProviderFacts = {
  provider: 'rustfs',
  name: 'RustFS',
  proof: 'documented',
  sources: ['documentation'],
  regions: ['us-east-1'],
  defaultRegion: 'us-east-1',
  addressing: ['path', 'virtual'],
  signatureVersions: ['4'],
  conditions: { put: ['ifNoneMatch'], complete: ['ifNoneMatch'] },
}
