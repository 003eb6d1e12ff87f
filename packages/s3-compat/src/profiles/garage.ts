import type { ProviderFacts } from './profile.ts'
import { MiB } from './units.ts'

export const garage: ProviderFacts = {
  provider: 'garage',
  name: 'Garage',
  proof: 'documented',
  sources: ['live tests', 'documentation'],
  regions: ['garage'],
  defaultRegion: 'garage',
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  acls: { objects: [], containers: [] },
  multipart: { minPartBytes: 5 * MiB },
  uploadForm: true,
  administration: { objectTagging: false },
  notes: [
    'Conditions are ignored, and the answer is 200',
    'A wrong secret is answered AccessDenied',
    'Refuses to copy parts of less than 5 MiB, the last one too',
  ],
}
