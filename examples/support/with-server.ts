import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** Runs an HTTP server of this computer while `work` does its work. */
export async function withServer(
  work: (server: Server, address: string) => Promise<void>,
): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  try {
    await work(server, `http://127.0.0.1:${address.port}`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
