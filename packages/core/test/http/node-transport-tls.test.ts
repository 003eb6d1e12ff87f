import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { isStorageError } from '../../src/errors/errors.ts'
import { notesOf } from '../../src/http/failure-notes.ts'
import { nodeTransport } from '../../src/http/node-transport.ts'
import { thrownBy } from '../support/thrown-by.ts'
import { testAuthority } from './support/certificates.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf, type Answerer } from './support/raw-server.ts'
import { bytesBody, eventually, failureOf, requestTo, textOf } from './support/send.ts'

const { serve, transportOf, atEnd, cleanUp } = fixtures()
const authority = testAuthority()

afterEach(cleanUp)

const answer: Answerer = async (request) => {
  const body = await request.body()
  request.socket.write(answerOf(`${request.path} ${body.length}`))
}

test('a server whose authority is given is trusted, and its connection kept', async () => {
  const server = await serve(answer, authority.issue())
  const transport = transportOf({ tls: { ca: authority.cert } })
  for (const size of [0, 10, 2_000_000]) {
    const request = requestTo(server.origin, { body: bytesBody(new Uint8Array(size)) })
    expect(await textOf((await transport.send(request)).body)).toBe(`/key ${size}`)
  }
  expect(server.connections).toBe(1)
})

test('the authority may be bytes, or several', async () => {
  const server = await serve(answer, authority.issue())
  for (const ca of [Buffer.from(authority.cert), [testAuthority('Other').cert, authority.cert]]) {
    const response = await transportOf({ tls: { ca } }).send(requestTo(server.origin))
    expect(await textOf(response.body)).toBe('/key 0')
  }
})

test('a later connection resumes the session of an earlier one', async () => {
  const resumed: boolean[] = []
  const server = await serve((request) => {
    resumed.push((request.socket as import('node:tls').TLSSocket).isSessionReused())
    request.socket.end(answerOf('x', { headers: { connection: 'close' } }))
  }, authority.issue())
  const transport = transportOf({ tls: { ca: authority.cert } })
  for (let round = 0; round < 3; round += 1) {
    await textOf((await transport.send(requestTo(server.origin))).body)
    await eventually(() => server.open.size === 0)
  }
  expect(resumed).toEqual([false, true, true])
})

describe('a certificate that does not do', () => {
  const day = 86_400_000

  test.each([
    ['of an unknown authority', authority.issue(), {}, /not signed by a known authority.*tls\.ca/],
    [
      'of another host',
      authority.issue('other.test'),
      { ca: authority.cert },
      /is for another host.*dots/,
    ],
    [
      'that has expired',
      authority.issue(undefined, { until: new Date(Date.now() - day / 2) }),
      { ca: authority.cert },
      /has expired.*clock/,
    ],
    [
      'of the future',
      authority.issue(undefined, { from: new Date(Date.now() + day / 2) }),
      { ca: authority.cert },
      /not valid yet.*clock/,
    ],
  ])('%s is refused, once', async (_, certificate, tls, message) => {
    const server = await serve(answer, certificate)
    const transport = transportOf({ tls })
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'Network', retryable: false })
    expect(String(error)).toMatch(message)
    expect(notesOf(error).sent).toBe('nothing')
    await eventually(() => transport.stats().active === 0)
  })

  test('is taken with rejectUnauthorized: false', async () => {
    const server = await serve(answer, authority.issue('other.test'))
    const transport = transportOf({ tls: { rejectUnauthorized: false } })
    expect(await textOf((await transport.send(requestTo(server.origin))).body)).toBe('/key 0')
  })

  test('is taken when servername says the name that it has', async () => {
    const server = await serve(answer, authority.issue('other.test'))
    const transport = transportOf({ tls: { ca: authority.cert, servername: 'other.test' } })
    expect(await textOf((await transport.send(requestTo(server.origin))).body)).toBe('/key 0')
  })
})

test('a host name is announced and checked', async () => {
  const announced: unknown[] = []
  const server = await serve((request) => {
    announced.push((request.socket as import('node:tls').TLSSocket).servername)
    return answer(request)
  }, authority.issue('storage.test'))
  const transport = transportOf({
    tls: { ca: authority.cert },
    lookup: (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  })
  const origin = { ...server.origin, host: 'storage.test' }
  expect(await textOf((await transport.send(requestTo(origin))).body)).toBe('/key 0')
  expect(announced).toEqual(['storage.test'])
})

test('a server that asks who we are is told', async () => {
  const server = await serve(answer, {
    ...authority.issue(),
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  })
  const known = transportOf({ tls: { ca: authority.cert, ...authority.issue('client.test') } })
  expect(await textOf((await known.send(requestTo(server.origin))).body)).toBe('/key 0')
  const stranger = transportOf({ tls: { ca: authority.cert } })
  const error = await failureOf(stranger.send(requestTo(server.origin)))
  expect(isStorageError(error, 'Network')).toBe(true)
})

test('https to a port of plain http says so', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(async () => void server.close())
  const { port } = server.address() as AddressInfo
  const origin = { scheme: 'https', host: '127.0.0.1', port } as const
  const error = await failureOf(transportOf().send(requestTo(origin)))
  expect(error).toMatchObject({ code: 'Network', retryable: false })
  expect(String(error)).toContain('plain http')
})

test('a handshake that never ends: connect', async () => {
  const server = await serve(() => undefined)
  const origin = { ...server.origin, scheme: 'https' } as const
  const transport = transportOf()
  const error = await failureOf(transport.send(requestTo(origin, { timeouts: { connect: 0 } })))
  expect(String(error)).toContain('(timeouts.connect)')
  await eventually(() => transport.stats().active === 0)
})

test.each([
  ['a path instead of a certificate', { ca: '/etc/ssl/ca.pem' }, 'tls.ca is not PEM'],
  ['bytes that are none', { cert: Buffer.from('x') }, 'tls.cert is not PEM'],
  [
    'a key of another certificate',
    { cert: testAuthority().cert, key: testAuthority('Other').key },
    'cannot be used',
  ],
])('%s is found at once', (_, tls, message) => {
  const error = thrownBy(() => nodeTransport({ tls, proxy: false }))
  expect(error).toMatchObject({ code: 'InvalidConfig' })
  expect(String(error)).toContain(message)
  expect(inspect(error)).not.toContain('PRIVATE KEY')
})
