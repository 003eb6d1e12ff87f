import { createScope, getCanonicalQuery, getSigningKey } from '@smithy/signature-v4'
import { crypto } from '#platform'
import { base64Text } from './base64-text.ts'
import type { CredentialSource, S3Credentials } from './credentials.ts'
import { effectiveExpiry, requireLifetime } from './lifetime.ts'
import type { Query, SignableRequest, Signer } from './signer.ts'

const algorithm = 'AWS4-HMAC-SHA256'
const longestLifetime = 7 * 24 * 3600

/** A key of one day, region and set of credentials, ready to sign. */
interface DayKey {
  readonly credentials: S3Credentials
  readonly day: string
  readonly place: string
  readonly scope: string
  readonly hmac: (text: string) => string
}

/**
 * Signature version 4, by the rules of S3: the path is encoded once and never normalized, and the payload's hash is a header. The canonical query
 * and the derivation of keys are `@smithy/signature-v4`'s; its all-in-one signer derives an HMAC of the secret on every call to
 * find a key that has not changed since midnight, and drops a `date` header.
 */
export function v4Signer(credentials: CredentialSource, region: string): Signer {
  let latest: DayKey | undefined

  const keyFor = async (current: S3Credentials, day: string, place: string): Promise<DayKey> => {
    if (latest?.credentials === current && latest.day === day && latest.place === place)
      return latest
    const identity = {
      accessKeyId: current.key,
      secretAccessKey: current.secret,
      ...(current.sessionToken !== undefined && { sessionToken: current.sessionToken }),
    }
    const key = await getSigningKey(crypto.Sha256, identity, day, place, 's3')
    const scope = createScope(day, place, 's3')
    latest = { credentials: current, day, place, scope, hmac: crypto.hmacSha256Hex(key) }
    return latest
  }

  return {
    version: '4',

    async sign(request, now) {
      const current = await credentials(now)
      const date = amzDate(now)
      const added: Record<string, string> = {
        'x-amz-content-sha256': request.payloadHash,
        'x-amz-date': date,
      }
      if (current.sessionToken !== undefined) added['x-amz-security-token'] = current.sessionToken
      const headers = { ...request.headers, ...added, host: request.host }
      const canonical = canonicalRequest(request, headers, request.query, request.payloadHash)
      const key = await keyFor(current, date.slice(0, 8), request.region ?? region)
      const signature = key.hmac(stringToSign(date, key.scope, canonical.text))
      const authorization =
        `${algorithm} Credential=${current.key}/${key.scope},` +
        `SignedHeaders=${canonical.signedNames},Signature=${signature}`
      added['authorization'] = authorization
      return added
    },

    async presign(request, now, expiresIn) {
      requireLifetime(expiresIn, longestLifetime)
      const current = await credentials(now)
      const date = amzDate(now)
      const key = await keyFor(current, date.slice(0, 8), request.region ?? region)
      const headers = { ...request.headers, host: request.host }
      const query: Query = [
        ...request.query,
        ['X-Amz-Algorithm', algorithm],
        ['X-Amz-Credential', `${current.key}/${key.scope}`],
        ['X-Amz-Date', date],
        ['X-Amz-Expires', String(expiresIn)],
        // Alone of the headers: Ceph ignores an ACL in the query, and a signed header that nobody sends fails loudly.
        ...(current.sessionToken === undefined
          ? []
          : [['X-Amz-Security-Token', current.sessionToken] as const]),
        ['X-Amz-SignedHeaders', Object.keys(headers).sort().join(';')],
      ]
      const canonical = canonicalRequest(request, headers, query, 'UNSIGNED-PAYLOAD')
      const signature = key.hmac(stringToSign(date, key.scope, canonical.text))
      return {
        query: [...query, ['X-Amz-Signature', signature]],
        headers: request.headers,
        expiresAt: effectiveExpiry(now, expiresIn, current),
      }
    },

    async signPolicy(compose, now, expiresIn, place = region) {
      requireLifetime(expiresIn, longestLifetime)
      const current = await credentials(now)
      const date = amzDate(now)
      const key = await keyFor(current, date.slice(0, 8), place)
      const expiresAt = effectiveExpiry(now, expiresIn, current)
      const conditioned = {
        'x-amz-algorithm': algorithm,
        'x-amz-credential': `${current.key}/${key.scope}`,
        'x-amz-date': date,
        ...(current.sessionToken !== undefined && { 'x-amz-security-token': current.sessionToken }),
      }
      const policy = base64Text(compose(conditioned, expiresAt))
      return { fields: { ...conditioned, policy, 'x-amz-signature': key.hmac(policy) }, expiresAt }
    },
  }
}

function canonicalRequest(
  request: SignableRequest,
  headers: Readonly<Record<string, string>>,
  query: Query,
  payloadHash: string,
): { text: string; signedNames: string } {
  const names = Object.keys(headers).sort()
  const signedNames = names.join(';')
  let lines = ''
  for (const name of names) lines += `${name}:${withSingleSpaces(headers[name] ?? '')}\n`
  const queryLine = query.length === 0 ? '' : canonicalQuery(request, query)
  const text = `${request.method}\n${request.path}\n${queryLine}\n${lines}\n${signedNames}\n${payloadHash}`
  return { text, signedNames }
}

/** Few values need it, and every request has several. */
function withSingleSpaces(value: string): string {
  return /^\s|\s$|\s\s|[^\S ]/.test(value) ? value.trim().replaceAll(/\s+/g, ' ') : value
}

function canonicalQuery({ method, host, path }: SignableRequest, query: Query): string {
  return getCanonicalQuery({
    method,
    protocol: 'https:',
    hostname: host,
    path,
    headers: {},
    query: queryRecord(query),
  })
}

function queryRecord(query: Query): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {}
  for (const [name, value] of query) {
    const before = record[name]
    record[name] =
      before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return record
}

function stringToSign(date: string, scope: string, canonical: string): string {
  return [algorithm, date, scope, crypto.sha256Hex(canonical)].join('\n')
}

let lastSecond = { second: Number.NaN, text: '' }

/** `20130524T000000Z`. Many requests are signed in one second. */
function amzDate(now: number): string {
  const second = Math.floor(now / 1000)
  if (lastSecond.second !== second) {
    lastSecond = { second, text: new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '') }
  }
  return lastSecond.text
}
