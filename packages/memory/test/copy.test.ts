import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { bodyOf, call, noon, openBackend, second } from './backend-fixture.ts'

const box = { container: 'box' }
const source = { ...box, key: 'a' }

describe('copyObject', () => {
  test('keeps attributes, metadata and ACL', async () => {
    const { backend, put, head, text, time } = await openBackend()
    await put('a', 'content', { contentType: 'text/css', metadata: { x: '1' }, acl: 'public-read' })
    time.now += 5 * second
    const copy = await backend.copyObject({ ...box, key: 'b', source }, call)
    expect(copy).toEqual({
      ...(await head('a')),
      key: 'b',
      lastModified: new Date(noon + 5 * second),
    })
    expect(await head('b')).toEqual(copy)
    expect(await text('b')).toBe('content')
    expect(await backend.acl.getObjectAcl({ ...box, key: 'b' }, call)).toBe('public-read')
  })

  test('replaces attributes and metadata as a whole, and the ACL by itself', async () => {
    const { backend, put, head } = await openBackend()
    await put('a', 'content', {
      contentType: 'text/css',
      cacheControl: 'no-cache',
      metadata: { x: '1' },
    })
    const replace = { contentType: 'text/html', metadata: { y: '2' } }
    await backend.copyObject({ ...box, key: 'b', source, replace, acl: 'public-read' }, call)
    const { contentType, cacheControl, metadata } = await head('b')
    expect({ contentType, cacheControl, metadata }).toEqual({
      contentType: 'text/html',
      cacheControl: undefined,
      metadata: { y: '2' },
    })
    expect(await backend.acl.getObjectAcl({ ...box, key: 'b' }, call)).toBe('public-read')
  })

  test('heeds conditions on the source and on the destination', async () => {
    const { backend, put, text } = await openBackend()
    await put('a', 'new')
    const { etag } = await put('b', 'old')
    const outcomes = [
      [{ source: { ...source, ifMatch: 'other' } }, 'PreconditionFailed'],
      [{ ifNoneMatch: '*' }, 'ObjectAlreadyExists'],
      [{ ifMatch: 'other' }, 'PreconditionFailed'],
    ] as const
    for (const [conditions, code] of outcomes) {
      const attempt = backend.copyObject({ ...box, key: 'b', source, ...conditions }, call)
      await expect(attempt).rejects.toMatchObject({ code })
    }
    expect(await text('b')).toBe('old')
    await backend.copyObject({ ...box, key: 'b', source, ifMatch: etag }, call)
    expect(await text('b')).toBe('new')
  })

  test('of an object in parts is an object in one piece, with its MD5', async () => {
    const { backend, head } = await openBackend()
    const upload = await backend.multipart.create(source, call)
    const body = bodyOf('content')
    const part = await backend.multipart.uploadPart(
      { ...source, upload, number: 1, offset: 0, last: true, body },
      call,
    )
    await backend.multipart.complete({ ...source, upload, parts: [part], size: 7 }, call)
    expect(await head('a')).not.toHaveProperty('md5')
    const md5 = createHash('md5').update('content').digest('hex')
    expect(await backend.copyObject({ ...box, key: 'b', source }, call)).toMatchObject({
      etag: md5,
      md5,
    })
  })

  test('is ObjectDoesNotExist when the source is missing', async () => {
    const { backend } = await openBackend()
    await expect(backend.copyObject({ ...box, key: 'b', source }, call)).rejects.toMatchObject({
      code: 'ObjectDoesNotExist',
    })
  })
})
