import type { ProviderFacts } from './profile.ts'

export const oracleCloud: ProviderFacts = {
  provider: 'oracle_cloud',
  name: 'Oracle Cloud (OCI) Object Storage',
  proof: 'documented',
  sources: ['documentation', 'files-sdk'],
  endpoint: 'https://{account}.compat.objectstorage.{region}.oraclecloud.com',
  account: 'namespace',
  regions: ['us-ashburn-1', 'us-phoenix-1', 'eu-frankfurt-1', 'uk-london-1', 'ap-tokyo-1'],
  addressing: ['path'],
  signatureVersions: ['4'],
  acls: { objects: [], containers: [] },
  notes: ['Keys are Customer Secret Keys'],
}
