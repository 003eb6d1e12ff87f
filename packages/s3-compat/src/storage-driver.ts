import {
  BaseStorageDriver,
  checkContainerName,
  checkObjectKey,
  httpClient,
  defaultTransport,
  originUrl,
  requireOwn,
  resolveRetries,
  resolveTimeouts,
  runOperation,
  StorageError,
  type Container,
  type CopyOptions,
  type DownloadOptions,
  type DriverEnvironment,
  type DriverOptionTypes,
  type GetOptions,
  type RateLimit,
  type ReadOptions,
  type StorageBackend,
  type UploadOptions,
} from '@cloudstore/core'
import { s3Backend } from './backend.ts'
import type { SseCustomerKey } from './extensions.ts'
import { featuresOf } from './features.ts'
import { administration, type S3Administration } from './operations/administration.ts'
import { nameOf } from './operations/container-name-of.ts'
import { partPresigner } from './operations/presign.ts'
import type { S3Context } from './operations/s3-context.ts'
import {
  cleanUpUploads,
  iterateUploads,
  type S3MultipartUpload,
  type UploadFilter,
} from './operations/uploads.ts'
import { parseOptions, type S3DriverOptions } from './options.ts'
import type { ProviderFacts } from './profiles/profile.ts'
import { s3Compat } from './profiles/s3-compat.ts'
import { s3Client } from './s3-client.ts'
import { findService, type S3Service } from './service.ts'
import { credentialSource } from './signing/credentials.ts'
import { v2Signer } from './signing/v2.ts'
import { v4Signer } from './signing/v4.ts'

export interface S3UploadOptions extends UploadOptions {
  /** Storage class, by libcloud's lower-case names or S3's, in any case. Absent: not sent. */
  exStorageClass?: string | undefined
  /** At most 10. */
  tags?: Readonly<Record<string, string>> | undefined
  /** 32 bytes with which the server encrypts the object; it does not keep them, and every read needs them. */
  sseCustomerKey?: SseCustomerKey | undefined
}

export interface S3GetOptions extends GetOptions {
  /** The key that the object was encrypted with. */
  sseCustomerKey?: SseCustomerKey | undefined
}

export interface S3ReadOptions extends ReadOptions {
  /** The key that the object was encrypted with. */
  sseCustomerKey?: SseCustomerKey | undefined
}

export interface S3DownloadOptions extends DownloadOptions {
  /** The key that the object was encrypted with. */
  sseCustomerKey?: SseCustomerKey | undefined
}

export interface S3CopyOptions extends CopyOptions {
  /** As on upload. */
  exStorageClass?: string | undefined
  /** The key that the copy shall be encrypted with. Absent: it is not encrypted with one, whatever its source is. */
  sseCustomerKey?: SseCustomerKey | undefined
  /** The key that the source was encrypted with. */
  sourceSseCustomerKey?: SseCustomerKey | undefined
}

/** The options that drivers of the S3 family take. */
export interface S3OptionTypes extends DriverOptionTypes {
  upload: S3UploadOptions
  read: S3ReadOptions
  get: S3GetOptions
  download: S3DownloadOptions
  copy: S3CopyOptions
}

/** How a provider of the S3 family differs from the others. */
export interface S3DriverSetup {
  readonly facts: ProviderFacts
  /** Adds to the backend what is no S3: a CDN, say. Returns a new backend. */
  readonly extend?: ((backend: StorageBackend, service: S3Service) => StorageBackend) | undefined
}

// Outside of the class: a private member would make the types of the ESM and the CJS build incompatible.
const administrations = new WeakMap<object, S3Administration>()
const knownRegions = new WeakMap<object, readonly string[]>()

/** Storage behind the S3 protocol. */
export class S3CompatStorageDriver<
  T extends S3OptionTypes = S3OptionTypes,
