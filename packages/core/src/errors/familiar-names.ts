/** Names that people bring along from elsewhere, without case, `-` and `_`, and what is called so here: the first that exists. */
const familiar: ReadonlyMap<string, readonly string[]> = new Map([
  ['accesskeyid', ['key']],
  ['accesskey', ['key']],
  ['awsaccesskeyid', ['key']],
  ['secretaccesskey', ['secret']],
  ['secretkey', ['secret']],
  ['awssecretaccesskey', ['secret']],
  ['awssessiontoken', ['sessionToken']],
  ['token', ['sessionToken', 'cdn.token']],
  ['forcepathstyle', ['addressing']],
  ['s3forcepathstyle', ['addressing']],
  ['pathstyle', ['addressing']],
  ['maxattempts', ['retries']],
  ['maxretries', ['retries']],
  ['queuesize', ['concurrency']],
  ['abortsignal', ['signal']],
  ['aws', ['s3']],
  ['amazon', ['s3']],
  ['amazons3', ['s3']],
  ['awss3', ['s3']],
  ['r2', ['cloudflare_r2']],
  ['cloudflare', ['cloudflare_r2']],
  ['gcs', ['google_storage']],
  ['google', ['google_storage']],
  ['googlecloudstorage', ['google_storage']],
  ['b2', ['backblaze_b2']],
  ['backblaze', ['backblaze_b2']],
  ['do', ['digitalocean_spaces']],
  ['dospaces', ['digitalocean_spaces']],
  ['spaces', ['digitalocean_spaces']],
  ['digitalocean', ['digitalocean_spaces']],
  ['ceph', ['s3_rgw']],
  ['rgw', ['s3_rgw']],
  ['radosgw', ['s3_rgw']],
  ['fs', ['local']],
  ['file', ['local']],
  ['filesystem', ['local']],
])

/** The name among `known` for what has another name elsewhere; `plainName` is without case and separators. */
export function familiarName(plainName: string, known: Iterable<string>): string | undefined {
  const names = familiar.get(plainName)
  if (names === undefined) return undefined
  const all = new Set(known)
  return names.find((name) => all.has(name))
}
