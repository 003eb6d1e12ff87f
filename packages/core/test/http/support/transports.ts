import { fetchTransport } from '../../../src/http/fetch-transport.ts'
import { nodeTransport } from '../../../src/http/node-transport.ts'
import type { Transport } from '../../../src/http/transport.ts'
import { undiciTransport } from '../../../src/undici.ts'
import type { RawServer } from './raw-server.ts'

/** A way of sending, and what is special about it. */
export interface Way {
  make(options?: { maxConnections?: number }): Transport
  /** Whether it has the connections in its own hands; else they are the runtime's, which sends and takes what it likes. */
  readonly sockets: boolean
  /** Whether it sees how far a body has gone. */
  readonly streams: boolean
  /** The most connections for requests one after another. */
  readonly connections: number
}

export const transports: Readonly<Record<string, Way>> = {
  nodeTransport: {
    make: (options) => nodeTransport({ proxy: false, ...options }),
    sockets: true,
    streams: true,
    connections: 1,
  },
  undiciTransport: {
    make: (options) => undiciTransport(undefined, options),
    sockets: true,
    streams: true,
    // It may begin a connection while it still tidies up after the request before.
    connections: 2,
  },
  'fetchTransport, which streams': {
    make: (options) => fetchTransport({ ...options, streamUploads: true }),
    sockets: false,
    streams: true,
    connections: Infinity,
  },
  'fetchTransport, from memory': {
    make: (options) => fetchTransport({ ...options, streamUploads: false }),
    sockets: false,
    streams: false,
    connections: Infinity,
  },
}

/** The connections that a way of sending left behind, as far as they are its own. */
export function leftOpen({ sockets }: Way, server: RawServer): number {
  return sockets ? server.open.size : 0
}
