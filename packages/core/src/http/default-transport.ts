import { createNodeTransport, hasSockets } from '#platform'
import { StorageError } from '../errors/errors.ts'
import { fetchTransport } from './fetch-transport.ts'
import type { NodeTransportOptions } from './node-options.ts'
import type { Transport } from './transport.ts'

/**
 * The transport that suits the runtime: sockets where there are any, else `fetch`.
 *
 * @throws StorageError `UnsupportedOperation` for options that `fetch` cannot honour, where there is nothing else
 */
export function defaultTransport(options: NodeTransportOptions = {}): Transport {
  if (hasSockets) return createNodeTransport(options)
  const { maxConnections, ...others } = options
  const refused = Object.entries(others).filter(
    ([name, value]) => value !== undefined && !(name === 'proxy' && value === false),
  )
  if (refused.length > 0) {
    const names = refused.map(([name]) => name).join(', ')
    throw new StorageError(
      'UnsupportedOperation',
      `this runtime has no sockets to use ${names} for`,
      {
        hint: 'Leave it out; the runtime connects by its own rules',
      },
    )
  }
  return fetchTransport({ maxConnections })
}
