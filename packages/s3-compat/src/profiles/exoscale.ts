import type { ProviderFacts } from './profile.ts'

export const exoscale: ProviderFacts = {
  provider: 'exoscale',
  name: 'Exoscale SOS',
  proof: 'table only',
  sources: ['cyberduck', 'files-sdk'],
  endpoint: 'https://sos-{region}.exo.io',
  regions: [
    'ch-gva-2',
    'ch-dk-2',
    'de-fra-1',
    'de-muc-1',
    'at-vie-1',
    'at-vie-2',
    'bg-sof-1',
    'hr-zag-1',
  ],
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
}
