import type { ProviderFacts } from './profile.ts'

export const ovh: ProviderFacts = {
  provider: 'ovh',
  name: 'OVHcloud Object Storage',
  proof: 'table only',
  sources: ['rclone', 'cyberduck'],
  endpoint: 'https://s3.{region}.io.cloud.ovh.net',
  regionEndpoints: {
    'us-east-va': 'https://s3.us-east-va.io.cloud.ovh.us',
    'us-west-or': 'https://s3.us-west-or.io.cloud.ovh.us',
  },
  regions: [
    'gra',
    'rbx',
    'sbg',
    'eu-west-par',
    'eu-south-mil',
    'de',
    'uk',
    'waw',
    'bhs',
    'ca-east-tor',
    'sgp',
    'ap-southeast-syd',
    'ap-south-mum',
    'rbx-archive',
    'us-east-va',
    'us-west-or',
  ],
  addressing: ['virtual', 'path'],
  signatureVersions: ['4'],
  etag: { single: 'md5', multipart: 'md5-n' },
}
