import { Sha256 } from '@aws-crypto/sha256-js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Crypto } from './crypto.ts'

// Web Crypto would cost more: each of its calls is asynchronous and dearer than the digest of a request.
export const crypto: Crypto = {
  sha256Hex: (data) => digestHex(new Sha256(), data),
  hmacSha256Hex: (key) => (text) => digestHex(new Sha256(key), text),
  hmacSha1Base64: (secret) => {
    const key = utf8ToBytes(secret)
    return (text) => btoa(String.fromCharCode(...hmac(sha1, key, utf8ToBytes(text))))
  },
  Sha256,
}

function digestHex(state: Sha256, data: string | Uint8Array): string {
  state.update(data)
  return bytesToHex(state.digestSync())
}
