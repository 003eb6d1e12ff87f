import type { SecureContext } from 'node:tls'
import { isStorageError, StorageError } from '../errors/errors.ts'
import type { NodeTransportOptions, TlsOptions } from '../http/node-options.ts'
import { chooseProxy } from '../http/proxy.ts'
import { slotTransport } from '../http/slot-transport.ts'
import type { Transport } from '../http/transport.ts'
import { Connections, type ConnectionSettings } from './node-connections.ts'
import { Exchange } from './node-exchange.ts'

export function createNodeTransport(options: NodeTransportOptions): Transport {
  const { maxConnections, tls = {}, lookup } = options
  const proxyOf = chooseProxy(options.proxy, process.env)
  // Settings that cannot be used are found now; without any, TLS is loaded when it is needed.
  let context = hasKeys(tls) ? secureContext(tls) : undefined
  const settings: ConnectionSettings = {
    tls,
    lookup,
    secureContext() {
      context ??= secureContext(tls)
      return context
    },
  }
  return slotTransport<Connections>({
    maxConnections,
    connections: (origin) => new Connections(origin, proxyOf(origin), settings),
    exchange: (request, slot, connections, ended) =>
      new Exchange(request, slot, connections, ended),
    idle: (connections) => connections.idle.length,
    closeIdle: (connections) => connections.close(),
  })
}

function hasKeys({ ca, cert, key }: TlsOptions): boolean {
  return ca !== undefined || cert !== undefined || key !== undefined
}

function secureContext({ ca, cert, key }: TlsOptions): SecureContext {
  const authorities = ca === undefined ? undefined : [ca].flat().map((each) => pem('ca', each))
  try {
    return process.getBuiltinModule('node:tls').createSecureContext({
      ...(authorities === undefined ? {} : { ca: authorities }),
      ...(cert === undefined ? {} : { cert: pem('cert', cert) }),
      ...(key === undefined ? {} : { key: pem('key', key) }),
    })
  } catch (cause) {
    if (isStorageError(cause)) throw cause
    throw new StorageError('InvalidConfig', 'tls.ca, tls.cert or tls.key cannot be used', {
      cause,
      hint: 'cert and key belong together',
    })
  }
}

// Node takes anything for an authority and then trusts nobody.
function pem(name: keyof TlsOptions, value: string | Uint8Array): string {
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('latin1')
  if (text.includes('-----BEGIN ')) return text
  throw new StorageError('InvalidConfig', `tls.${name} is not PEM`, {
    hint: 'Give the content of the file, which has a line with -----BEGIN, and not its path',
  })
}
