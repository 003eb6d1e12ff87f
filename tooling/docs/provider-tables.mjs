// The tables of docs/providers.md: what each shows of a profile. An empty cell means "not known".
import { resolveService } from '../../packages/s3-compat/src/profiles/resolve.ts'

const yes = (value) => (value === undefined ? '' : value ? 'yes' : 'no')
const code = (text) => `\`${text}\``
/** `none` is a fact, an absent list is not. */
const list = (values) =>
  values === undefined ? '' : values.length === 0 ? 'none' : values.map(code).join(', ')

const units = [
  [1024, ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']],
  [1000, ['bytes', 'KB', 'MB', 'GB', 'TB']],
].flatMap(([base, names]) => names.map((name, step) => [name, base ** step]))

/** In the unit that makes the shortest number: 10 TB is no round number of TiB, and 5 GiB none of GB. */
function bytes(value) {
  if (value === undefined) return ''
  if (value === Infinity) return 'no limit'
  const [shortest] = units
    .map(([name, unit]) => [String(Number((value / unit).toFixed(9))), name])
    .filter(([number]) => Number(number) >= 1)
    .toSorted(([a], [b]) => a.length - b.length)
  return shortest.join(' ')
}

const number = (value) => (value === undefined ? '' : value.toLocaleString('en'))

/** A URL with what is to fill in, e.g. `https://s3.{region}.example.com`. */
const url = ({ endpoint }) => (endpoint === undefined ? '' : code(endpoint))

export const tables = [
  {
    title: 'Where it is, and how it is asked',
    about:
      'Without an endpoint in this table, `endpoint` (or `host`) must be given. `{account}` is filled in from the option of that name. Of addressing and signatures, the first is the default.',
    head: ['endpoint', 'default region', 'addressing', 'signatures', 'requests per second'],
    row: (facts) => [
      url(facts),
      facts.defaultRegion === undefined ? '' : code(facts.defaultRegion),
      list(facts.addressing),
      facts.signatureVersions?.map((version) => `v${version}`).join(', ') ?? '',
      number(facts.rateLimit?.requestsPerSecond),
    ],
  },
  {
    title: 'Conditions on writes',
    about:
      'Offered only where it is known that the server enforces them: one that ignores a condition answers 200 all the same. Empty: not known to be enforced, and refused. A conditional upload in several parts needs the column "completing an upload".',
    head: ['put', 'completing an upload', 'copying', 'deleting'],
    row: ({ conditions }) =>
      ['put', 'complete', 'copy', 'delete'].map((call) =>
        conditions?.[call] === undefined || conditions[call].length === 0
          ? ''
          : list(conditions[call]),
      ),
  },
  {
    title: 'Canned ACLs',
    about: '`none`: known to take no ACL. Empty: not known, and `acl` is refused.',
    head: ['of objects', 'of containers'],
    row: ({ acls }) => [list(acls?.objects), list(acls?.containers)],
  },
  {
    title: 'Sizes and parts',
    about:
      'Objects above a single put go up in parts, and above a single copy they are copied in parts, without being asked. Equal parts: all but the last have one size.',
    head: [
      'smallest part',
      'largest part',
      'most parts',
      'equal parts',
      'single put',
      'object',
      'single copy',
      'copies parts',
    ],
    row: (facts) => [
      bytes(facts.multipart?.minPartBytes),
      bytes(facts.multipart?.maxPartBytes),
      number(facts.multipart?.maxParts),
      yes(facts.multipart?.equalParts),
      bytes(facts.maxPutBytes),
      bytes(facts.maxObjectBytes),
      bytes(facts.maxCopyBytes),
      yes(facts.copyParts),
    ],
  },
  {
    title: 'ETags and checksums',
    about:
      'An ETag known to be an MD5 is compared with the bytes that were sent and received. `md5-n`: the MD5 of the parts\' MD5s, with their number. `opaque`: known to be something else. "Encrypted" means with a key of the customer (SSE-C) or of a key service; a listing does not say which objects are, so objects in it have a `hash` only where both are `md5`. "Validates" means that a wrong `x-amz-checksum-*` is known to be refused (or not).',
    head: [
      'ETag of a single put',
      'ETag of several parts',
      'ETag of an encrypted object',
      'validates checksums',
    ],
    row: ({ etag, validatesChecksums }) => [
      etag?.single ?? '',
      etag?.multipart ?? '',
      etag?.encrypted ?? '',
      yes(validatesChecksums),
    ],
  },
  {
    title: 'Listings and containers',
    about:
      'Version: of the list call. Sorted: by the bytes of the key. "Reports an existing container": creating one that one has already is an error on the server; where not, the driver asks first.',
    head: ['version', 'sorted', 'names encoded', 'reports an existing container'],
    row: ({ list, reportsExistingBucket }) => [
      list?.version === undefined ? '' : `v${list.version}`,
      list?.order === undefined ? '' : yes(list.order === 'utf8'),
      yes(list?.encodingType),
      yes(reportsExistingBucket),
    ],
  },
  {
    title: 'Further calls',
    about:
      'Keys of one batch delete, upload by a signed HTML form, the calls under `s3`, and copies that decrypt and encrypt with keys of the customer (`sourceSseCustomerKey`, `sseCustomerKey`).',
    head: [
      'batch delete',
      'upload form',
      'CORS',
      'lifecycle',
      'object tags',
      "copies with the customer's keys",
    ],
    row: ({ deleteObjects, uploadForm, administration, copyCustomerKeys }) => [
      deleteObjects === undefined ? '' : `${number(deleteObjects.max)} keys`,
      yes(uploadForm),
      yes(administration?.cors),
      yes(administration?.lifecycle),
      yes(administration?.objectTagging),
      yes(copyCustomerKeys),
    ],
  },
]

/** What `resolveService` decides where nothing is known. */
export function carefulSide() {
  const nothing = { provider: 's3_compat', name: '', proof: 'table only', sources: [] }
  const { profile, region, addressing, signatureVersion } = resolveService(nothing, {
    endpoint: 'https://example.com',
  })
  const { multipart, etag, administration, presign } = profile
  const rows = [
    ['region', code(region)],
    ['addressing', code(addressing)],
    ['signature', `v${signatureVersion}`],
    ['listings', `v${profile.list.version}, sorted, names encoded`],
    [
      'parts',
      `${bytes(multipart.minPartBytes)} to ${bytes(multipart.maxPartBytes)}, ${number(multipart.maxParts)} at most, ${multipart.equalParts ? 'all but the last of one size' : 'of any size'}`,
    ],
    [
      'largest single put, object, single copy',
      [profile.maxPutBytes, profile.maxObjectBytes, profile.maxCopyBytes].map(bytes).join(', '),
    ],
    ['copies parts', yes(profile.copyParts)],
    ['conditions on reads', list(profile.conditions.read)],
    [
      'conditions on writes',
      list(['put', 'complete', 'copy', 'delete'].flatMap((call) => profile.conditions[call])),
    ],
    ['ACLs', list([...profile.acls.objects, ...profile.acls.containers])],
    [
      'ETag of a single put, of several parts, of an encrypted object',
      `${etag.single}, ${etag.multipart}, ${etag.encrypted}`,
    ],
    ["copies with the customer's keys", yes(profile.copyCustomerKeys)],
    ['checksum headers', profile.validatesChecksums ? 'sent' : 'not sent'],
    ['existing container', profile.reportsExistingBucket ? 'the server says' : 'asked first'],
    [
      'region in the request for a container',
      profile.locationConstraint === 'region' ? 'named' : 'not named',
    ],
    ['batch delete', `${number(profile.deleteObjects.max)} keys`],
    ['presigned requests', `${list(presign.methods)}, ${presign.maxSeconds / 86_400} days at most`],
    ['upload form', yes(profile.uploadForm)],
    [
      'CORS, lifecycle, object tags',
      [administration.cors, administration.lifecycle, administration.objectTagging]
        .map(yes)
        .join(', '),
    ],
    [
      'requests per second',
      profile.rateLimit === undefined ? 'no limit' : number(profile.rateLimit),
    ],
  ]
  return { head: ['', 'without a fact'], rows }
}

/** What does not fit into a table: regions and notes. */
export function detailsOf(facts) {
  const { provider, name, regions, regionEndpoints, account, notes } = facts
  const lines = [`- Proof: ${facts.proof}, from ${facts.sources.join(', ')}.`]
  if (account !== undefined) lines.push(`- \`account\` is the ${account}.`)
  if (regions !== undefined) {
    lines.push(`- Known regions, others are accepted: ${regions.map(code).join(', ')}.`)
  }
  for (const [region, endpoint] of Object.entries(regionEndpoints ?? {})) {
    lines.push(`- Endpoint of \`${region}\`: ${code(endpoint)}.`)
  }
  if (facts.signingRegion !== undefined) {
    lines.push(`- Signed for the region ${code(facts.signingRegion)} wherever it is.`)
  }
  if (facts.locationConstraint === 'region') {
    lines.push('- The request for a container names its region.')
  }
  if (facts.quotesIfMatch === false) lines.push('- `If-Match` on writes is sent without quotes.')
  for (const note of notes ?? []) lines.push(`- ${note}.`)
  return `### ${provider}\n\n${name}\n\n${lines.join('\n')}`
}
