import type { Body, BodyReader } from '../contract/body.ts'
import type { AbortSignalLike } from '../surface/structural.ts'
import type { Deadline, Timeouts } from './timeouts.ts'

/**
 * Carries HTTP requests. The only thing in the SDK that touches sockets or `fetch`; `nodeTransport`, `fetchTransport` and
 * `undiciTransport` make one. It may be shared by drivers, and the limits (connections, retry budget, request rates) belong to it.
 *
 * One written by hand needs `send` alone. It must not follow redirects, decode bodies, or repeat requests.
 */
export interface Transport {
  /**
   * Sends one request, once, and resolves when the headers of the answer are there, whatever its status. Rejects with
   * the signal's reason, with what the body's reader threw, or with a `StorageError` (`Network`, `Timeout`, `MalformedResponse`,
   * `InvalidArgument`, `UnsupportedOperation`).
   */
  send(request: HttpRequest): Promise<HttpResponse>
  /** What the transport is doing. */
  stats?(): TransportStats
  /**
   * Ends the transport: later and waiting requests are refused, idle connections closed. Resolves when the requests on their way have
   * ended; bodies that nobody reads for a second are given up.
   */
  close?(): Promise<void>
}

/** Where a request goes. */
export interface HttpOrigin {
  readonly scheme: 'https' | 'http'
  /** A name or an address; IPv6 without brackets. */
  readonly host: string
  /** Default: 443 or 80, by the scheme. */
  readonly port?: number | undefined
}

/** One request, ready to be sent: signed, encoded, nothing left to decide. */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string
  readonly origin: HttpOrigin
  /** Path and query, percent-encoded, starting with `/`: it goes out byte by byte as it stands here. */
  readonly path: string
  /**
   * Names in lower case. `host` and `content-length` are added; what frames the message or the connection
   * (`transfer-encoding`, `connection`, `expect`, …) is refused.
   */
  readonly headers: HttpHeaders
  /** Its `size` must be known: requests are never chunked. */
  readonly body?: Body | undefined
  /** Default: `defaultTimeouts`. `total` is not read here: it spans attempts, see `deadline`. */
  readonly timeouts?: Timeouts | undefined
  /** The server may work long before it answers: the headers are waited for by `timeouts.long`. */
  readonly slow?: boolean | undefined
  /** When the whole operation must have ended, the body of the answer included. */
  readonly deadline?: Deadline | undefined
  readonly signal?: AbortSignalLike | undefined
  /** Told how long the request waited for a free connection, in milliseconds, if it had to. */
  readonly onWait?: ((milliseconds: number) => void) | undefined
}

/** Header names in lower case; a header that came several times is joined by `, `. */
export type HttpHeaders = Readonly<Record<string, string>>

/** The answer. Its body must be read to the end or cancelled: until then it holds a connection. */
export interface HttpResponse {
  readonly status: number
  readonly headers: HttpHeaders
  /** The bytes as they were sent. Fails with `Network` when they end early. */
  readonly body: BodyReader
}

/** What a transport is doing, in all and by origin. */
export interface TransportStats extends ConnectionCounts {
  /** By origin, such as `https://nyc3.digitaloceanspaces.com`; origins with nothing to count are absent. */
  readonly origins: Readonly<Record<string, ConnectionCounts>>
}

export interface ConnectionCounts {
  /** Requests that hold a connection, from the first byte sent to the last one read. */
  readonly active: number
  /** Of these, the ones whose answer is there and nobody reads it at the moment. */
  readonly unread: number
  /** Requests that wait for a connection. */
  readonly queued: number
  /** Open connections that no request uses; 0 where the runtime does not tell. */
  readonly idle: number
}
