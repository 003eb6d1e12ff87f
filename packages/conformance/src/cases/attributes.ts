import type { AttributeName, AttributeOptions, Container, StorageObject } from '@cloudstore/core'
import { check, equal, rejects } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'

type Stored = Exclude<AttributeName, 'headers'>

const text = (value: StorageObject[Stored]) => (value instanceof Date ? value.toISOString() : value)

/** Round trip where the attribute is promised; else it is refused and nothing is sent. */
function attribute<N extends Stored>(name: N, value: NonNullable<AttributeOptions[N]>) {
  return async (context: ConformanceContext): Promise<void> => {
    const { name: containerName } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(containerName)
    const put = () => container.put('object', 'x', { [name]: value })
    if (!driver.features.attributes.includes(name)) {
      const error = await rejects(put, 'UnsupportedOperation', `put with ${name}`)
      check(error.message.includes(name), `the error does not name ${name}: ${error.message}`)
      equal(sent.length, 0, 'requests that reached the provider')
      return
    }
    const expected = text(value)
    equal(text((await put())[name]), expected, `${name} by put`)
    equal(text((await container.head('object'))[name]), expected, `${name} by head`)
    equal(text((await container.get('object').info())[name]), expected, `${name} by get`)
    await container.put('object', 'y')
    if (name !== 'contentType') {
      equal(
        (await container.head('object'))[name],
        undefined,
        `${name} after overwriting without it`,
      )
    }
  }
}

async function guessed(context: ConformanceContext, types: Readonly<Record<string, string>>) {
  const container = await context.container()
  if (!context.driver.features.attributes.includes('contentType')) {
    // What core only guessed may be dropped: the upload goes through.
    for (const key of Object.keys(types)) await container.put(key, 'x')
    return
  }
  for (const [key, type] of Object.entries(types)) {
    await container.put(key, 'x')
    const { contentType = '' } = await container.head(key)
    check(contentType.startsWith(type), `content type of ${key}: ${contentType}, not ${type}`)
  }
}

export const attributes: readonly ConformanceCase[] = group('attributes', {
  'content type comes back': attribute('contentType', 'application/x-conformance; charset=utf-8'),
  'cache control comes back': attribute('cacheControl', 'public, max-age=31536000, immutable'),
  'content disposition comes back': attribute(
    'contentDisposition',
    `attachment; filename="a b.txt"; filename*=UTF-8''a%20%C3%BC.txt`,
  ),
  'content encoding comes back': attribute('contentEncoding', 'gzip'),
  'content language comes back': attribute('contentLanguage', 'de-CH, en'),
  'expires comes back, to the second': attribute('expires', new Date('2031-05-06T07:08:09Z')),

  'all attributes together come back': async (context) => {
    const container = await context.container()
    const all: Required<{ [N in Stored]: NonNullable<AttributeOptions[N]> }> = {
      contentType: 'text/html',
      cacheControl: 'no-store',
      contentDisposition: 'inline',
      contentEncoding: 'br',
      contentLanguage: 'fr',
      expires: new Date('2031-01-01T00:00:00Z'),
    }
    const promised = Object.entries(all).filter(([name]) =>
      context.driver.features.attributes.some((known) => known === name),
    )
    await container.put('object', 'x', Object.fromEntries(promised))
    const head = await container.head('object')
    for (const [name, value] of promised) equal(text(head[name as Stored]), text(value), name)
  },

  'the content type is guessed from the name': (context) =>
    guessed(context, {
      'page.html': 'text/html',
      'notes.txt': 'text/plain',
      'data.json': 'application/json',
      'image.png': 'image/png',
      'PHOTO.JPG': 'image/jpeg',
      'folder.with.dots/archive.tar.gz': 'application/gzip',
      'document.pdf': 'application/pdf',
      'drawing.svg': 'image/svg+xml',
    }),

  'a content type given wins over the name': async (context) => {
    if (!context.driver.features.attributes.includes('contentType')) {
      notApplicable('objects have no content type')
    }
    const container = await context.container()
    await container.put('page.html', 'x', { contentType: 'text/plain' })
    equal((await container.head('page.html')).contentType, 'text/plain', 'content type')
  },

  'a name that says nothing gets no invented type': async (context) => {
    const container = await context.container()
    for (const key of ['README', 'file.unknown-extension', 'html', '.txt/x', 'trailing/']) {
      await container.put(key, 'x')
      const { contentType } = await container.head(key)
      check(
        contentType === undefined || /^(application|binary)\/octet-stream$/.test(contentType),
        `content type of ${key}: ${String(contentType)}`,
      )
    }
  },

  'bytes stored with a content encoding come back as they were stored': async (context) => {
    if (!context.driver.features.attributes.includes('contentEncoding')) {
      notApplicable('objects have no content encoding')
    }
    const container = await context.container()
    // Not gzip at all: whoever tried to decode it on the way would fail.
    await container.put('object', 'plain text', { contentEncoding: 'gzip' })
    equal(await container.get('object').text(), 'plain text', 'contents')
    const part = container.get('object', { range: { start: 6, end: 10 } })
    equal(await part.text(), 'text', 'a range')
  },

  'attributes that no header can carry are refused before anything is sent': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    const bad: readonly Record<string, unknown>[] = [
      { contentType: 'text/plain\r\nx-injected: 1' },
      { cacheControl: 'a\nb' },
      { contentDisposition: 'a\u0000b' },
      { contentType: 7 },
      { expires: new Date(Number.NaN) },
      { expires: 'tomorrow' },
    ]
    for (const options of bad) {
      await rejects(
        () => container.put('object', 'x', options),
        ['InvalidArgument', 'UnsupportedOperation'],
        JSON.stringify(options),
      )
    }
    equal(sent.length, 0, 'requests that reached the provider')
  },

  'the etag changes with the contents and is stable between reads': async (context) => {
    const container = await context.container()
    await container.put('object', 'one')
    const first = await container.head('object')
    const again = await container.head('object')
    equal(again.etag, first.etag, 'etag of the same object')
    await container.put('object', 'two')
    const second = await container.head('object')
    if (first.etag !== undefined) {
      check(first.etag !== second.etag, 'the etag is the same for other contents')
      check(!/^(W\/)?"/.test(first.etag), `the etag has quotes: ${first.etag}`)
    }
  },

  'the hash is the MD5 of the contents, where there is one': async (context) => {
    const container = await context.container()
    const stored = await container.put('object', 'hello')
    const known = new Set([undefined, '5d41402abc4b2a76b9719d911017c592'])
    check(known.has(stored.hash), `hash by put: ${String(stored.hash)}`)
    check(known.has((await container.head('object')).hash), 'hash by head')
  },

  'lastModified is the time of the last write': async (context) => {
    const container: Container = await context.container()
    const before = Date.now()
    await container.put('object', 'x')
    const { lastModified } = await container.head('object')
    if (!lastModified) notApplicable('objects have no lastModified')
    const apart = Math.abs(lastModified.getTime() - before)
    check(apart < 15 * 60_000, `lastModified is ${apart} ms away from this clock`)
  },
})
