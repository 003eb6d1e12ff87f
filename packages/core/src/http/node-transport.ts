import { createNodeTransport } from '#platform'
import type { NodeTransportOptions } from './node-options.ts'
import type { Transport } from './transport.ts'

/**
 * The transport of Node: HTTP/1.1 on sockets of its own, kept alive between requests.
 *
 * Sends paths byte by byte, never decodes a body, and opens a connection only when a request needs one. A connection that nobody uses is
 * closed after 30 seconds, or a second before the server closes it where the server says when.
 *
 * @throws StorageError `InvalidConfig` for options that cannot be used; `UnsupportedOperation` where there are no sockets
 */
export function nodeTransport(options: NodeTransportOptions = {}): Transport {
  return createNodeTransport(options)
}
