import { createHash, createHmac, createSecretKey, hash, type Hash, type Hmac } from 'node:crypto'
import type { Crypto, Sha256Class } from './crypto.ts'

export const crypto: Crypto = {
  sha256Hex: (data) => hash('sha256', data, 'hex'),
  // A KeyObject: from Node 24 on, an HMAC keyed with bytes costs fifteen times as much.
  hmacSha256Hex: (bytes) => {
    const key = createSecretKey(bytes)
    return (text) => createHmac('sha256', key).update(text).digest('hex')
  },
  hmacSha1Base64: (secret) => {
    const key = createSecretKey(secret, 'utf8')
    return (text) => createHmac('sha1', key).update(text).digest('base64')
  },
  Sha256: sha256Class(),
}

type Secret = string | ArrayBuffer | ArrayBufferView

function sha256Class(): Sha256Class {
  return class NodeSha256 {
    readonly #secret: Secret | undefined
    #state: Hash | Hmac

    constructor(secret?: Secret) {
      this.#secret = secret
      this.#state = begin(secret)
    }
    update(chunk: Uint8Array): void {
      this.#state.update(chunk)
    }
    async digest(): Promise<Uint8Array> {
      return this.#state.digest()
    }
    reset(): void {
      this.#state = begin(this.#secret)
    }
  }
}

function begin(secret: Secret | undefined): Hash | Hmac {
  if (secret === undefined) return createHash('sha256')
  return createHmac('sha256', createSecretKey(asBytes(secret)))
}

function asBytes(data: Secret): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data)
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}
