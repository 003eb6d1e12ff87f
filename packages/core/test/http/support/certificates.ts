import { createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

export interface Certificate {
  /** PEM */
  readonly cert: string
  /** PEM */
  readonly key: string
}

export interface TestAuthority extends Certificate {
  /** A certificate for a host name, or for 127.0.0.1 when none is given. */
  issue(host?: string, validity?: { from?: Date; until?: Date }): Certificate
}

/** An authority of its own for one test run: X.509 in as few bytes as TLS takes. */
export function testAuthority(name = 'Test Authority'): TestAuthority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = extension('2.5.29.19', sequence(boolean(true)), true)
  const cert = certificate(name, name, pair.publicKey, pair.privateKey, [isAuthority], {})
  return {
    cert,
    key: pem(pair.privateKey),
    issue(host, validity = {}) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const alternative =
        host === undefined
          ? encoded(0x87, Buffer.from([127, 0, 0, 1]))
          : encoded(0x82, Buffer.from(host))
      const names = extension('2.5.29.17', sequence(alternative), false)
      const subject = host ?? '127.0.0.1'
      return {
        cert: certificate(subject, name, own.publicKey, pair.privateKey, [names], validity),
        key: pem(own.privateKey),
      }
    },
  }
}

function certificate(
  subject: string,
  issuer: string,
  publicKey: KeyObject,
  issuerKey: KeyObject,
  extensions: Buffer[],
  { from = new Date(Date.now() - 86_400_000), until = new Date(Date.now() + 86_400_000) },
): string {
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2'))
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(8)])
  const body = sequence(
    encoded(0xa0, encoded(0x02, Buffer.from([2]))),
    encoded(0x02, serial),
    algorithm,
    distinguishedName(issuer),
    sequence(time(from), time(until)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    encoded(0xa3, sequence(...extensions)),
  )
  const signature = createSign('sha256').update(body).sign(issuerKey)
  const whole = sequence(
    body,
    algorithm,
    encoded(0x03, Buffer.concat([Buffer.from([0]), signature])),
  )
  const lines = whole.toString('base64').replace(/(.{64})/g, '$1\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function encoded(tag: number, content: Buffer): Buffer {
  const { length } = content
  const prefix =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(prefix), content])
}

function sequence(...items: Buffer[]): Buffer {
  return encoded(0x30, Buffer.concat(items))
}

function boolean(value: boolean): Buffer {
  return encoded(0x01, Buffer.from([value ? 255 : 0]))
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return encoded(0x18, Buffer.from(text))
}

function distinguishedName(name: string): Buffer {
  const commonName = sequence(objectId('2.5.4.3'), encoded(0x0c, Buffer.from(name)))
  return sequence(encoded(0x31, commonName))
}

function extension(id: string, content: Buffer, critical: boolean): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), encoded(0x04, content))
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const septets = [arc & 127]
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 127) | 128)
    bytes.push(...septets)
  }
  return encoded(0x06, Buffer.from(bytes))
}
