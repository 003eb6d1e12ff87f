import { conformance } from '@cloudstore/conformance'
import { nodeTransport } from '@cloudstore/core'
import * as runner from '@jest/globals'
import { S3CompatStorageDriver } from '../../src/driver.ts'
import type { Addressing } from '../../src/profiles/profile.ts'
import { s3Rgw } from '../../src/profiles/s3-rgw.ts'
import { plainFetch } from './plain-fetch.ts'
import { lookup, startRgw, type Rgw } from './rgw.ts'

export interface Combination {
  readonly signatureVersion: '2' | '4'
  readonly addressing: Addressing
  readonly secure: boolean
}

/** A driver on the server, in one of the ways to reach it. */
export function rgwDriver(
  rgw: Rgw,
  { signatureVersion, addressing, secure }: Combination,
): S3CompatStorageDriver {
  const endpoint = new URL(secure ? rgw.https : rgw.http)
  if (addressing === 'virtual') endpoint.hostname = rgw.domain
  return new S3CompatStorageDriver(
    {
      endpoint: endpoint.origin,
      region: rgw.region,
      key: rgw.key,
      secret: rgw.secret,
      signatureVersion,
      addressing,
      transport: nodeTransport({ lookup, tls: { ca: rgw.ca } }),
    },
    { facts: s3Rgw },
  )
}

/** Registers the whole suite for one combination, in a file of its own so that two run at the same time. */
export async function rgwConformance(combination: Combination): Promise<void> {
  const { signatureVersion, addressing, secure } = combination
  const rgw = await startRgw()
  const name = `RadosGW, signature ${signatureVersion}, ${addressing}, ${secure ? 'https' : 'http'}`
  if (rgw === undefined) {
    runner.test.skip(
      `${name}: left out, no Ceph RadosGW can be had on this machine`,
      () => undefined,
    )
    return
  }
  conformance({
    name,
    runner,
    open: () => ({
      driver: rgwDriver(rgw, combination),
      secrets: [rgw.secret],
      fetch: plainFetch(rgw.ca),
      fetchKeepsPaths: true,
    }),
  })
}
