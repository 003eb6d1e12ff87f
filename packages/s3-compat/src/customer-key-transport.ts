import { isLoopback, StorageError } from '@cloudstore/core'
import type { Endpoint } from './address.ts'

const keyHeader = /^x-amz-(copy-source-)?server-side-encryption-customer-key$/

/** Refuses to send a key of the customer where anybody in between could read it, as Amazon does. */
export function requireProtected(
  headers: Readonly<Record<string, string>> | undefined,
  { scheme, host }: Endpoint,
): void {
  if (scheme === 'https' || headers === undefined || isLoopback(host)) return
  if (!Object.keys(headers).some((name) => keyHeader.test(name))) return
  throw new StorageError(
    'InvalidArgument',
    `option sseCustomerKey would send the key to ${host} over http, where everybody in between can read it`,
    { hint: 'Use an endpoint with https' },
  )
}
