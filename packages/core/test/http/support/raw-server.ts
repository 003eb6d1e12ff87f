import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type { HttpOrigin } from '../../../src/http/transport.ts'

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string
  /** As it was sent, byte by byte. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly socket: Socket
  /** Counts the requests of this connection, from 1. */
  readonly number: number
  /** Everything after the head; never resolves when less comes than was announced. */
  body(): Promise<Buffer>
}

export type Answerer = (request: RawRequest) => void | Promise<void>

export interface RawServer {
  readonly origin: HttpOrigin
  readonly port: number
  /** Connections ever made. */
  readonly connections: number
  /** Connections open now. */
  readonly open: ReadonlySet<Socket>
  close(): Promise<void>
}

/**
 * A server that does exactly what a test says, down to the byte: `answer` is called with the head of each request and writes to the
 * socket itself.
 */
export async function rawServer(answer: Answerer, tls?: TlsOptions): Promise<RawServer> {
  const open = new Set<Socket>()
  const failures: unknown[] = []
  let connections = 0
  const accept = (socket: Socket): void => {
    connections += 1
    open.add(socket)
    // Tests break connections on purpose.
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    serve(socket, answer).catch((error: unknown) => failures.push(error))
  }
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port } = address
  return {
    origin: { scheme: tls === undefined ? 'http' : 'https', host: '127.0.0.1', port },
    port,
    get connections() {
      return connections
    },
    open,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
      if (failures.length > 0) throw failures[0]
    },
  }
}

async function serve(socket: Socket, answer: Answerer): Promise<void> {
  let chunks: Buffer[] = []
  let total = 0
  const whole = (): Buffer => {
    if (chunks.length > 1) chunks = [Buffer.concat(chunks)]
    return chunks[0] ?? Buffer.alloc(0)
  }
  const take = (length: number): Buffer => {
    const all = whole()
    chunks = [all.subarray(length)]
    total -= length
    return all.subarray(0, length)
  }
  let wanted = (): boolean => true
  let notify: (() => void) | undefined
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    total += chunk.length
    if (wanted()) notify?.()
  })
  const until = async (condition: () => boolean): Promise<void> => {
    wanted = condition
    while (!condition()) {
      await new Promise<void>((resolve) => {
        notify = resolve
      })
    }
  }
  for (let number = 1; ; number += 1) {
    await until(() => whole().includes('\r\n\r\n'))
    const end = whole().indexOf('\r\n\r\n')
    const head = take(end + 4).toString('latin1', 0, end)
    const [requestLine = '', ...lines] = head.split('\r\n')
    const [method = '', path = ''] = requestLine.split(' ')
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const length = Number(headers['content-length'] ?? 0)
    let body: Promise<Buffer> | undefined
    const readBody = async (): Promise<Buffer> => {
      await until(() => total >= length)
      return take(length)
    }
    await answer({
      method,
      path,
      headers,
      socket,
      number,
      body: () => (body ??= readBody()),
    })
    await (body ?? readBody())
  }
}

/** The bytes of a plain answer. */
export function answerOf(
  body: string | Uint8Array = '',
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Buffer {
  const bytes = Buffer.from(body)
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Whatever\r\n${lines}\r\n`), bytes])
}
