import { bytesReader, createMd5, type Body } from '@cloudstore/core'

/** A document of this package's own, as a body. */
export function xmlBody(xml: string): Body {
  const bytes = new TextEncoder().encode(xml)
  return {
    size: bytes.byteLength,
    replayable: true,
    bytes,
    open: () => bytesReader(bytes),
    md5() {
      const md5 = createMd5()
      md5.update(bytes)
      return md5.hex()
    },
  }
}

/** The `Content-MD5` of a body whose hash is known before it is sent: of one in memory. */
export function contentMd5(body: Body): string | undefined {
  const hex = body.bytes === undefined ? undefined : body.md5()
  return hex === undefined ? undefined : base64OfHex(hex)
}

export function base64OfHex(hex: string): string {
  return btoa(hex.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}
