import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { readAll } from '@cloudstore/core'
import type { PartRef } from '@cloudstore/core'
import { bodyOf, call, noon, openBackend, streamBody } from './backend-fixture.ts'

const MiB = 1024 ** 2
const big = { container: 'box', key: 'big' }
const filled = (size: number, byte: number) => new Uint8Array(size).fill(byte)
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest()

async function begin(options = {}) {
  const fixture = await openBackend()
  const { multipart } = fixture.backend
  const upload = await multipart.create({ ...big, ...options }, call)
  return {
    ...fixture,
    multipart,
    upload,
    part: (number: number, bytes: Uint8Array) =>
      multipart.uploadPart(
        { ...big, upload, number, offset: 0, last: false, body: bodyOf(bytes) },
        call,
      ),
    complete: (parts: readonly PartRef[], more = {}) => {
      const size = parts.reduce((sum, part) => sum + part.size, 0)
      return multipart.complete({ ...big, upload, parts, size, ...more }, call)
    },
  }
}

describe('multipart uploads', () => {
  test('make one object of parts that came in any order, with the ETag of S3', async () => {
    const { backend, part, complete, keys, multipart } = await begin({
      contentType: 'text/plain',
      metadata: { x: '1' },
      acl: 'public-read',
    })
    const pieces = [filled(5 * MiB, 1), filled(6 * MiB, 2), filled(3, 3)]
    const [third, first, second] = [
      await part(9, pieces[2]!),
      await part(1, pieces[0]!),
      await part(2, pieces[1]!),
    ]
    expect(await keys()).toEqual([])
    const digests = Buffer.concat(pieces.map(md5))
    const etag = `${md5(digests).toString('hex')}-3`
    const info = await complete([first, second, third])
    expect(info).toEqual({
      key: 'big',
      size: 11 * MiB + 3,
      etag,
      lastModified: new Date(noon),
      contentType: 'text/plain',
      metadata: { x: '1' },
    })
    expect(await backend.acl.getObjectAcl(big, call)).toBe('public-read')
    const { body } = await backend.getObject(big, call)
    expect(Buffer.compare(await readAll(body), Buffer.concat(pieces))).toBe(0)
    expect(await multipart.listUploads({ container: 'box' }, call)).toEqual({ uploads: [] })
  })

  test('replace a part that is sent again', async () => {
    const { part, complete, text } = await begin()
    const old = await part(1, filled(2, 65))
    const next = await part(1, filled(2, 66))
    await expect(complete([old])).rejects.toMatchObject({ code: 'InvalidArgument' })
    await complete([next])
    expect(await text('big')).toBe('BB')
  })

  test('hash parts that core did not', async () => {
    const { multipart, upload } = await begin()
    const body = streamBody([filled(3, 7)])
    const ref = await multipart.uploadPart(
      { ...big, upload, number: 1, offset: 0, last: true, body },
      call,
    )
    expect(ref).toEqual({
      number: 1,
      size: 3,
      etag: md5(filled(3, 7)).toString('hex'),
      md5: ref.etag,
    })
  })

  test('refuse what S3 refuses to publish, and leave the object that was there', async () => {
    const { part, complete, put, text } = await begin()
    await put('big', 'old')
    const small = await part(1, filled(5 * MiB - 1, 1))
    const second = await part(2, filled(5 * MiB, 2))
    const refused: [PartRef[], object, string][] = [
      [[], {}, 'at least one part'],
      [[small, second], {}, 'at least 5242880'],
      [[second, small], {}, 'ascending'],
      [[second, second], {}, 'ascending'],
      [[{ ...second, etag: 'other' }], {}, 'ETag'],
      [[{ ...second, number: 7 }], {}, 'not uploaded'],
      [[second], { size: 1 }, 'announced'],
    ]
    for (const [parts, more, says] of refused) {
      await expect(complete(parts, more)).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining(says),
      })
    }
    expect(await text('big')).toBe('old')
    await complete([second])
  })

  test.each([0, -1, 1.5, 10_001])('refuse part number %p', async (number) => {
    const { part } = await begin()
    await expect(part(number, filled(1, 1))).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  test('heed conditions when they begin and when they end', async () => {
    const { complete, part, put, text, multipart } = await begin()
    const first = await part(1, filled(2, 65))
    const { etag } = await put('big', 'old')
    await expect(complete([first], { ifNoneMatch: '*' })).rejects.toMatchObject({
      code: 'ObjectAlreadyExists',
    })
    await expect(complete([first], { ifMatch: 'other' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    })
    await expect(multipart.create({ ...big, ifNoneMatch: '*' }, call)).rejects.toMatchObject({
      code: 'ObjectAlreadyExists',
    })
    expect(await text('big')).toBe('old')
    await complete([first], { ifMatch: etag })
    expect(await text('big')).toBe('AA')
  })

  test('are over after complete and abort', async () => {
    const { complete, part, multipart, upload, keys } = await begin()
    const first = await part(1, filled(1, 1))
    await multipart.abort({ ...big, upload }, call)
    await multipart.abort({ ...big, upload }, call)
    for (const late of [
      part(2, filled(1, 1)),
      complete([first]),
      multipart.listParts({ ...big, upload }, call),
    ]) {
      await expect(late).rejects.toMatchObject({ code: 'UploadDoesNotExist' })
    }
    expect(await keys()).toEqual([])
  })

  test('belong to their key', async () => {
    const { multipart, upload } = await begin()
    await expect(
      multipart.listParts({ container: 'box', key: 'other', upload }, call),
    ).rejects.toMatchObject({ code: 'UploadDoesNotExist' })
  })

  test('refuse a part whose upload was aborted while it came in', async () => {
    const { multipart, upload } = await begin()
    async function* source() {
      await multipart.abort({ ...big, upload }, call)
      yield filled(1, 1)
    }
    const late = multipart.uploadPart(
      { ...big, upload, number: 1, offset: 0, last: true, body: streamBody(source()) },
      call,
    )
    await expect(late).rejects.toMatchObject({ code: 'UploadDoesNotExist' })
  })
})