> extends BaseStorageDriver<T> {
  /** How options are read from environment variables. */
  static readonly environment: DriverEnvironment = {
    port: { type: 'number' },
    secure: { type: 'boolean' },
    maxConnections: { type: 'number' },
    partSize: { type: 'number' },
    concurrency: { type: 'number' },
    multipartThreshold: { type: 'number' },
    verifyHash: { type: 'boolean' },
    'timeouts.queue': { type: 'number' },
    'timeouts.connect': { type: 'number' },
    'timeouts.headers': { type: 'number' },
    'timeouts.idle': { type: 'number' },
    'timeouts.unread': { type: 'number' },
    'timeouts.long': { type: 'number' },
    'timeouts.total': { type: 'number' },
    'retries.attempts': { type: 'number' },
    'retries.baseDelay': { type: 'number' },
    'retries.maxDelay': { type: 'number' },
    'retries.budget': { type: 'number' },
    'rateLimit.requestsPerSecond': { type: 'number' },
    'rateLimit.burst': { type: 'number' },
    'clientRateLimit.requestsPerSecond': { type: 'number' },
    'clientRateLimit.burst': { type: 'number' },
    'tls.rejectUnauthorized': { type: 'boolean' },
  }

  readonly region: string

  /** The service that requests go to, such as `https://nyc3.digitaloceanspaces.com`, without the path. */
  readonly endpoint: string

  /**
   * @param setup - what is known of the provider. Default: nothing, so that nothing is relied upon
   * @throws StorageError `InvalidConfig` that names everything that is wrong with the options
   */
  constructor(options: S3DriverOptions, setup: S3DriverSetup = { facts: s3Compat }) {
    const { facts, extend = (backend: StorageBackend) => backend } = setup
    const parsed = parseOptions(options)
    const service = findService(facts, parsed)
    const { profile, signatureVersion } = service
    const clock = parsed.clock ?? (() => Date.now())
    const { maxConnections, tls, proxy } = parsed
    const transport = parsed.transport ?? defaultTransport({ maxConnections, tls, proxy })
    const { key = '', secret = '', sessionToken } = parsed
    const source = credentialSource(parsed.credentials ?? { key, secret, sessionToken })
    const signer =
      signatureVersion === '2' ? v2Signer(source) : v4Signer(source, service.signingRegion)
    const payloadSigning = parsed.payloadSigning ?? 'auto'
    const limit = profile.rateLimit
    const client = s3Client({
      endpoint: service.endpoint,
      addressing: service.addressing,
      signer,
      http: httpClient({
        transport,
        timeouts: resolveTimeouts(parsed.timeouts),
        retries: resolveRetries(parsed.retries),
        rateLimit: parsed.rateLimit ?? (limit && perSecond(limit.requestsPerSecond)),
        overallRateLimit: overallRateLimit(parsed, service),
        onEvent: parsed.onEvent,
        clock,
      }),
      clock,
      payloadSigning,
      userAgent: ['cloudstore', parsed.userAgent].filter((part) => part !== undefined).join(' '),
      region: service.region,
      endpointOf: service.endpointOf,
      hints: profile.hints,
    })
    const context: S3Context = { client, profile }
    const hashesBodies =
      signatureVersion === '4' &&
      (service.endpoint.scheme === 'http' || payloadSigning === 'always')
    const backend = s3Backend(context, {
      name: service.region === '' ? facts.name : `${facts.name} (${service.region})`,
      features: featuresOf(profile, !hashesBodies),
      region: service.region,
      close: async () => {
        if (parsed.transport === undefined) await transport.close?.()
      },
    })
    const { partSize, concurrency, multipartThreshold, verifyHash } = parsed
    super(extend(backend, service), {
      provider: facts.provider,
      transfer: { partSize, concurrency, multipartThreshold, verifyHash },
    })
    const { features, multipart } = backend
    const direct = { features, multipart, presignPart: partPresigner(context) }
    this.region = service.region
    this.endpoint = originUrl(service.endpoint)
    knownRegions.set(this, facts.regions ?? [])
    administrations.set(
      this,
      administration(context, direct, (operation, { container, ...rest }, callOptions, work) => {
        const name = nameOf(container)
        return runOperation(this, operation, { container: name, ...rest }, callOptions, (call) => {
          if (typeof container !== 'string') requireOwn({ driver: this }, container)
          // A name that is empty would make it a request about something else.
          checkContainerName(name, 'dns')
          if ('key' in rest) checkObjectKey(rest.key)
          return work(call, name)
        })
      }),
    )
  }

  /** CORS, lifecycle and tags. Containers are given by name or as handles. */
  get s3(): S3Administration {
    const found = administrations.get(this)
    if (found !== undefined) return found
    throw new StorageError('InvalidArgument', 's3 was read without its driver')
  }

  /** The provider's regions that are known. More may exist, and are accepted. */
  listRegions(): string[] {
    return [...(knownRegions.get(this) ?? [])]
  }

  /** Uploads in parts that were begun and neither completed nor aborted: their parts cost storage. */
  exIterateMultipartUploads(
    container: Container,
    filter: Pick<UploadFilter, 'prefix' | 'delimiter' | 'signal'> = {},
  ): AsyncIterable<S3MultipartUpload> {
    return iterateUploads(this, container, filter)
  }

  /**
   * Aborts such uploads, and resolves to how many. Without `olderThan` those in progress elsewhere are aborted too.
   */
  exCleanupAllMultipartUploads(
    container: Container,
    filter: Pick<UploadFilter, 'prefix' | 'olderThan' | 'signal'> = {},
  ): Promise<number> {
    return cleanUpUploads(this, container, filter)
  }
}

function perSecond(requestsPerSecond: number): RateLimit {
  return { requestsPerSecond, burst: requestsPerSecond }
}

/** The limit of all requests together. Whoever wants no limit for containers wants none at all, unless told otherwise. */
function overallRateLimit(
  { rateLimit, clientRateLimit }: S3DriverOptions,
  { profile, endpoint }: S3Service,
): (RateLimit & { name: string }) | false {
  const known = profile.rateLimit?.perClient
  const limit = clientRateLimit ?? (rateLimit !== false && known !== undefined && perSecond(known))
  return limit !== false && { ...limit, name: `all of ${endpoint.host}` }
}
