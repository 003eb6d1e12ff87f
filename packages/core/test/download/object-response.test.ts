import { describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectInfo } from '../../src/contract/backend.ts'
import { bytesReader } from '../../src/bytes/chunks.ts'
import { attachment } from '../../src/download/object-response.ts'
import type { GetOptions, ResponseOptions } from '../../src/surface/options.ts'
import { watchedReader } from '../support/readers.ts'
import { setUp } from '../support/recording-backend.ts'

const bytes = new TextEncoder().encode('0123456789')
const info: ObjectInfo = {
  key: 'reports/Grüße.txt',
  size: 10,
  etag: 'an-etag',
  lastModified: new Date('2026-01-02T03:04:05Z'),
  contentType: 'text/plain',
  cacheControl: 'no-store',
  contentDisposition: 'inline',
  contentEncoding: 'gzip',
  contentLanguage: 'de',
  expires: new Date('2030-01-01T00:00:00Z'),
  metadata: { secret: 'stays here' },
}

async function respond(
  options?: ResponseOptions,
  get?: GetOptions,
  about: Partial<ObjectInfo> = {},
): Promise<Response> {
  const { box } = setUp({
    backend: {
      getObject: async ({ range }) => ({
        info: { ...info, ...about },
        body: bytesReader(bytes.subarray(range?.start, range?.end)),
      }),
    },
  })
  return box.get(info.key, get).response(options)
}

describe('headers', () => {
  test('what is stored, as a web server would send it; metadata stays inside', async () => {
    const response = await respond()
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-disposition': 'inline',
      'content-encoding': 'gzip',
      'content-language': 'de',
      'content-length': '10',
      'content-type': 'text/plain',
      etag: '"an-etag"',
      expires: 'Tue, 01 Jan 2030 00:00:00 GMT',
      'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
    })
    expect(await response.text()).toBe('0123456789')
  })

  test('what is not known is absent', async () => {
    const { box } = setUp()
    await box.put('key', 'x')
    const response = await box.get('key').response()
    expect(Object.keys(Object.fromEntries(response.headers))).toEqual([
      'accept-ranges',
      'content-length',
      'etag',
    ])
  })

  test('own ones are added and replace', async () => {
    const headers = { 'X-Own': 'yes', 'Cache-Control': 'private' }
    const response = await respond({ headers })
    expect(response.headers.get('x-own')).toBe('yes')
    expect(response.headers.get('cache-control')).toBe('private')
  })

  test.each([
    [{ start: 0 }, 'bytes 0-9/10', '0123456789'],
    [{ start: 3, end: 5 }, 'bytes 3-4/10', '34'],
    [{ start: 9, end: 99 }, 'bytes 9-9/10', '9'],
  ])('a range %p is 206 and says which', async (range, contentRange, text) => {
    const response = await respond({}, { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(contentRange)
    expect(response.headers.get('content-length')).toBe(String(text.length))
    expect(await response.text()).toBe(text)
  })

  test('a download has the last segment of the key as its name, or the one given', async () => {
    const own = await respond({ download: true })
    expect(own.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt`,
    )
    const given = await respond({ download: 'a b.txt' })
    expect(given.headers.get('content-disposition')).toBe('attachment; filename="a b.txt"')
    const not = await respond({ download: false })
    expect(not.headers.get('content-disposition')).toBe('inline')
    const folder = await respond({ download: true }, {}, { key: 'folder/' })
    expect(folder.headers.get('content-disposition')).toBe('attachment')
  })
})

test.each<[string, string]>([
  ['plain.txt', 'attachment; filename="plain.txt"'],
  ['"q".txt', `attachment; filename="_q_.txt"; filename*=UTF-8''%22q%22.txt`],
  ['a\\b', `attachment; filename="a_b"; filename*=UTF-8''a%5Cb`],
  ['100%', `attachment; filename="100_"; filename*=UTF-8''100%25`],
  ["it's (1)*.txt", `attachment; filename="it's (1)*.txt"`],
  ["ü's (1)*", `attachment; filename="_'s (1)*"; filename*=UTF-8''%C3%BC%27s%20%281%29%2A`],
  [
    'a\r\nx-injected: 1',
    `attachment; filename="a__x-injected: 1"; filename*=UTF-8''a%0D%0Ax-injected%3A%201`,
  ],
  ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
  ['', 'attachment'],
])('a name for a download: %p', (name, expected) => {
  expect(attachment(name)).toBe(expected)
  expect(new Headers({ 'content-disposition': attachment(name) }).get('content-disposition')).toBe(
    expected,
  )
})

describe('what makes no response is refused before anything is sent', () => {
  test.each([
    { download: 7 },
    { download: '' },
    { headers: ['a'] },
    { headers: new Headers({ a: 'b' }) },
    { headers: { 'a b': 'c' } },
    { headers: { a: 'b\r\nc: d' } },
    { filename: 'x' },
    null,
  ])('%p', async (options) => {
    const { box, sent } = setUp()
    const response = box.get('key').response(options as ResponseOptions)
    await expect(response).rejects.toMatchObject({ code: 'InvalidArgument', key: 'key' })
    expect(sent).toEqual([])
  })

  test('a stored header that no response can have: the body is given up', async () => {
    const body = watchedReader([bytes])
    const { box, driver } = setUp({
      backend: { getObject: async () => ({ info: { ...info, contentType: 'a\u0000b' }, body }) },
    })
    await expect(box.get('key').response()).rejects.toMatchObject({ code: 'Unknown', key: 'key' })
    await sleep(0)
    expect(body.cancelled.length).toBeGreaterThan(0)
    expect(driver.stats().active).toBe(0)
  })
})
