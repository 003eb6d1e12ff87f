import type { ProviderFacts, ServerHint } from '@cloudstore/s3-compat/driver'

const MiB = 1024 ** 2
const GiB = 1024 ** 3
const TiB = 1024 ** 4

/** What the server's short answers mean. */
const hints: readonly ServerHint[] = [
  {
    says: 'cold storage',
    hint: 'Cold Storage buckets have no CDN, CORS, policy and website, take signed requests only, and copy to no Standard bucket',
  },
  {
    operations: ['listContainers', 'createContainer', 'deleteContainer'],
    codes: ['AccessDenied'],
    hint: 'An access key that is limited to single buckets can neither list nor create nor delete buckets. Use driver.container(name), which sends nothing, or a key with all permissions',
  },
  {
    operations: ['getContainer', 'containerExists'],
    codes: ['AccessDenied'],
    hint: "The access key has no grant for this bucket, or the bucket is another account's. Use driver.container(name), which sends nothing, if the key may do what comes next",
  },
  {
    operations: ['copyObject', 'moveObject'],
    codes: ['AccessDenied', 'UnsupportedOperation'],
    hint: 'Spaces copies inside one region, and never between Standard and Cold Storage: elsewhere put(key, source.stream()) does it through this machine',
  },
  {
    operations: ['createContainer'],
    codes: ['Conflict', 'ContainerAlreadyExists'],
    hint: 'A name belongs to one account in its region, and stays taken for a week or more after its bucket was deleted',
  },
  {
    codes: ['ContainerDoesNotExist'],
    hint: 'A bucket in another region is not found either: check option region. One that was just created may take a minute to appear',
  },
  {
    operations: ['getContainer'],
    codes: ['ObjectDoesNotExist'],
    hint: 'A bucket in another region is not found either: check option region. One that was just created may take a minute to appear',
  },
  {
    codes: ['AccessDenied'],
    hint: 'The access key may be limited to other buckets or to reading; a Cold Storage bucket refuses whatever is not signed',
  },
]

/** What is known of Spaces: documentation of January to October 2026, and live runs of October 2026. */
export const spaces: ProviderFacts = {
  provider: 'digitalocean_spaces',
  name: 'DigitalOcean Spaces',
  proof: 'documented',
  sources: ['documentation', 'live tests', 'Ceph', 'rclone', 'cyberduck', 'litestream'],
  endpoint: 'https://{region}.digitaloceanspaces.com',
  regions: [
    'nyc3',
    'ams3',
    'sfo2',
    'sfo3',
    'sgp1',
    'lon1',
    'fra1',
    'tor1',
    'blr1',
    'syd1',
    'atl1',
    'ric1',
    'mkc1',
  ],
  defaultRegion: 'nyc3',
  addressing: ['virtual', 'path'],
  // Both are accepted. 2 comes first because that is the documented default.
  signatureVersions: ['2', '4'],
  acls: { objects: ['private', 'public-read'], containers: ['private', 'public-read'] },
  list: { version: 2, encodingType: true, order: 'utf8' },
  multipart: {
    minPartBytes: 5 * MiB,
    maxPartBytes: 5 * GiB,
    maxParts: 10_000,
    equalParts: false,
  },
  maxPutBytes: 5 * GiB,
  maxObjectBytes: 5 * TiB,
  // On completing an upload and on copying it is ignored, and the answer is 200.
  conditions: { put: ['ifNoneMatch'] },
  // Some releases of Ceph copy another object's parts; nobody has said which one Spaces runs.
  copyPartSource: 'withoutPercent',
  // Ceph hashes what it is sent before it encrypts.
  etag: { single: 'md5', multipart: 'md5-n', encrypted: 'md5' },
  validatesChecksums: false,
  reportsExistingBucket: false,
  locationConstraint: 'none',
  deleteObjects: { max: 1_000 },
  presign: { maxSeconds: 7 * 24 * 3600 },
  uploadForm: true,
  rateLimit: { requestsPerSecond: 800, perClient: 1_500 },
  hints,
  notes: [
    'Runs Ceph',
    'Conditions on completing an upload and on copying are ignored, and the answer is 200',
    'Buckets from before 2022 take 500 requests a second, 300 of them writes and listings',
  ],
}
