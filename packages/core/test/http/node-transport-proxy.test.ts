import { inspect } from 'node:util'
import { afterEach, expect, test } from '@jest/globals'
import { notesOf } from '../../src/http/failure-notes.ts'
import type { HttpOrigin } from '../../src/http/transport.ts'
import { testAuthority } from './support/certificates.ts'
import {
  connectProxy,
  type ConnectProxy,
  type ConnectProxySettings,
} from './support/connect-proxy.ts'
import { fixtures } from './support/fixtures.ts'
import { answerOf, type Answerer } from './support/raw-server.ts'
import { bytesBody, eventually, failureOf, requestTo, textOf } from './support/send.ts'

const { serve, transportOf, atEnd, cleanUp } = fixtures()
const authority = testAuthority()
const tls = { ca: authority.cert }

afterEach(cleanUp)

const answer: Answerer = async (request) => {
  const body = await request.body()
  const { host, ...headers } = request.headers
  request.socket.write(answerOf(`${host} ${body.length} ${Object.keys(headers).join()}`))
}

async function proxyFor(settings: ConnectProxySettings): Promise<ConnectProxy> {
  const proxy = await connectProxy(settings)
  atEnd(() => proxy.close())
  return proxy
}

const storage: HttpOrigin = { scheme: 'https', host: 'storage.test' }

test('https goes through a tunnel, which is kept', async () => {
  const server = await serve(answer, authority.issue('storage.test'))
  const proxy = await proxyFor({ target: server.port })
  const transport = transportOf({ tls, proxy: `http://127.0.0.1:${proxy.port}` })
  for (const size of [5, 500_000]) {
    const request = requestTo(storage, { body: bytesBody(new Uint8Array(size)) })
    expect(await textOf((await transport.send(request)).body)).toBe(
      `storage.test ${size} content-length,connection`,
    )
  }
  expect(proxy.requests).toEqual(['CONNECT storage.test:443'])
})

test('http is asked of the proxy by its whole address', async () => {
  const proxy = await proxyFor({ target: 0, authorization: 'Basic dTpwOkA=' })
  const transport = transportOf({ proxy: `http://u:p%3A%40@127.0.0.1:${proxy.port}` })
  const origin: HttpOrigin = { scheme: 'http', host: 'storage.test', port: 8080 }
  const response = await transport.send(requestTo(origin, { path: '/a/../b?x' }))
  expect(await textOf(response.body)).toBe(
    'forwarded http://storage.test:8080/a/../b?x for storage.test:8080',
  )
})

test('a proxy that is reached by TLS', async () => {
  const server = await serve(answer, authority.issue('storage.test'))
  const proxy = await proxyFor({ target: server.port, certificate: authority.issue() })
  const transport = transportOf({ tls, proxy: `https://127.0.0.1:${proxy.port}` })
  expect(await textOf((await transport.send(requestTo(storage))).body)).toContain('storage.test')
})

test('user and password reach the proxy, and nobody else', async () => {
  const server = await serve(answer, authority.issue('storage.test'))
  const proxy = await proxyFor({ target: server.port, authorization: 'Basic dXNlcjpzM2NyM3Q=' })
  const good = transportOf({ tls, proxy: `http://user:s3cr3t@127.0.0.1:${proxy.port}` })
  expect(await textOf((await good.send(requestTo(storage))).body)).not.toContain('proxy')
  const bad = transportOf({ tls, proxy: `http://user:wr0ng@127.0.0.1:${proxy.port}` })
  const error = await failureOf(bad.send(requestTo(storage)))
  expect(error).toMatchObject({ code: 'Network', status: 407, retryable: false })
  expect(String(error)).toContain(`the proxy 127.0.0.1:${proxy.port} refused`)
  expect(notesOf(error).sent).toBe('nothing')
  expect(inspect([error, bad], { depth: 10, showHidden: true })).not.toMatch(/wr0ng|d3IwbmcB|dXNlc/)
  await eventually(() => bad.stats().active === 0)
})

test('a proxy that keeps silent: connect, or the caller', async () => {
  const proxy = await proxyFor({ target: 0, silent: true })
  const transport = transportOf({ tls, proxy: `127.0.0.1:${proxy.port}` })
  const late = await failureOf(transport.send(requestTo(storage, { timeouts: { connect: 50 } })))
  expect(String(late)).toContain('(timeouts.connect)')
  const reason = new Error('enough')
  const signal = AbortSignal.timeout(30)
  const cancelled = await failureOf(transport.send(requestTo(storage, { signal })))
  expect(cancelled).toBe(signal.reason)
  expect(cancelled).not.toBe(reason)
  await eventually(() => transport.stats().active === 0)
})

test('no proxy there', async () => {
  const transport = transportOf({ tls, proxy: 'http://127.0.0.1:1' })
  const error = await failureOf(transport.send(requestTo(storage)))
  expect(error).toMatchObject({ code: 'Network', retryable: true })
  expect(String(error)).toContain('the proxy 127.0.0.1:1 refused the connection')
  await eventually(() => transport.stats().active === 0)
})

test('this machine is never reached through a proxy', async () => {
  const server = await serve(answer)
  const transport = transportOf({ proxy: 'http://127.0.0.1:1' })
  expect((await transport.send(requestTo(server.origin))).status).toBe(200)
})
