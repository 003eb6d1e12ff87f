import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { S3Credentials } from '../../src/signing/credentials.ts'
import type { Query } from '../../src/signing/signer.ts'

interface VectorRequest {
  readonly method: string
  readonly path: string
  readonly query: Query
  readonly headers: Readonly<Record<string, string>>
  readonly host?: string
  readonly bucketInHost?: string
  readonly payloadHash?: string
}

/** A request with its published signature. */
export interface SignatureVector {
  readonly name: string
  /** Where the signature was published. */
  readonly source: string
  readonly kind: 'v2 header' | 'v2 query' | 'v4 header' | 'v4 query' | 'v4 policy'
  readonly credentials: S3Credentials
  readonly region?: string
  /** As in `x-amz-date`. */
  readonly time?: string
  readonly expiresIn?: number
  /** Seconds since 1970. */
  readonly expires?: number
  readonly policy?: string
  readonly request: VectorRequest
  readonly expected: {
    readonly signature?: string
    readonly authorization?: string
    readonly policy?: string
  }
}

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures')
const vectors: readonly SignatureVector[] = JSON.parse(
  readFileSync(join(fixtures, 'signature-vectors.json'), 'utf8'),
)

export function vectorsOf(kind: SignatureVector['kind']): [string, SignatureVector][] {
  return vectors.filter((vector) => vector.kind === kind).map((vector) => [vector.name, vector])
}

/** Milliseconds since 1970 of `20130524T000000Z`. */
export function timeOf(text: string | undefined): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '') ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
