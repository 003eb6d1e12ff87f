import {
  StorageError,
  type PresignedRequest,
  type PresignRequest,
  type StorageBackend,
  type UploadFormRequest,
} from '@cloudstore/core'
import { addressOf, urlOf } from '../address.ts'
import { putHeaders } from '../object-headers.ts'
import { policyText } from '../signing/post-policy.ts'
import type { Query, Signer } from '../signing/signer.ts'
import type { S3Context } from './s3-context.ts'

type Presigning = Required<Pick<StorageBackend, 'objectUrl' | 'presign' | 'uploadForm'>>

/** Requests for others to send. */
export function presignOperations({ client }: S3Context): Presigning {
  const { signer, addressing } = client.settings

  return {
    objectUrl: (target) =>
      urlOf(addressOf(client.endpointFor(target.container).endpoint, addressing, target)),

    async presign(request) {
      const { method, container, key, expiresIn } = request
      const { endpoint, region } = client.endpointFor(container)
      const address = addressOf(endpoint, addressing, { container, key })
      const { host, path, bucketInHost } = address
      const { query, headers, expiresAt } = await signer.presign(
        {
          method,
          host,
          path,
          bucketInHost,
          query: responseQuery(request),
          headers: sentHeaders(request, signer.version),
          region,
        },
        client.now(),
        expiresIn,
      )
      return { method, url: urlOf(address, query), headers: headersToSet(headers), expiresAt }
    },

    async uploadForm(request) {
      const { container, key, keyIsPrefix, expiresIn } = request
      requireLiteral(key)
      const { endpoint, region } = client.endpointFor(container)
      const rules = {
        bucket: container,
        fields: { ...formFields(request), ...(!keyIsPrefix && { key }) },
        ...(keyIsPrefix && { prefixes: { key } }),
        ...sizeRule(request),
      }
      const { fields, expiresAt } = await signer.signPolicy(
        (signed, end) => policyText(rules, signed, end),
        client.now(),
        expiresIn,
        region,
      )
      return {
        url: urlOf(addressOf(endpoint, addressing, { container })),
        // The server puts the name of the file in the place of `${filename}`.
        fields: { ...rules.fields, ...fields, ...(keyIsPrefix && { key: `${key}\${filename}` }) },
        expiresAt,
      }
    },
  }
}

/** Servers put the name of the file in its place, wherever it stands in the field. */
function requireLiteral(key: string): void {
  if (!key.includes('${filename}')) return
  throw new StorageError(
    'InvalidObjectName',
    'a form cannot upload to a key that holds ${filename}, which servers replace',
    { hint: 'With keyIsPrefix the name of the file is added behind the key' },
  )
}

export type PresignPart = (part: {
  readonly container: string
  readonly key: string
  readonly upload: string
  readonly number: number
  /** Seconds. */
  readonly expiresIn: number
  readonly size?: number | undefined
}) => Promise<PresignedRequest>

/** The request by which one part of an upload is sent. */
export function partPresigner({ client }: S3Context): PresignPart {
  const { signer, addressing } = client.settings
  return async ({ container, key, upload, number, expiresIn, size }) => {
    const { endpoint, region } = client.endpointFor(container)
    const address = addressOf(endpoint, addressing, { container, key })
    const { host, path, bucketInHost } = address
    const { query, headers, expiresAt } = await signer.presign(
      {
        method: 'PUT',
        host,
        path,
        bucketInHost,
        query: [
          ['partNumber', String(number)],
          ['uploadId', upload],
        ],
        headers: lengthHeader(size, signer.version),
        region,
      },
      client.now(),
      expiresIn,
    )
    return { method: 'PUT', url: urlOf(address, query), headers: headersToSet(headers), expiresAt }
  }
}

/** What the sender of a PUT has to send: signed, so that nothing else is taken. */
function sentHeaders(
  { attributes, size }: PresignRequest,
  version: Signer['version'],
): Record<string, string> {
  return {
    ...(attributes !== undefined && putHeaders(attributes)),
    ...lengthHeader(size, version),
  }
}

/** Version 2 covers no length: a server that checks its signatures takes any. */
function lengthHeader(
  size: number | undefined,
  version: Signer['version'],
): Record<string, string> {
  if (size === undefined) return {}
  if (version === '4') return { 'content-length': String(size) }
  throw new StorageError(
    'UnsupportedOperation',
    'signature version 2 does not hold the sender to a size',
    { hint: 'Use signature version 4, or an upload form with maxSize' },
  )
}

/**
 * The signed headers that the sender has to set. The length is none of them: every HTTP client sends that of the body, and one that is given another
 * waits for the missing bytes. It stays signed, so that a body of another length is refused.
 */
function headersToSet(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-length': _length, ...others } = headers
  return others
}

function responseQuery({ response }: PresignRequest): Query {
  if (response === undefined) return []
  const pairs: [string, string | undefined][] = [
    ['response-cache-control', response.cacheControl],
    ['response-content-disposition', response.contentDisposition],
    ['response-content-encoding', response.contentEncoding],
    ['response-content-language', response.contentLanguage],
    ['response-content-type', response.contentType],
    ['response-expires', response.expires?.toUTCString()],
  ]
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

function formFields({ attributes = {} }: UploadFormRequest): Record<string, string> {
  const { 'content-type': type, 'x-amz-acl': acl, ...metadata } = putHeaders(attributes)
  return {
    ...metadata,
    ...(type !== undefined && { 'Content-Type': type }),
    ...(acl !== undefined && { acl }),
  }
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
function sizeRule({ minSize, maxSize }: UploadFormRequest): {
  size?: { min: number; max: number }
} {
  if (minSize === undefined && maxSize === undefined) return {}
  return { size: { min: minSize ?? 0, max: maxSize ?? 5 * 1024 ** 3 } }
}
