import {
  bytesReader,
  defaultTransport,
  httpClient,
  originUrl,
  resolveRetries,
  resolveTimeouts,
  type Body,
  type Call,
  type HttpClient,
  type HttpEventListener,
  type OperationKind,
  type RetryOptions,
  type RetryPolicy,
  type TimeoutOptions,
  type Transport,
} from '@cloudstore/core'
import { readAnswer, readRefusal } from './answer.ts'
import { readApiEndpoint } from './api-endpoint.ts'
import { errorOfAnswer, type ApiScope } from './api-error.ts'
import { limitsOfToken, noLimits, type ApiLimits } from './api-limits.ts'
import { withRetryAfter } from './reset-header.ts'

/** How DigitalOcean's API is reached. Checked already. */
export interface ApiSettings {
  readonly token: string
  /** What the option is called that the token came from. */
  readonly tokenOption: string
  readonly apiEndpoint: string
  /** Absent: one is made with the first request, and closed with the client. */
  readonly transport?: Transport | undefined
  readonly proxy?: string | false | undefined
  readonly timeouts?: TimeoutOptions | undefined
  readonly retries?: RetryOptions | undefined
  readonly onEvent?: HttpEventListener | undefined
  readonly clock?: (() => number) | undefined
  readonly userAgent?: string | undefined
  /** Whether requests are held back to DigitalOcean's limits. */
  readonly limited: boolean
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Percent-encoded, from `/v2` on, with the query. */
  readonly path: string
  readonly json?: object | undefined
  readonly kind: OperationKind
  /** What the token must be allowed, for the hint of a refusal. */
  readonly scope: ApiScope
}

/** Sends requests to DigitalOcean's API. Nothing of it shows the token. */
export interface ApiClient {
  readonly limits: ApiLimits
  readonly retries: RetryPolicy
  /** Sends a request and reads the JSON of its answer; `undefined` for an empty one. */
  send<T>(request: ApiRequest, call: Call, read: (json: unknown) => T): Promise<T>
  close(): Promise<void>
}

export function apiClient(settings: ApiSettings): ApiClient {
  const { token, tokenOption, clock = () => Date.now() } = settings
  const { origin, pathPrefix } = readApiEndpoint(settings.apiEndpoint)
  const limits = settings.limited ? limitsOfToken(originUrl(origin), token) : noLimits
  // DigitalOcean counts in seconds and minutes: the tenths of a second that suit storage would all be in vain.
  const retries = resolveRetries(settings.retries && { baseDelay: 1000, ...settings.retries })
  const userAgent = ['cloudstore', settings.userAgent].filter(Boolean).join(' ')
  const timeouts = resolveTimeouts(settings.timeouts)
  let own: Transport | undefined
  let http: HttpClient | undefined

  const client = (): HttpClient => {
    if (http !== undefined) return http
    // Of its own: certificates and names that were given for the storage are not the API's.
    const transport = settings.transport ?? (own = defaultTransport(proxyOf(settings)))
    http = httpClient({
      transport: withRetryAfter(transport, clock, 5 * retries.baseDelay),
      timeouts,
      retries,
      onEvent: settings.onEvent,
      clock,
    })
    return http
  }

  /** Waits for the turn of a request. */
  async function takeTurn(
    { path }: ApiRequest,
    { operation, signal }: Call,
    { attempt, until }: { readonly attempt: number; readonly until: number | undefined },
  ): Promise<void> {
    const patience = { signal, until }
    let waited = await limits.requests.take(1, patience)
    if (path.startsWith('/v2/cdn/')) waited += await limits.cdn.take(1, patience)
    const { onEvent } = settings
    if (onEvent === undefined || waited === 0) return
    // From outside of the call: what a listener throws is its own affair.
    queueMicrotask(() => {
      onEvent({
        type: 'wait',
        operation,
        attempt,
        origin: originUrl(origin),
        for: 'rate',
        milliseconds: waited,
      })
    })
  }

  return {
    limits,
    retries,

    send(request, call, read) {
      const { method, path, json, kind, scope } = request
      const body = json === undefined ? undefined : jsonBody(json)
      const { signal, operation } = call
      const until = timeouts.total === undefined ? undefined : performance.now() + timeouts.total
      return client().run({ operation, kind, replayable: true, signal }, async (attempt) => {
        await takeTurn(request, call, { attempt: attempt.number, until })
        const {
          status,
          headers,
          body: answer,
        } = await attempt.send({
          method,
          origin,
          path: pathPrefix + path,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/json',
            'user-agent': userAgent,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body }),
        })
        if (status >= 200 && status < 300) {
          return readAnswer(answer, { status, requestId: headers['x-request-id'] }, read)
        }
        const text = await readRefusal(answer, token)
        const url = originUrl(origin) + pathPrefix + path.replace(/\?.*$/s, '')
        throw errorOfAnswer({ status, headers, text, url }, scope, { secret: token, tokenOption })
      })
    },

    async close() {
      await own?.close?.()
    },
  }
}

function proxyOf({ proxy }: ApiSettings): { proxy?: string | false } {
  return proxy === undefined ? {} : { proxy }
}

function jsonBody(json: object): Body {
  const bytes = new TextEncoder().encode(JSON.stringify(json))
  return {
    size: bytes.byteLength,
    replayable: true,
    bytes,
    open: () => bytesReader(bytes),
    md5: () => undefined,
  }
}
