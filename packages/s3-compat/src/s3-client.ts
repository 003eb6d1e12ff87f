import {
  isStorageError,
  StorageError,
  type Body,
  type AttemptRequest,
  type Call,
  type HttpClient,
  type HttpResponse,
  type OperationKind,
} from '@cloudstore/core'
import { addressOf, queryText, type Endpoint } from './address.ts'
import { requireProtected } from './customer-key-transport.ts'
import { concealed, secretsIn } from './errors/concealed.ts'
import { failureOfResponse } from './errors/error-response.ts'
import { explained } from './errors/explained.ts'
import { wordless } from './errors/wordless.ts'
import { payloadHash, unsignedPayload, type PayloadSigning } from './payload-hash.ts'
import type { Addressing, ServerHint } from './profiles/profile.ts'
import { signedHeaders } from './signing/signed-headers.ts'
import type { Query, Signer } from './signing/signer.ts'
import { contentMd5, xmlBody } from './wire-body.ts'

/** One S3 request, before it has an address and a signature. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly container?: string | undefined
  readonly key?: string | undefined
  readonly query?: Query | undefined
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: Body | undefined
  /** A body that is an XML document. */
  readonly xml?: string | undefined
  /** What sending it twice means. */
  readonly kind: OperationKind
  /** Whether the server may work on it for minutes. */
  readonly slow?: boolean | undefined
}

/** Where and how a driver sends its requests. */
export interface S3ClientSettings {
  readonly endpoint: Endpoint
  readonly addressing: Addressing
  readonly signer: Signer
  readonly http: HttpClient
  readonly clock: () => number
  readonly payloadSigning: PayloadSigning
  readonly userAgent: string
  /** Of the endpoint. */
  readonly region: string
  /** Another endpoint of the same provider for a region, where the provider has them by a rule. */
  readonly endpointOf?: ((region: string) => Endpoint) | undefined
  /** What the provider's failures mean. */
  readonly hints: readonly ServerHint[]
}

/** Sends S3 requests: address, signature, transport, and the error if the answer is none that was wanted. */
export interface S3Client {
  readonly settings: S3ClientSettings
  /** The time for signatures: corrected once the server has shown that the clock here is wrong. */
  now(): number
  /** The endpoint that a container was found at. */
  endpointFor(container: string | undefined): Place
  /**
   * Sends a request and reads its answer, which may have any 2xx status. What `read` throws counts as a failure of the attempt, so an error in
   * the body of an answer that looks like a success is tried again like any other.
   */
  send<T>(request: S3Request, call: Call, read: (response: HttpResponse) => Promise<T>): Promise<T>
}

// Ceph answers 400 to it and does not say why.
function requireSendable(key: string | undefined): void {
  if (key?.includes('\0') !== true) return
  throw new StorageError(
    'InvalidObjectName',
    'the key holds a NUL character, which S3 servers refuse',
  )
}

/** Where the requests to one container go. */
interface Place {
  readonly endpoint: Endpoint
  /** Where that is not the region of the settings. */
  readonly region: string | undefined
}

/** What a failed attempt was made with, and what its answer said of that. */
interface Tried {
  readonly skew: number
  readonly region: string
  /** The server's clock. */
  readonly date: string | undefined
  /** Where the server says that the container is. */
  told: string | undefined
}

// More than this is what S3 refuses; less is no reason to distrust the clock of this machine.
const noticeableSkew = 60_000

