import type { WebStreamLike } from '../surface/structural.ts'

/** Options of `fetchTransport`. */
export interface FetchTransportOptions {
  /** Default: the runtime's own `fetch`. */
  fetch?: FetchLike['fetch'] | undefined
  /** The most requests to one origin at the same time. Default: 64. */
  maxConnections?: number | undefined
  /**
   * `fetch` decompresses bodies with a `Content-Encoding` and does not give the stored bytes: sizes, hashes and ranges are wrong then.
   * `true` takes such bodies all the same. Default: false, they are refused with `UnsupportedOperation`.
   */
  allowDecoded?: boolean | undefined
  /**
   * Whether request bodies are streamed. Default: true where the runtime can and is no browser (which can over HTTP/2 only); else they are
   * gathered in memory, up to 64 MiB.
   */
  streamUploads?: boolean | undefined
}

/** What `fetch` must be like. Wrap it to add options of your runtime to `init`. */
export interface FetchLike {
  // A method, so that every runtime's own type of `fetch` fits.
  fetch(url: string, init: FetchInit): Promise<FetchResponse>
}

export interface FetchInit {
  method?: string
  headers?: Record<string, string>
  body?: unknown
  redirect?: 'manual'
  signal?: unknown
  duplex?: 'half'
}

export interface FetchResponse {
  readonly status: number
  readonly headers: { forEach(callback: (value: string, name: string) => void): void }
  readonly body: WebStreamLike<Uint8Array> | null
}
