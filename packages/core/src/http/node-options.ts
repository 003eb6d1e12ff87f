/** Options of `nodeTransport`. */
export interface NodeTransportOptions {
  /** The most connections to one origin at the same time. Default: 64. */
  maxConnections?: number | undefined
  tls?: TlsOptions | undefined
  /**
   * URL of a proxy for all requests, or `false` for none. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the environment. This
   * machine itself (`localhost`, `127.0.0.1`, `::1`) is never reached through a proxy.
   */
  proxy?: string | false | undefined
  /** Finds the addresses of a host, instead of `dns.lookup`, and is called like it. */
  lookup?: LookupFunction | undefined
}

/** How servers are trusted and how we prove who we are. PEM as text or bytes. */
export interface TlsOptions {
  /** The authorities that are trusted, instead of the runtime's own. */
  ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined
  /** Our certificate, for servers that ask for one. */
  cert?: string | Uint8Array | undefined
  /** The private key of `cert`. */
  key?: string | Uint8Array | undefined
  /** The name that the server's certificate must have. Default: the host. */
  servername?: string | undefined
  /** `false` accepts any certificate, and with it anybody in between. Default: true. */
  rejectUnauthorized?: boolean | undefined
}

/** As `dns.lookup` of Node: with `all`, the answer is a list. */
export type LookupFunction = (
  hostname: string,
  options: { readonly all?: boolean | undefined; readonly family?: number | string | undefined },
  callback: (
    error: Error | null,
    address: string | { address: string; family: number }[],
    family?: number,
  ) => void,
) => void
