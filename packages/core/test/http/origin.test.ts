import { expect, test } from '@jest/globals'
import { hostHeader, originUrl } from '../../src/http/origin.ts'

test.each([
  [{ scheme: 'https', host: 'a.test' }, 'a.test', 'https://a.test'],
  [{ scheme: 'https', host: 'a.test', port: 443 }, 'a.test', 'https://a.test'],
  [{ scheme: 'http', host: 'a.test', port: 80 }, 'a.test', 'http://a.test'],
  [{ scheme: 'http', host: 'a.test', port: 443 }, 'a.test:443', 'http://a.test:443'],
  [{ scheme: 'https', host: '::1', port: 9000 }, '[::1]:9000', 'https://[::1]:9000'],
] as const)('%j', (origin, host, url) => {
  expect(hostHeader(origin)).toBe(host)
  expect(originUrl(origin)).toBe(url)
})
