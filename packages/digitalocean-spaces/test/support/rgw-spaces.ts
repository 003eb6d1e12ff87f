import { conformance } from '@cloudstore/conformance'
import { nodeTransport } from '@cloudstore/core'
import * as runner from '@jest/globals'
import { plainFetch } from '../../../../tooling/test-support/plain-fetch.ts'
import { lookup, rgwOrSkip, type Rgw } from '../../../../tooling/test-support/rgw.ts'
import { DigitalOceanSpacesStorageDriver } from '../../src/driver.ts'
import type { SpacesDriverOptions } from '../../src/options.ts'

export type SignatureVersion = '2' | '4'

/**
 * The driver as it is used on Spaces, with the names and certificates of production, on a server that runs what Spaces runs: only the look-up of
 * names and the port are other ones.
 */
export function spacesOnRgw(
  rgw: Rgw,
  options: SpacesDriverOptions = {},
): DigitalOceanSpacesStorageDriver {
  return new DigitalOceanSpacesStorageDriver({
    key: rgw.key,
    secret: rgw.secret,
    port: Number(new URL(rgw.https).port),
    transport: nodeTransport({ lookup, tls: { ca: rgw.ca } }),
    rateLimit: false,
    ...options,
  })
}

/** Registers the whole suite for one signature version, in a file of its own so that two run at the same time. */
export async function spacesConformance(signatureVersion: SignatureVersion): Promise<void> {
  const name = `Spaces on RadosGW, signature ${signatureVersion}`
  const rgw = await rgwOrSkip(name)
  if (rgw === undefined) return
  const token = 'dop_v1_of_the_conformance_suite'
  conformance({
    name,
    runner,
    open: () => ({
      // The token is for nothing but to be looked for: no case needs the API.
      driver: spacesOnRgw(rgw, { signatureVersion, cdn: { token } }),
      secrets: [rgw.secret, token],
      fetch: plainFetch(rgw.ca),
      fetchKeepsPaths: true,
    }),
  })
}
