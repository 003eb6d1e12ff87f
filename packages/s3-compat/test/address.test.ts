import { describe, expect, test } from '@jest/globals'
import { addressOf, parseEndpoint, queryText, urlOf } from '../src/address.ts'
import type { Endpoint } from '../src/address.ts'

function endpoint(text: string): Endpoint {
  const parsed = parseEndpoint(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

function urlFor(text: string, addressing: 'virtual' | 'path', container?: string, key?: string) {
  return urlOf(addressOf(endpoint(text), addressing, { container, key }))
}

describe('parseEndpoint', () => {
  test.each([
    ['https://s3.example.com', { scheme: 'https', host: 's3.example.com', pathPrefix: '' }],
    ['http://127.0.0.1:9000/', { scheme: 'http', host: '127.0.0.1', port: 9000, pathPrefix: '' }],
    [
      'https://[2001:db8::1]:8443',
      { scheme: 'https', host: '2001:db8::1', port: 8443, pathPrefix: '' },
    ],
    [
      'https://x.co/storage/v1/s3//',
      { scheme: 'https', host: 'x.co', pathPrefix: '/storage/v1/s3' },
    ],
    ['https://S3.Example.COM:443', { scheme: 'https', host: 's3.example.com', pathPrefix: '' }],
  ])('%s', (text, expected) => {
    expect(parseEndpoint(text)).toEqual(expected)
  })

  test.each([
    ['s3.example.com', 'whole URL'],
    ['', 'whole URL'],
    ['https://', 'whole URL'],
    ['ftp://s3.example.com', 'https:// or http://'],
    ['javascript:alert(1)', 'https:// or http://'],
    ['https://AKID:hush@s3.example.com', 'credentials'],
    ['https://AKID@s3.example.com', 'credentials'],
    ['https://s3.example.com/?x-id=hush', 'query'],
    ['https://s3.example.com/#hush', 'fragment'],
  ])('refuses %s, and does not repeat it', (text, part) => {
    const parsed = parseEndpoint(text)
    expect(parsed).toEqual({ problem: expect.stringContaining(part) })
    expect(JSON.stringify(parsed)).not.toContain('hush')
  })
})

describe('addressOf', () => {
  test.each([
    ['virtual', 'https://box.s3.example.com/a/b'],
    ['path', 'https://s3.example.com/box/a/b'],
  ] as const)('%s', (addressing, expected) => {
    expect(urlFor('https://s3.example.com', addressing, 'box', 'a/b')).toBe(expected)
  })

  test('port, path prefix and IPv6 stay', () => {
    expect(urlFor('http://[::1]:9000/s3', 'virtual', 'box', 'k')).toBe('http://[::1]:9000/s3/box/k')
    expect(urlFor('https://h.example:8443/p', 'virtual', 'box', 'k')).toBe(
      'https://box.h.example:8443/p/k',
    )
  })

  test('the service and a container have addresses of their own', () => {
    expect(urlFor('https://s3.example.com', 'path')).toBe('https://s3.example.com/')
    expect(urlFor('https://s3.example.com/p', 'path')).toBe('https://s3.example.com/p')
    expect(urlFor('https://s3.example.com', 'path', 'box')).toBe('https://s3.example.com/box')
    expect(urlFor('https://s3.example.com', 'virtual', 'box')).toBe('https://box.s3.example.com/')
  })

  test.each([
    ['a//b', '/box/a//b'],
    ['/x', '/box//x'],
    ['a/../b', '/box/a/../b'],
    ['.', '/box/.'],
    ['dir/', '/box/dir/'],
    ['a+b c%2F?#&=', '/box/a%2Bb%20c%252F%3F%23%26%3D'],
    ['Ä', '/box/%C3%84'],
    ['A\u0308', '/box/A%CC%88'],
    ['😀', '/box/%F0%9F%98%80'],
    ["!'()*", '/box/%21%27%28%29%2A'],
    ['\n', '/box/%0A'],
  ])('the key %j goes as it is', (key, path) => {
    const address = addressOf(endpoint('https://s3.example.com'), 'path', { container: 'box', key })
    expect(address.path).toBe(path)
  })

  test('a container is one part of the path, whatever it holds', () => {
    expect(urlFor('https://s3.example.com', 'path', 'a/../b')).toBe(
      'https://s3.example.com/a%2F..%2Fb',
    )
  })

  test('an object without a container has none', () => {
    expect(() => addressOf(endpoint('https://x.co'), 'path', { key: 'k' })).toThrow('container')
  })

  test('the bucket in the host is named for the signature', () => {
    const target = { container: 'box', key: 'k' }
    expect(addressOf(endpoint('https://x.co'), 'virtual', target).bucketInHost).toBe('box')
    expect(addressOf(endpoint('https://x.co'), 'path', target)).not.toHaveProperty('bucketInHost')
  })
})

describe('what a container allows', () => {
  test.each([
    ['https://s3.example.com', 'box', 'virtual'],
    ['https://s3.example.com', 'my.box', 'path'],
    ['http://s3.example.com', 'my.box', 'virtual'],
    ['https://127.0.0.1', 'box', 'path'],
    ['https://[::1]', 'box', 'path'],
    ['http://localhost:9000', 'box', 'path'],
    ['http://do.localhost:9000', 'box', 'virtual'],
    ['http://127.0.0.1.example', 'box', 'virtual'],
  ] as const)('%s and %s: %s', (text, container, expected) => {
    const wanted = addressOf(endpoint(text), 'virtual', { container })
    expect(wanted.bucketInHost).toBe(expected === 'virtual' ? container : undefined)
    expect(addressOf(endpoint(text), 'path', { container }).path).toBe(`/${container}`)
  })
})

describe('queryText', () => {
  test('names and values are encoded, the order stays, an empty value is the bare name', () => {
    const query = [
      ['uploads', ''],
      ['prefix', 'a/b c+d'],
      ['max-keys', '1'],
    ] as const
    expect(queryText(query)).toBe('?uploads&prefix=a%2Fb%20c%2Bd&max-keys=1')
    expect(queryText([])).toBe('')
  })
})
