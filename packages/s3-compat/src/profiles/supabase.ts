import type { ProviderFacts } from './profile.ts'

export const supabase: ProviderFacts = {
  provider: 'supabase',
  name: 'Supabase Storage',
  proof: 'documented',
  sources: ['documentation'],
  endpoint: 'https://{account}.storage.supabase.co/storage/v1/s3',
  account: 'project reference',
  addressing: ['path'],
  signatureVersions: ['4'],
  acls: { objects: [], containers: [] },
  administration: { cors: false, lifecycle: false },
  notes: [
    'The region of the project must be given',
    'As a user: the project reference is the key, the anon key the secret, and the JWT the session token',
  ],
}