export function s3Client(settings: S3ClientSettings): S3Client {
  const { signer, http, clock } = settings
  let skew = 0
  const regions = new Map<string, string>()

  const endpointFor: S3Client['endpointFor'] = (container) => {
    const region = container === undefined ? undefined : regions.get(container)
    const elsewhere = region === undefined ? undefined : settings.endpointOf?.(region)
    return elsewhere === undefined
      ? { endpoint: settings.endpoint, region: undefined }
      : { endpoint: elsewhere, region }
  }

  const now = (): number => clock() + skew

  return {
    settings,
    now,
    endpointFor,
    async send(request, call, read) {
      const { container, key, kind } = request
      requireSendable(key)
      const document = request.xml === undefined ? undefined : xmlBody(request.xml)
      const body = document ?? request.body
      let tried: Tried | undefined
      const repair = (error: StorageError): boolean =>
        tried !== undefined && (correctClock(error, tried) || correctRegion(container, tried))
      return http.run(
        {
          operation: call.operation,
          kind,
          replayable: body?.replayable ?? true,
          container,
          signal: call.signal,
          repair,
        },
        async (attempt) => {
          const place = endpointFor(container)
          const sent = { skew, region: place.region ?? settings.region }
          tried = undefined
          const signed = await sign(request, body, place)
          try {
            const response = await attempt.send(signed)
            tried = { ...sent, date: response.headers['date'], told: undefined }
            if (response.status >= 200 && response.status <= 299) return await read(response)
            const { error, region } = await failureOfResponse(response, sent.region)
            tried.told = region
            throw wordless(explained(error, call.operation, settings.hints), request.method)
          } catch (error) {
            throw concealed(error, secretsIn(signed.headers))
          }
        },
      )
    },
  }

  async function sign(
    request: S3Request,
    body: Body | undefined,
    { endpoint, region }: Place,
  ): Promise<AttemptRequest> {
    const { method, container, key, query = [], slow } = request
    requireProtected(request.headers, endpoint)
    const { origin, host, path, bucketInHost } = addressOf(endpoint, settings.addressing, {
      container,
      key,
    })
    // Of XML and of bytes in memory. Some servers want it on every XML body; the others check it, and none refuses it.
    const md5 = body === undefined ? undefined : contentMd5(body)
    const headers: Record<string, string> = { ...request.headers }
    if (request.xml !== undefined) headers['content-type'] = 'application/xml'
    if (md5 !== undefined) headers['content-md5'] = md5
    headers['user-agent'] = settings.userAgent
    const hash = hashFor(request, body, endpoint)
    const added = await signer.sign(
      {
        method,
        host,
        path,
        bucketInHost,
        query,
        headers: signedHeaders(headers),
        payloadHash: typeof hash === 'string' ? hash : await hash,
        region,
      },
      now(),
    )
    Object.assign(headers, added)
    return { method, origin, path: path + queryText(query), headers, body, slow }
  }

  /** Version 4 hashes what TLS does not protect; hashing the rest would cost more than everything else together. */
  function hashFor(
    request: S3Request,
    body: Body | undefined,
    { scheme }: Endpoint,
  ): string | Promise<string> {
    if (signer.version === '2') return unsignedPayload
    const isObject = request.xml === undefined && body !== undefined
    return isObject && scheme === 'https' && settings.payloadSigning === 'auto'
      ? unsignedPayload
      : payloadHash(body)
  }

  /** A clock that is wrong makes every signature wrong: the answer's own date says by how much. */
  function correctClock(error: StorageError, tried: Tried): boolean {
    if (!isStorageError(error, 'ClockSkew', 'AccessDenied', 'InvalidCredentials')) return false
    // Of several requests on their way at once, the first has corrected it for all of them.
    if (tried.skew !== skew) return true
    const served = Date.parse(tried.date ?? '')
    if (Number.isNaN(served) || Math.abs(served - now()) < noticeableSkew) return false
    skew = served - clock()
    return true
  }

  /** A container in another region of the same provider is asked for there, from then on. */
  function correctRegion(container: string | undefined, { region, told }: Tried): boolean {
    if (told === undefined || told === region || container === undefined) return false
    if (settings.endpointOf === undefined) return false
    try {
      settings.endpointOf(told)
    } catch {
      // A name that no region of this provider can have: the server's error is the one to report.
      return false
    }
    regions.set(container, told)
    return true
  }
}
