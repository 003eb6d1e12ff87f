import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import {
  createFileHandler,
  type FileHandlerOptions,
  type LocalDriverOptions,
  type LocalPresignOptions,
} from '../../src/index.ts'
import { emptyFolder, openDriver } from '../support/root.ts'

const secret = 'correct horse battery staple'
const baseUrl = 'http://localhost:3000/files'

async function opened(
  options: Partial<LocalDriverOptions> = {},
  handlerOptions: FileHandlerOptions = {},
) {
  const root = await emptyFolder()
  const driver = openDriver({ root, urls: { baseUrl, secret }, ...options })
  const container = await driver.createContainer('things')
  const handler = createFileHandler(driver, handlerOptions)
  return {
    root,
    driver,
    container,
    handler,
    fetch: (url: string, init?: RequestInit) => handler(new Request(url, init)),
    /** Presigns and sends. */
    async send(key: string, init: RequestInit = {}, presign: LocalPresignOptions = {}) {
      const { url, method, headers } = await container.presign(key, presign)
      return handler(
        new Request(url, { ...init, method, headers: { ...headers, ...(init.headers as object) } }),
      )
    },
  }
}

describe('GET', () => {
  test('sends the bytes with everything that is kept of them', async () => {
    const { container, send } = await opened({ clock: () => 1_700_000_000_000 })
    const { etag } = await container.put('page', 'a page', {
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'max-age=60',
      contentDisposition: 'inline; filename="page.html"',
      contentEncoding: 'identity',
      contentLanguage: 'en',
      expires: new Date('2030-01-02T03:04:05Z'),
    })
    const answer = await send('page')
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'max-age=60',
      'content-disposition': 'inline; filename="page.html"',
      'content-encoding': 'identity',
      'content-language': 'en',
      'content-length': '6',
      'content-type': 'text/html; charset=utf-8',
      etag: `"${etag}"`,
      expires: 'Wed, 02 Jan 2030 03:04:05 GMT',
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
      'x-content-type-options': 'nosniff',
    })
    expect(await answer.text()).toBe('a page')
  })

  test.each([
    ['bytes=0-1', 206, '01', 'bytes 0-1/10'],
    ['bytes=8-', 206, '89', 'bytes 8-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['BYTES=3-3', 206, '3', 'bytes 3-3/10'],
    ['bytes=10-', 416, undefined, 'bytes */10'],
    ['bytes=-0', 416, undefined, 'bytes */10'],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['bytes=5-3', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
    ['bytes=', 200, '0123456789', null],
    ['bytes=-', 200, '0123456789', null],
  ])('with the range %s gives %d', async (range, status, body, contentRange) => {
    const { container, send } = await opened()
    await container.put('digits', '0123456789')
    const answer = await send('digits', { headers: { range } })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-range')).toBe(contentRange)
    if (body !== undefined) {
      expect(await answer.text()).toBe(body)
      expect(answer.headers.get('content-length')).toBe(String(body.length))
    }
  })

  test('of an empty object', async () => {
    const { container, send } = await opened()
    await container.put('empty', '')
    const whole = await send('empty')
    expect([whole.status, await whole.text(), whole.headers.get('content-length')]).toEqual([
      200,
      '',
      '0',
    ])
    expect((await send('empty', { headers: { range: 'bytes=0-' } })).status).toBe(416)
    expect((await send('empty', { headers: { range: 'bytes=-5' } })).status).toBe(416)
  })

  test('with conditions', async () => {
    const { container, send } = await opened({ clock: () => 1_700_000_000_000 })
    const { etag } = await container.put('key', '0123456789')
    const tag = `"${etag}"`
    const time = 'Tue, 14 Nov 2023 22:13:20 GMT'
    const before = 'Tue, 14 Nov 2023 22:13:19 GMT'
    const cases: readonly (readonly [Record<string, string>, number])[] = [
      [{ 'if-none-match': tag }, 304],
      [{ 'if-none-match': `"x", W/${tag}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"x"' }, 200],
      [{ 'if-none-match': '"x"', 'if-modified-since': time }, 200],
      [{ 'if-modified-since': time }, 304],
      [{ 'if-modified-since': before }, 200],
      [{ 'if-modified-since': 'yesterday' }, 200],
      [{ 'if-match': tag }, 200],
      [{ 'if-match': `W/${tag}` }, 412],
      [{ 'if-match': '"x"' }, 412],
      [{ 'if-match': '*' }, 200],
      [{ 'if-unmodified-since': before }, 412],
      [{ 'if-unmodified-since': time }, 200],
      [{ 'if-match': tag, 'if-unmodified-since': before }, 200],
      [{ range: 'bytes=0-0', 'if-range': tag }, 206],
      [{ range: 'bytes=0-0', 'if-range': `W/${tag}` }, 200],
      [{ range: 'bytes=0-0', 'if-range': '"x"' }, 200],
      [{ range: 'bytes=0-0', 'if-range': time }, 206],
      [{ range: 'bytes=0-0', 'if-range': before }, 200],
    ]
    for (const [headers, status] of cases) {
      const answer = await send('key', { headers })
      expect([headers, answer.status]).toEqual([headers, status])
      if (status === 304) {
        expect(answer.headers.get('etag')).toBe(tag)
        expect(answer.body).toBeNull()
      }
      await answer.arrayBuffer()
    }
  })

  test('closes the file when the client goes away, or takes no body', async () => {
    const { container, send, root } = await opened()
    await container.put('key', new Uint8Array(5_000_000))
    for (let round = 0; round < 20; round += 1) {
      const left = await send('key')
      const reader = left.body?.getReader()
      await reader?.read()
      await reader?.cancel()
      await send('key', { headers: { 'if-none-match': '*' } })
      await send('key', { headers: { range: 'bytes=9999999-' } })
      await send('key', {}, { method: 'HEAD' })
    }
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((name) =>
        readlink(`/proc/self/fd/${name}`).catch(() => ''),
      ),
    )
    expect(open.filter((path) => path.startsWith(root))).toEqual([])
  })

  test('guesses the type of files of other programs by their names', async () => {
    const { root, send } = await opened()
    await writeFile(join(root, 'things/cat.png'), 'png')
    await writeFile(join(root, 'things/unknown'), 'x')
    expect((await send('cat.png')).headers.get('content-type')).toBe('image/png')
    expect((await send('unknown')).headers.get('content-type')).toBe('application/octet-stream')
  })

  test('can be told other headers for its answer', async () => {
    const { container, send } = await opened()
    await container.put('key', 'x', { contentType: 'text/html', cacheControl: 'no-store' })
    const response = {
      contentType: 'text/plain',
      contentDisposition: 'attachment; filename="a+b & c.txt"',
      expires: new Date('2030-01-02T03:04:05Z'),
    }
    const { headers } = await send('key', {}, { response })
    expect(headers.get('content-type')).toBe('text/plain')
    expect(headers.get('content-disposition')).toBe('attachment; filename="a+b & c.txt"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('expires')).toBe('Wed, 02 Jan 2030 03:04:05 GMT')
  })
})

test('HEAD tells what GET would send, but ranges', async () => {
  const { container, send } = await opened()
  await container.put('key', '0123456789', { contentType: 'text/plain' })
  const answer = await send('key', { headers: { range: 'bytes=0-1' } }, { method: 'HEAD' })
  expect(answer.status).toBe(200)
  expect(answer.body).toBeNull()
  expect(answer.headers.get('content-length')).toBe('10')
  expect(answer.headers.get('content-type')).toBe('text/plain')
  const missing = await send('missing', {}, { method: 'HEAD' })
  expect([missing.status, missing.body]).toEqual([404, null])
})

describe('keys in URLs', () => {
  const hostile = [
    ...[
      'a b',
      'a+b',
      'a%2Fb',
      'ä/ö',
      '👍',
      'a?b#c',
      'a&b=c',
      "it's!(*)",
      '~tilde',
      'a\nb',
      '%',
      '\\',
    ],
    ...[
      '.',
      '..',
      'a/../b',
      './a',
      'a/.',
      'a//b',
      '/a',
      'a/',
      '//',
      '%2e%2e/a',
      'a/%2E/b',
      '\0',
      '...',
    ],
  ]

  test.each(hostile)('%j comes back as it is', async (key) => {
    const { container, fetch, send } = await opened()
    const { url, method, headers } = await container.presign(key, { method: 'PUT' })
    // As browsers and servers do it: parsed, put together, and parsed again.
    const sent = await fetch(new URL(new URL(url).href).href, { method, headers, body: key })
    expect(sent.status).toBe(200)
    expect(
      (await container.driver.listContainerObjects(container)).map((each) => each.key),
    ).toEqual([key])
    expect(await (await send(key)).text()).toBe(key)
    await container.put(key, 'public', { acl: 'public-read' })
    expect(await (await fetch(await container.url(key))).text()).toBe('public')
  })

  test('are readable when they are plain', async () => {
    const { container } = await opened()
    expect(await container.url('photos/2026/a cat.jpg')).toBe(
      `${baseUrl}/things/photos/2026/a%20cat.jpg`,
    )
    expect(await container.url('a/../b')).toBe(`${baseUrl}/things?key=a%2F..%2Fb`)
  })

  test('count in one place only', async () => {
    const { container, fetch } = await opened()
    await container.put('a', 'x', { acl: 'public-read' })
    expect((await fetch(`${baseUrl}/things/a`)).status).toBe(200)
    for (const path of [
      '/things/a?key=a',
      '/things?key=a&key=a',
      '/things',
      '/things/',
      '/',
      '',
      '/things/%E0',
    ]) {
      expect((await fetch(`${baseUrl}${path}`)).status).toBe(404)
    }
    expect((await fetch('http://localhost:3000/filesystem/things/a')).status).toBe(404)
    expect((await fetch('http://other.host/files/things/a')).status).toBe(200)
  })

  test('below a base without a path', async () => {
    const { container, fetch } = await opened({
      urls: { baseUrl: 'https://files.example', secret },
    })
    await container.put('a/b', 'x', { acl: 'public-read' })
    expect(await container.url('a/b')).toBe('https://files.example/things/a/b')
    expect((await fetch('https://files.example/things/a/b')).status).toBe(200)
  })
})

describe('who may read', () => {
  test('anybody public objects, and nobody learns what else there is', async () => {
    const { container, fetch } = await opened()
    await container.put('public', 'for all', { acl: 'public-read' })
    await container.put('private', 'for us')
    const open = await fetch(await container.url('public'))
    expect([open.status, await open.text()]).toEqual([200, 'for all'])
    expect((await fetch(await container.url('public'), { method: 'HEAD' })).status).toBe(200)
    const answers: string[] = []
    for (const path of ['things/private', 'things/missing', 'nothing-here/x', 'UPPER/x']) {
      const answer = await fetch(`${baseUrl}/${path}`)
      answers.push(`${answer.status} ${await answer.text()}`)
    }
    expect(new Set(answers)).toEqual(
      new Set(['403 AccessDenied: the link is not signed, changed, or expired\n']),
    )
    await container.driver.setObjectAcl(container.driver.object(container, 'public'), 'private')
    expect((await fetch(await container.url('public'))).status).toBe(403)
  })

  test('nobody by a signature that was changed in any way', async () => {
    const { container, fetch } = await opened()
    await container.put('key', 'x', { acl: 'public-read' })
    await container.put('other', 'x')
    const { url } = await container.presign('key', { response: { contentType: 'text/plain' } })
    expect((await fetch(url)).status).toBe(200)
    const signature = new URL(url).searchParams.get('signature') ?? ''
    const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    for (const changed of [
      url.replace('/key?', '/other?'),
      url.replace('/things/', '/thongs/'),
      url.replace('text%2Fplain', 'text%2Fhtml'),
      url.replace(/until=\d/, 'until=9'),
      url.replace(/&until=\d+|until=\d+&/, ''),
      url.replace(signature, flipped),
      url.replace(signature, ''),
      url.replace(signature, `${signature}AAAA`),
      `${url}&signature=${signature}`,
      `${url}&response-cache-control=x`,
    ]) {
      expect(changed).not.toBe(url)
      expect([changed, (await fetch(changed)).status]).toEqual([changed, 403])
    }
    for (const method of ['HEAD', 'PUT', 'DELETE']) {
      expect((await fetch(url, { method, ...(method === 'PUT' && { body: 'y' }) })).status).toBe(
        403,
      )
    }
    expect(await container.get('key').text()).toBe('x')
  })

  test('nobody after the end, by the clock of the driver', async () => {
    let now = 1_700_000_000_500
    const { container, fetch } = await opened({ clock: () => now })
    await container.put('key', 'x')
    const { url, expiresAt } = await container.presign('key', { expiresIn: 60 })
    expect(expiresAt).toEqual(new Date(1_700_000_060_000))
    now = expiresAt.getTime() - 1
    expect((await fetch(url)).status).toBe(200)
    now = expiresAt.getTime()
    expect((await fetch(url)).status).toBe(403)
  })

  test('nobody by the secret of another driver', async () => {
    const one = await opened()
    const two = await opened({ urls: { baseUrl, secret: `${secret}!` } })
    await one.container.put('key', 'x')
    await two.container.put('key', 'x')
    const { url } = await one.container.presign('key')
    expect((await one.fetch(url)).status).toBe(200)
    expect((await two.fetch(url)).status).toBe(403)
  })
})

describe('PUT', () => {
  test('stores what was fixed in the link', async () => {
    const { container, send, driver } = await opened()
    const metadata = { colour: 'blue & "green"', b: 'ünï' }
    const answer = await send(
      'key',
      { body: 'hello' },
      {
        method: 'PUT',
        contentType: 'text/x-a; charset=utf-8',
        acl: 'public-read',
        metadata,
        size: 5,
      },
    )
    expect(answer.status).toBe(200)
    const head = await container.head('key')
    expect(answer.headers.get('etag')).toBe(`"${head.etag}"`)
    expect(head).toMatchObject({ contentType: 'text/x-a; charset=utf-8', metadata, size: 5 })
    expect(await driver.getObjectAcl(head)).toBe('public-read')
  })

  test('takes no other type, length, ACL or metadata', async () => {
    const { container, fetch, send } = await opened()
    const put = { method: 'PUT', contentType: 'image/png', size: 5 } as const
    const { url } = await container.presign('key', put)
    const as = (type: string | undefined, body: string) =>
      fetch(url, {
        method: 'PUT',
        body,
        ...(type !== undefined && { headers: { 'content-type': type } }),
      })
    expect((await as('text/html', 'hello')).status).toBe(403)
    expect((await as(undefined, 'hello')).status).toBe(403)
    expect((await as('image/png', 'hell')).status).toBe(400)
    expect((await as('image/png', 'hello!')).status).toBe(400)
    const announced = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'image/png', 'content-length': '6' },
      body: 'hello!',
    })
    expect(announced.status).toBe(403)
    for (const more of ['&acl=public-read', '&meta-a=b', '&cache-control=x']) {
      const answer = await fetch(url + more, {
        method: 'PUT',
        headers: { 'content-type': 'image/png' },
        body: 'hello',
      })
      expect(answer.status).toBe(403)
    }
    expect(await container.exists('key')).toBe(false)
    expect((await send('key', { body: 'hello' }, put)).status).toBe(200)
  })

  test('may be held to a condition', async () => {
    const { container, send } = await opened()
    await container.put('key', 'old')
    const put = { method: 'PUT' } as const
    const refused = await send('key', { body: 'new', headers: { 'if-none-match': '*' } }, put)
    expect(refused.status).toBe(412)
    const unknown = await send('key', { body: 'new', headers: { 'if-none-match': '"x"' } }, put)
    expect(unknown.status).toBe(400)
    const stale = await send('key', { body: 'new', headers: { 'if-match': '"x"' } }, put)
    expect(stale.status).toBe(412)
    expect(await container.get('key').text()).toBe('old')
  })

  test('of nothing, and into nothing', async () => {
    const { container, driver, fetch, send } = await opened()
    expect((await send('empty', {}, { method: 'PUT' })).status).toBe(200)
    expect((await container.head('empty')).size).toBe(0)
    const { url } = await driver.container('missing-one').presign('key', { method: 'PUT' })
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(404)
  })

  test('that breaks off stores nothing', async () => {
    const { container, fetch } = await opened()
    const { url } = await container.presign('key', { method: 'PUT' })
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000))
        controller.error(new Error('the connection broke'))
      },
    })
    const answer = await fetch(url, { method: 'PUT', body, duplex: 'half' } as RequestInit)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('broke')
    expect(await container.exists('key')).toBe(false)
  })
})

test('DELETE deletes, also what is not there', async () => {
  const { container, send } = await opened()
  await container.put('key', 'x')
  for (let round = 0; round < 2; round += 1) {
    expect((await send('key', {}, { method: 'DELETE' })).status).toBe(204)
  }
  expect(await container.exists('key')).toBe(false)
})

test('other methods are not served', async () => {
  const { container, fetch } = await opened()
  const { url } = await container.presign('key')
  for (const method of ['POST', 'PATCH', 'OPTIONS']) {
    const answer = await fetch(url, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT, DELETE'])
  }
})

describe('pages of other origins', () => {
  const origin = 'http://localhost:5173'

  test('are not let in unless they are listed', async () => {
    const { container, send } = await opened()
    await container.put('key', 'x')
    const { headers } = await send('key', { headers: { origin } })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test.each([[[origin], origin, 'origin'] as const, ['*', '*', null] as const])(
    'are let in by cors.origins %j',
    async (origins, allowed, vary) => {
      const { container, send, fetch } = await opened({}, { cors: { origins } })
      await container.put('key', 'x')
      const { headers } = await send('key', { headers: { origin } })
      expect(headers.get('access-control-allow-origin')).toBe(allowed)
      expect(headers.get('access-control-expose-headers')).toContain('etag')
      expect(headers.get('vary')).toBe(vary)
      const preflight = await fetch(`${baseUrl}/things/key`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'content-type',
        },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed)
      expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
      expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type')
    },
  )

  test('that are not listed stay out', async () => {
    const { fetch } = await opened({}, { cors: { origins: ['http://elsewhere'] } })
    const preflight = await fetch(`${baseUrl}/things/key`, {
      method: 'OPTIONS',
      headers: { origin },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    expect(preflight.headers.get('access-control-allow-methods')).toBeNull()
  })
})

test('failures inside name no path', async () => {
  const { container, driver, root, handler } = await opened()
  await container.put('key', 'x')
  const { url } = await container.presign('key', { method: 'PUT' })
  await driver.close()
  await mkdir(join(root, 'more'))
  const answer = await handler(new Request(url, { method: 'PUT', body: 'x' }))
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(await answer.text()).not.toContain(root)
})

test('a failure inside is no refusal: what is public is only not to be had now', async () => {
  const root = join(await emptyFolder(), 'root')
  await writeFile(root, 'no folder')
  const driver = openDriver({ root, urls: { baseUrl, secret } })
  const answer = await createFileHandler(driver)(new Request(`${baseUrl}/things/public`))
  expect(answer.status).toBe(500)
})

test('what the file system says has its meaning here, too', async () => {
  const deep = join(await emptyFolder(), ...Array.from({ length: 8 }, () => 'x'.repeat(200)))
  const { send } = await opened({ root: deep })
  // Escaped, it does not fit into a path.
  expect((await send('\u0001'.repeat(1024))).status).toBe(404)
})

test('without option urls there are no URLs, and every error says how to get them', async () => {
  const driver = openDriver({ root: await emptyFolder() })
  const container = await driver.createContainer('things')
  expect(driver.features.presign).toBeUndefined()
  expect(driver.backend.presign).toBeUndefined()
  expect(driver.backend.objectUrl).toBeUndefined()
  for (const call of [() => container.presign('key'), () => container.url('key')]) {
    await expect(call()).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      message: expect.stringContaining('urls: { baseUrl, secret }'),
    })
  }
  expect(() => createFileHandler(driver)).toThrow('urls: { baseUrl, secret }')
})

test('wrong options of the handler are refused', async () => {
  const { driver } = await opened()
  const wrong: [unknown, RegExp][] = [
    [{ corse: {} }, /corse: there is no such option, did you mean cors\?/],
    [{ cors: {} }, /cors\.origins: expected '\*' or a list of origins/],
    [{ cors: { origins: 'http://x' } }, /cors\.origins: expected/],
    [{ cors: { origins: [1] } }, /cors\.origins: expected/],
    [{ cors: { origins: '*', credentials: true } }, /cors\.credentials: there is no such option/],
  ]
  for (const [options, message] of wrong) {
    expect(() => createFileHandler(driver, options as FileHandlerOptions)).toThrow(message)
  }
})

test('the secret shows nowhere', async () => {
  const { driver, container, handler } = await opened()
  const { url } = await container.presign('key')
  for (const shown of [
    driver,
    driver.backend,
    container,
    handler,
    { ...driver },
    { ...driver.backend },
  ]) {
    const text =
      inspect(shown, { depth: 10, showHidden: true, getters: true }) + JSON.stringify(shown)
    expect(text).not.toContain(secret)
  }
  expect(url).not.toContain(secret)
  expect(() => openDriver({ root: 'x', urls: { baseUrl, secret: 'too short' } })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('too short') }),
  )
})
