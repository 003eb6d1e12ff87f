import { crypto } from '#platform'
import { base64Text } from './base64-text.ts'
import { canonicalResource } from './canonical-resource.ts'
import type { CredentialSource, S3Credentials } from './credentials.ts'
import { effectiveExpiry, requireLifetime } from './lifetime.ts'
import type { SignableRequest, Signer } from './signer.ts'

/** The scheme has no limit of its own; this keeps the moment of expiry a number that servers can hold. */
const longestLifetime = 10 * 365 * 24 * 3600

/**
 * Signature version 2: an HMAC-SHA1 over the method, a few headers and what the request is about. It does not cover the body, the host or
 * the other parameters; DigitalOcean Spaces, Ceph and older servers take it.
 */
export function v2Signer(credentials: CredentialSource): Signer {
  let prepared: { credentials: S3Credentials; hmac: (text: string) => string } | undefined

  const hmacOf = (current: S3Credentials): ((text: string) => string) => {
    if (prepared?.credentials !== current) {
      prepared = { credentials: current, hmac: crypto.hmacSha1Base64(current.secret) }
    }
    return prepared.hmac
  }

  return {
    version: '2',

    async sign(request, now) {
      const current = await credentials(now)
      const added = { ...dateOf(request, now), ...tokenOf(current) }
      const headers = { ...request.headers, ...added }
      // With x-amz-date the line of the date stays empty, for it is among the x-amz headers.
      const date = 'x-amz-date' in headers ? '' : (headers['date'] ?? '')
      const signature = hmacOf(current)(stringToSign(request, headers, date))
      return { ...added, authorization: `AWS ${current.key}:${signature}` }
    },

    async presign(request, now, expiresIn) {
      requireLifetime(expiresIn, longestLifetime)
      const current = await credentials(now)
      const expires = String(Math.floor(now / 1000) + expiresIn)
      const token = tokenOf(current)
      const headers = { ...request.headers, ...token }
      const signature = hmacOf(current)(stringToSign(request, headers, expires))
      return {
        query: [
          ...request.query,
          ['AWSAccessKeyId', current.key],
          ['Expires', expires],
          ...Object.entries(token),
          ['Signature', signature],
        ],
        headers: request.headers,
        expiresAt: effectiveExpiry(now, expiresIn, current),
      }
    },

    async signPolicy(compose, now, expiresIn) {
      requireLifetime(expiresIn, longestLifetime)
      const current = await credentials(now)
      const expiresAt = effectiveExpiry(now, expiresIn, current)
      const conditioned = tokenOf(current)
      const policy = base64Text(compose(conditioned, expiresAt))
      const signature = hmacOf(current)(policy)
      const fields = { AWSAccessKeyId: current.key, ...conditioned, policy, signature }
      return { fields, expiresAt }
    },
  }
}

function stringToSign(
  request: SignableRequest,
  headers: Readonly<Record<string, string>>,
  date: string,
): string {
  // Sorted by name, not by line: `x-amz-meta-a` comes before `x-amz-meta-a-b`, and `-` before `:`.
  const amzLines = Object.keys(headers)
    .filter((name) => name.startsWith('x-amz-'))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}\n`)
  return [
    request.method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    amzLines.join('') + canonicalResource(request.path, request.bucketInHost, request.query),
  ].join('\n')
}

function dateOf(request: SignableRequest, now: number): Record<string, string> {
  const { headers } = request
  if ('date' in headers || 'x-amz-date' in headers) return {}
  return { 'x-amz-date': new Date(now).toUTCString() }
}

function tokenOf(credentials: S3Credentials): Record<string, string> {
  const { sessionToken } = credentials
  return sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }
}
