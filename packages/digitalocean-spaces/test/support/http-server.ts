import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string
  readonly url: URL
  /** As it stood in the request. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** On the clock of `performance.now()`. */
  readonly at: number
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: object | string
  /** Milliseconds before it is sent. */
  readonly delay?: number
  /** The connection is broken instead. */
  readonly broken?: boolean
  /** After half of the body the connection breaks, or nothing more comes. */
  readonly half?: 'breaks' | 'stalls'
}

export interface TestServer {
  readonly url: string
  readonly requests: SeenRequest[]
  close(): Promise<void>
}

/** A real HTTP server on this machine. */
export async function serve(
  answer: (request: SeenRequest) => Answer | Promise<Answer>,
): Promise<TestServer> {
  const requests: SeenRequest[] = []
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  const url = `http://127.0.0.1:${address.port}`

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const request: SeenRequest = {
      method: incoming.method ?? '',
      url: new URL(incoming.url ?? '/', url),
      path: incoming.url ?? '/',
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks).toString(),
      at: performance.now(),
    }
    requests.push(request)
    const { status, headers = {}, body, delay = 0, broken = false, half } = await answer(request)
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    if (broken) {
      incoming.socket.destroy()
      return
    }
    const text = typeof body === 'object' ? JSON.stringify(body) : (body ?? '')
    outgoing.writeHead(status, {
      ...(typeof body === 'object' && { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    })
    if (half !== undefined) {
      outgoing.write(text.slice(0, text.length / 2), () => {
        if (half === 'breaks') incoming.socket.destroy()
      })
      return
    }
    outgoing.end(request.method === 'HEAD' ? '' : text)
  }

  return {
    url,
    requests,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
