import { md5 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import type { NodeTransportOptions } from '../http/node-options.ts'
import type { Transport } from '../http/transport.ts'
import type { NodeStream } from '../surface/structural.ts'
import type { LocalFiles, Md5 } from './platform.ts'

export { modulePlaces, processEnv } from './neutral-modules.ts'

// Web Crypto has no MD5, and S3 wants it on several requests.
export function createMd5(): Md5 {
  const hash = md5.create()
  return {
    update(bytes) {
      hash.update(bytes)
    },
    hex: () => bytesToHex(hash.digest()),
  }
}

export async function loadFiles(): Promise<LocalFiles> {
  throw new StorageError('UnsupportedOperation', 'this runtime has no file system', {
    hint: 'Use put and get with bytes or streams instead of the methods that take paths',
  })
}

export function toNodeStream(_reader: BodyReader): NodeStream {
  throw new StorageError('UnsupportedOperation', 'this runtime has no Node streams', {
    hint: 'Use toWeb()',
  })
}

export const hasSockets: boolean = false

export function createNodeTransport(_options: NodeTransportOptions): Transport {
  throw new StorageError('UnsupportedOperation', 'this runtime has no sockets', {
    hint: 'Use fetchTransport()',
  })
}
