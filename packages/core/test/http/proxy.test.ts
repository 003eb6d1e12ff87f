import { describe, expect, test } from '@jest/globals'
import { chooseProxy } from '../../src/http/proxy.ts'
import type { HttpOrigin } from '../../src/http/transport.ts'
import { thrownBy } from '../support/thrown-by.ts'

const https = (host: string, port?: number): HttpOrigin => ({ scheme: 'https', host, port })
const http = (host: string, port?: number): HttpOrigin => ({ scheme: 'http', host, port })

describe('the environment', () => {
  test('names one proxy for each scheme; lower case wins', () => {
    const choose = chooseProxy(undefined, {
      HTTPS_PROXY: 'http://upper.test:1',
      https_proxy: 'http://secure.test:3128',
      HTTP_PROXY: 'plain.test:8080',
    })
    expect(choose(https('a.test'))?.origin).toEqual({
      scheme: 'http',
      host: 'secure.test',
      port: 3128,
    })
    expect(choose(http('a.test'))?.origin).toEqual({
      scheme: 'http',
      host: 'plain.test',
      port: 8080,
    })
  })

  test.each([{}, { HTTPS_PROXY: '' }, { HTTP_PROXY: 'http://x.test' }])(
    '%j: none',
    (environment) => {
      expect(chooseProxy(undefined, environment)(https('a.test'))).toBeUndefined()
    },
  )

  test('HTTP_PROXY means nothing in a CGI script', () => {
    const environment = { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil.test' }
    expect(chooseProxy(undefined, environment)(http('a.test'))).toBeUndefined()
    const own = { ...environment, http_proxy: 'http://own.test' }
    expect(chooseProxy(undefined, own)(http('a.test'))?.origin.host).toBe('own.test')
  })

  test.each([
    ['*', 'a.test', 443, true],
    ['a.test', 'a.test', 443, true],
    ['a.test', 'A.TEST', 443, true],
    ['a.test', 'x.a.test', 443, true],
    ['.a.test', 'x.a.test', 443, true],
    ['*.a.test', 'x.a.test', 443, true],
    ['a.test', 'ba.test', 443, false],
    ['a.test:443', 'a.test', 443, true],
    ['a.test:8443', 'a.test', 443, false],
    ['b.test, a.test', 'a.test', 443, true],
    ['b.test a.test', 'a.test', 443, true],
    ['10.0.0.0/8', '10.20.30.40', 443, true],
    ['10.0.0.0/8', '11.0.0.1', 443, false],
    ['192.168.1.7', '192.168.1.7', 443, true],
    ['0.0.0.0/0', '8.8.8.8', 443, true],
    ['10.0.0.0/8', 'ten.test', 443, false],
    ['fd00::1', 'fd00::1', 443, true],
    ['[fd00::1]:443', 'fd00::1', 443, true],
    ['[fd00::1]:80', 'fd00::1', 443, false],
    ['', 'a.test', 443, false],
  ])('NO_PROXY=%s exempts %s:%i: %s', (noProxy, host, port, exempt) => {
    const environment = { HTTPS_PROXY: 'http://proxy.test', NO_PROXY: noProxy }
    const proxy = chooseProxy(undefined, environment)(https(host, port))
    expect(proxy === undefined).toBe(exempt)
  })
})

test.each(['localhost', 'LOCALHOST', 'bucket.localhost', '127.0.0.1', '127.1.2.3', '::1'])(
  '%s is never reached through a proxy',
  (host) => {
    expect(chooseProxy('http://proxy.test', {})(https(host))).toBeUndefined()
    expect(
      chooseProxy(undefined, { HTTPS_PROXY: 'http://proxy.test' })(https(host)),
    ).toBeUndefined()
  },
)

describe('the option', () => {
  test('wins over the environment, and false means none', () => {
    const environment = { HTTPS_PROXY: 'http://other.test', NO_PROXY: '*' }
    expect(chooseProxy('http://mine.test', environment)(https('a.test'))?.origin.host).toBe(
      'mine.test',
    )
    expect(chooseProxy(false, environment)(https('a.test'))).toBeUndefined()
  })

  test('holds user and password, decoded', () => {
    const proxy = chooseProxy('http://us%40er:p%C3%A4ss@proxy.test', {})(https('a.test'))
    expect(proxy?.authorization).toBe(`Basic ${Buffer.from('us@er:päss').toString('base64')}`)
  })

  test.each([
    ['http://[fd00::1]:3128', { scheme: 'http', host: 'fd00::1', port: 3128 }],
    ['https://proxy.test', { scheme: 'https', host: 'proxy.test', port: undefined }],
    ['proxy.test:3128', { scheme: 'http', host: 'proxy.test', port: 3128 }],
  ])('%s', (url, origin) => {
    expect(chooseProxy(url, {})(https('a.test'))?.origin).toEqual(origin)
  })

  test.each(['socks5://user:secret@proxy.test', 'http://user:secret@', 'http://user:secret@ho st'])(
    '%s is refused without being repeated',
    (url) => {
      const error = thrownBy(() => chooseProxy(url, {}))
      expect(error).toMatchObject({ code: 'InvalidConfig' })
      expect(String(error)).not.toContain('secret')
    },
  )

  test('an unusable variable is named', () => {
    const error = thrownBy(() => chooseProxy(undefined, { HTTPS_PROXY: 'ftp://x' }))
    expect(String(error)).toContain('HTTPS_PROXY')
  })
})
