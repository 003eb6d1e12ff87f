import type { TlsOptions } from 'node:tls'
import type { NodeTransportOptions } from '../../../src/http/node-options.ts'
import { nodeTransport } from '../../../src/http/node-transport.ts'
import type { Transport } from '../../../src/http/transport.ts'
import { rawServer, type Answerer, type RawServer } from './raw-server.ts'

/** Servers and transports of a test file, closed by `cleanUp`. */
export interface Fixtures {
  serve(answer: Answerer, tls?: TlsOptions): Promise<RawServer>
  transportOf(options?: NodeTransportOptions): Required<Transport>
  /** A transport of another kind, as a whole. */
  keep(transport: Transport): Required<Transport>
  atEnd(cleanup: () => Promise<void>): void
  cleanUp(): Promise<void>
}

export function fixtures(): Fixtures {
  const cleanups: (() => Promise<void>)[] = []
  const keep = (transport: Transport): Required<Transport> => {
    const { stats, close } = transport
    if (stats === undefined || close === undefined) throw new Error('not a whole transport')
    cleanups.push(close)
    return { ...transport, stats, close }
  }
  return {
    async serve(answer, tls) {
      const server = await rawServer(answer, tls)
      cleanups.push(() => server.close())
      return server
    },
    transportOf: (options = {}) => keep(nodeTransport({ proxy: false, ...options })),
    keep,
    atEnd: (cleanup) => void cleanups.push(cleanup),
    async cleanUp() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
    },
  }
}
