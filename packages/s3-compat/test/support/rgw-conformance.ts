import { conformance } from '@cloudstore/conformance'
import { nodeTransport, type Container } from '@cloudstore/core'
import * as runner from '@jest/globals'
import { plainFetch } from '../../../../tooling/test-support/plain-fetch.ts'
import { lookup, rgwOrSkip, type Rgw } from '../../../../tooling/test-support/rgw.ts'
import { S3CompatStorageDriver, type S3OptionTypes } from '../../src/driver.ts'
import type { S3DriverOptions } from '../../src/options.ts'
import type { Addressing, ProviderFacts } from '../../src/profiles/profile.ts'
import { s3Rgw } from '../../src/profiles/s3-rgw.ts'

export interface Combination {
  readonly signatureVersion: '2' | '4'
  readonly addressing: Addressing
  readonly secure: boolean
}

const usual: Combination = { signatureVersion: '4', addressing: 'path', secure: false }

/** A driver on the server, in one of the ways to reach it. */
export function rgwDriver(
  rgw: Rgw,
  { signatureVersion, addressing, secure }: Combination = usual,
  options: Partial<S3DriverOptions> = {},
  facts: ProviderFacts = s3Rgw,
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
      ...options,
    },
    { facts },
  )
}

/** Tests on the server, or one that says that there is none. */
export async function onRgw(
  name: string,
  define: (rgw: Rgw) => void,
  settings?: Readonly<Record<string, string>>,
): Promise<void> {
  const rgw = await rgwOrSkip(name, settings)
  if (rgw !== undefined) runner.describe(name, () => define(rgw))
}

let made = 0

/** A container of one's own. Objects in it are deleted with it. */
export async function withContainer(
  driver: S3CompatStorageDriver,
  work: (container: Container<S3OptionTypes>) => Promise<void>,
): Promise<void> {
  made += 1
  const container = await driver.createContainer(`test-${process.pid}-${Date.now()}-${made}`)
  try {
    await work(container)
  } finally {
    await driver.exCleanupAllMultipartUploads(container)
    await container.deleteMany(container.list())
    await driver.deleteContainer(container)
  }
}

/** Registers the whole suite for one combination, in a file of its own so that two run at the same time. */
export async function rgwConformance(combination: Combination): Promise<void> {
  const { signatureVersion, addressing, secure } = combination
  const name = `RadosGW, signature ${signatureVersion}, ${addressing}, ${secure ? 'https' : 'http'}`
  const rgw = await rgwOrSkip(name)
  if (rgw === undefined) return
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
