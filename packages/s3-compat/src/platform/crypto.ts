/** The digests and keyed digests that signing needs. Keys stay inside the functions that are made of them. */
export interface Crypto {
  sha256Hex(data: string | Uint8Array): string
  /** HMAC-SHA256 under a key that is prepared once. */
  hmacSha256Hex(key: Uint8Array): (text: string) => string
  /** HMAC-SHA1 under a key that is prepared once, in base64: signature version 2. */
  hmacSha1Base64(key: string): (text: string) => string
  /** SHA-256 and its HMAC as the signing library takes them. */
  readonly Sha256: Sha256Class
}

type Secret = string | ArrayBuffer | ArrayBufferView

/** With a secret it is an HMAC. */
export type Sha256Class = new (secret?: Secret) => {
  update(bytes: Uint8Array): void
  digest(): Promise<Uint8Array>
  reset(): void
}
