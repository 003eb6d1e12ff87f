import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readAll } from '@cloudstore/core'
import { call, noon, openBackend, second, streamBody } from './backend-fixture.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const box = { container: 'box' }

describe('putObject', () => {
  test('stores attributes and metadata and tells them again', async () => {
    const { put, head } = await openBackend()
    const attributes = {
      contentType: 'text/plain',
      cacheControl: 'no-cache',
      contentDisposition: 'inline',
      contentEncoding: 'identity',
      contentLanguage: 'de',
      expires: new Date(noon + 60 * second),
      metadata: { colour: 'red' },
    }
    const stored = await put('a', 'hello', attributes)
    const facts = {
      key: 'a',
      size: 5,
      etag: md5('hello'),
      md5: md5('hello'),
      lastModified: new Date(noon),
      ...attributes,
    }
    expect(stored).toEqual(facts)
    expect(await head('a')).toEqual(facts)
  })

  test('cuts times to whole seconds, as S3 does', async () => {
    const { put, time } = await openBackend()
    time.now = noon + 1999
    expect((await put('a', '1')).lastModified).toEqual(new Date(noon + second))
  })

  test('leaves nothing of the object that was there', async () => {
    const { put, head, backend } = await openBackend()
    await put('a', 'one', { contentType: 'text/css', metadata: { x: '1' }, acl: 'public-read' })
    await put('a', 'two')
    expect(await head('a')).toEqual({
      key: 'a',
      size: 3,
      etag: md5('two'),
      md5: md5('two'),
      lastModified: new Date(noon),
      metadata: {},
    })
    expect(await backend.acl.getObjectAcl({ ...box, key: 'a' }, call)).toBe('private')
  })

  test('has an MD5 for the ETag also when core does not hash', async () => {
    const { backend } = await openBackend()
    const body = streamBody([new TextEncoder().encode('hel'), new TextEncoder().encode('lo')])
    const stored = await backend.putObject({ ...box, key: 'a', body }, call)
    expect(stored).toMatchObject({ etag: md5('hello'), md5: md5('hello'), size: 5 })
  })

  test('keeps its own copy of bytes, dates and metadata', async () => {
    const { put, head, text } = await openBackend()
    const bytes = new TextEncoder().encode('mine')
    const metadata = { x: '1' }
    const expires = new Date(noon)
    await put('a', bytes, { metadata, expires })
    bytes.fill(0)
    metadata.x = '2'
    expires.setTime(0)
    const first = await head('a')
    first.expires!.setTime(1)
    first.lastModified!.setTime(1)
    Object.assign(first.metadata!, { x: '3' })
    expect(await text('a')).toBe('mine')
    expect(await head('a')).toMatchObject({
      metadata: { x: '1' },
      expires: new Date(noon),
      lastModified: new Date(noon),
    })
  })

  test('of two that want to be the first, one wins', async () => {
    const { backend, text } = await openBackend()
    async function* slowly(content: string) {
      await Promise.resolve()
      yield new TextEncoder().encode(content)
    }
    const contents = ['one', 'two', 'three']
    const attempts = await Promise.allSettled(
      contents.map((content) =>
        backend.putObject(
          { ...box, key: 'a', body: streamBody(slowly(content)), ifNoneMatch: '*' },
          call,
        ),
      ),
    )
    const won = attempts.map(({ status }) => status === 'fulfilled')
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await text('a')).toBe(contents[won.indexOf(true)])
    const lost = attempts.filter((attempt) => attempt.status === 'rejected')
    expect(lost.map(({ reason }) => reason)).toEqual([
      expect.objectContaining({ code: 'ObjectAlreadyExists' }),
      expect.objectContaining({ code: 'ObjectAlreadyExists' }),
    ])
  })

  test('does not read a body in vain when the condition fails already', async () => {
    const { backend, put } = await openBackend()
    await put('a', '1')
    let read = false
    function* source() {
      read = true
      yield new Uint8Array(1)
    }
    const attempt = backend.putObject(
      { ...box, key: 'a', body: streamBody(source()), ifMatch: 'other' },
      call,
    )
    await expect(attempt).rejects.toMatchObject({ code: 'PreconditionFailed' })
    expect(read).toBe(false)
  })

  test('stores nothing when the source fails or the container goes away meanwhile', async () => {
    const { backend, keys } = await openBackend()
    async function* failing() {
      yield new Uint8Array(10)
      throw new Error('source broke')
    }
    await expect(
      backend.putObject({ ...box, key: 'a', body: streamBody(failing()) }, call),
    ).rejects.toThrow('source broke')
    expect(await keys()).toEqual([])

    async function* deleting() {
      await backend.deleteContainer(box, call)
      yield new Uint8Array(10)
    }
    await expect(
      backend.putObject({ ...box, key: 'a', body: streamBody(deleting()) }, call),
    ).rejects.toMatchObject({ code: 'ContainerDoesNotExist' })
  })
})

