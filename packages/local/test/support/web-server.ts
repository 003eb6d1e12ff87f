import type { Server } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileHandler } from '../../src/index.ts'

export interface WebServer {
  readonly origin: string
  serve(handler: FileHandler): void
  close(): Promise<void>
}

/**
 * A `node:http` server on loopback that answers by a web handler, as an adapter of a framework
 * does.
 */
export async function listenWith(server: Server): Promise<WebServer> {
  let handler: FileHandler | undefined
  server.on('request', (incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      if (handler === undefined) throw new Error('nothing to serve yet')
      const gone = new AbortController()
      outgoing.once('close', () => gone.abort())
      const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD'
      const response = await handler(
        new Request(`http://${incoming.headers.host}${incoming.url}`, {
          method: incoming.method ?? 'GET',
          headers: new Headers(Object.entries(incoming.headersDistinct).flatMap(pairs)),
          signal: gone.signal,
          ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
        }),
      )
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      if (response.body === null) outgoing.end()
      else await pipeline(Readable.fromWeb(response.body as never), outgoing)
    }
    answer().catch((error: unknown) => outgoing.destroy(error as Error))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    serve(given) {
      handler = given
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function pairs([name, values]: [string, string[] | undefined]): [string, string][] {
  return (values ?? []).map((value): [string, string] => [name, value])
}
