import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { percentEncode } from '@cloudstore/core'
import type { LocalUrlOptions } from '../options.ts'
import { urlOf, type Address } from './address.ts'

/** A request that is to be signed, or was. */
export interface SignedRequest extends Address {
  readonly method: string
  /** Everything in the query but key and signature, in any order. */
  readonly query: readonly (readonly [name: string, value: string])[]
}

/** Makes and checks the signatures of URLs. The secret is in its closure only. */
export interface UrlSigner {
  readonly baseUrl: string
  /** Milliseconds since 1970. */
  now(): number
  signedUrl(request: SignedRequest): string
  isSignedBy(request: SignedRequest, signature: string): boolean
}

export function createUrlSigner(
  { baseUrl, secret }: Readonly<LocalUrlOptions>,
  clock: () => number,
): UrlSigner {
  const key = createSecretKey(Buffer.from(secret))
  const digestOf = (request: SignedRequest): Buffer =>
    createHmac('sha256', key).update(canonicalForm(request)).digest()
  return {
    baseUrl,
    now: clock,
    signedUrl(request) {
      const url = urlOf(baseUrl, request)
      const query = [
        ...request.query,
        ['signature', digestOf(request).toString('base64url')] as const,
      ]
      const text = query.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
      return `${url}${url.includes('?') ? '&' : '?'}${text.join('&')}`
    },
    isSignedBy(request, signature) {
      const expected = digestOf(request)
      const given = Buffer.from(signature, 'base64url')
      return given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
    },
  }
}

/** As JSON, no two requests have the same form, whatever stands in their keys. */
function canonicalForm({ method, container, key, query }: SignedRequest): string {
  const sorted = [...query].sort(
    ([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB),
  )
  return JSON.stringify(['cloudstore-local-1', method, container, key, sorted])
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