describe('getObject', () => {
  test('reads ranges; the info is that of the whole', async () => {
    const { backend, put } = await openBackend()
    await put('a', '0123456789')
    const read = async (range: { start: number; end?: number }) => {
      const { info, body } = await backend.getObject({ ...box, key: 'a', range }, call)
      expect(info.size).toBe(10)
      return new TextDecoder().decode(await readAll(body))
    }
    expect(await read({ start: 2, end: 5 })).toBe('234')
    expect(await read({ start: 7 })).toBe('789')
    expect(await read({ start: 7, end: 99 })).toBe('789')
    await expect(read({ start: 10 })).rejects.toMatchObject({ code: 'InvalidRange' })
    await put('empty', '')
    const empty = backend.getObject({ ...box, key: 'empty', range: { start: 0 } }, call)
    await expect(empty).rejects.toMatchObject({ code: 'InvalidRange' })
  })

  test('goes on with the old bytes when the object is replaced or deleted', async () => {
    const { backend, put } = await openBackend()
    const old = 'x'.repeat(700_000)
    await put('a', old)
    const { body } = await backend.getObject({ ...box, key: 'a' }, call)
    const first = await body.read()
    await put('a', 'new')
    await backend.deleteObject({ ...box, key: 'a' }, call)
    const rest = await readAll(body)
    expect(first!.byteLength + rest.byteLength).toBe(old.length)
    expect(rest.every((byte) => byte === 0x78)).toBe(true)
  })

  test('heeds conditions, on HEAD too', async () => {
    const { backend, put, time } = await openBackend()
    const { etag } = await put('a', '1')
    time.now += 60 * second
    const outcomes = [
      { ifMatch: 'other', code: 'PreconditionFailed' },
      { ifNoneMatch: etag, code: 'NotModified' },
      { ifModifiedSince: new Date(noon), code: 'NotModified' },
      { ifUnmodifiedSince: new Date(noon - second), code: 'PreconditionFailed' },
    ]
    for (const { code, ...conditions } of outcomes) {
      const request = { ...box, key: 'a', ...conditions }
      await expect(backend.getObject(request, call)).rejects.toMatchObject({ code })
      await expect(backend.headObject(request, call)).rejects.toMatchObject({ code })
    }
  })

  test('names a key that is not there', async () => {
    const { head } = await openBackend()
    await expect(head('a')).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
  })
})

describe('listObjects', () => {
  test('goes by UTF-8 bytes and tells what S3 tells', async () => {
    const { backend, put, keys } = await openBackend()
    for (const key of ['b', '😀', 'a', '\uffff', 'a/b', 'A']) {
      await put(key, 'x', { contentType: 'text/plain', metadata: { y: '1' } })
    }
    expect(await keys()).toEqual(['A', 'a', 'a/b', 'b', '\uffff', '😀'])
    const { objects } = await backend.listObjects({ ...box, prefix: 'A' }, call)
    expect(objects).toEqual([
      { key: 'A', size: 1, etag: md5('x'), md5: md5('x'), lastModified: new Date(noon) },
    ])
  })

  test('sums up by delimiter, and pages of at most 1000', async () => {
    const { backend, put } = await openBackend()
    for (let index = 0; index < 1100; index += 1) await put(`n${index % 550}/${index}`, 'x')
    const all = await backend.listObjects({ ...box, limit: 5000 }, call)
    expect(all.objects).toHaveLength(1000)
    expect(all.cursor).toBeDefined()
    const { objects, prefixes, cursor } = await backend.listObjects(
      { ...box, delimiter: '/' },
      call,
    )
    expect([objects.length, prefixes.length, cursor]).toEqual([0, 550, undefined])
  })

  test('lists 100,000 keys in less time than anything quadratic would take', async () => {
    const { backend, put } = await openBackend()
    for (let index = 0; index < 100_000; index += 1) await put(`${(index * 7919) % 100_000}`, '')
    let count = 0
    let cursor: string | undefined
    do {
      const page = await backend.listObjects({ ...box, cursor }, call)
      count += page.objects.length
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(count).toBe(100_000)
  }, 20_000)
})

describe('deleteObject', () => {
  test('resolves for a key that is not there, unless an ETag is asked for', async () => {
    const { backend, put, keys } = await openBackend()
    const { etag } = await put('a', '1')
    await backend.deleteObject({ ...box, key: 'b' }, call)
    for (const request of [
      { key: 'a', ifMatch: 'other' },
      { key: 'b', ifMatch: etag },
    ]) {
      await expect(backend.deleteObject({ ...box, ...request }, call)).rejects.toMatchObject({
        code: 'PreconditionFailed',
      })
    }
    expect(await keys()).toEqual(['a'])
    await backend.deleteObject({ ...box, key: 'a', ifMatch: etag }, call)
    expect(await keys()).toEqual([])
  })
})
