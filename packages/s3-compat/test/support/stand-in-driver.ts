import { nodeTransport, type HttpEvent } from '@cloudstore/core'
import { lookup } from '../../../../tooling/test-support/rgw.ts'
import { S3CompatStorageDriver, type S3DriverSetup } from '../../src/storage-driver.ts'
import type { S3DriverOptions } from '../../src/options.ts'
import type { ProviderFacts } from '../../src/profiles/profile.ts'
import { s3Compat } from '../../src/profiles/s3-compat.ts'
import type { S3StandIn } from './s3-stand-in.ts'

export const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'

/** What the stand-in keeps to. */
export const standInFacts: ProviderFacts = {
  ...s3Compat,
  etag: { single: 'md5', multipart: 'md5-n' },
  acls: { objects: ['private', 'public-read'], containers: ['private', 'public-read'] },
  conditions: { put: ['ifNoneMatch', 'ifMatch'] },
  uploadForm: true,
}

export interface StandInDriver {
  readonly driver: S3CompatStorageDriver
  readonly events: HttpEvent[]
}

/** A driver on the stand-in that waits for nothing between attempts. */
export function standInDriver(
  server: S3StandIn,
  options: Partial<S3DriverOptions> = {},
  setup: Partial<S3DriverSetup> = {},
): StandInDriver {
  const events: HttpEvent[] = []
  const own = options.endpoint === undefined && (setup.facts ?? standInFacts).endpoint !== undefined
  const driver = new S3CompatStorageDriver(
    {
      ...(!own && { endpoint: server.url }),
      ...(options.credentials === undefined && { key: 'AKIDEXAMPLE', secret }),
      retries: { baseDelay: 1, maxDelay: 2000 },
      transport: nodeTransport({ lookup, proxy: false }),
      onEvent: (event) => events.push(event),
      ...options,
    },
    { facts: standInFacts, ...setup },
  )
  return { driver, events }
}

/** What a call rejects with. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}
