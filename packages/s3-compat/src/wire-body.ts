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

const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Three hex digits are two letters of base64: of every upload's hash, so without a detour over bytes. */
export function base64OfHex(hex: string): string {
  let text = ''
  for (let at = 0; at < hex.length; at += 3) {
    const digits = hex.slice(at, at + 3)
    const bits = Number.parseInt(digits.padEnd(3, '0'), 16)
    text += base64Letters.charAt(bits >> 6)
    // A lone last digit fills one letter.
    if (digits.length > 1) text += base64Letters.charAt(bits & 63)
  }
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}
