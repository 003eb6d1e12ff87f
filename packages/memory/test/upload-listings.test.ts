import { describe, expect, test } from '@jest/globals'
import { bodyOf, call, noon, openBackend } from './backend-fixture.ts'

const box = { container: 'box' }

describe('listParts', () => {
  test('goes by number, in pages of 1000', async () => {
    const { backend } = await openBackend()
    const { multipart } = backend
    const upload = await multipart.create({ ...box, key: 'a' }, call)
    for (let number = 1001; number >= 1; number -= 1) {
      const body = bodyOf(`part ${number}`)
      await multipart.uploadPart(
        { ...box, key: 'a', upload, number, offset: 0, last: false, body },
        call,
      )
    }
    const first = await multipart.listParts({ ...box, key: 'a', upload }, call)
    expect(first.parts.map(({ number }) => number)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index + 1),
    )
    const rest = await multipart.listParts({ ...box, key: 'a', upload, cursor: first.cursor }, call)
    const etag = bodyOf('part 1001').md5()
    expect(rest).toEqual({ parts: [{ number: 1001, size: 9, etag, md5: etag }] })
    const foreign = multipart.listParts({ ...box, key: 'a', upload, cursor: 'x' }, call)
    await expect(foreign).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})

describe('listUploads', () => {
  test('goes by key, then by age, below a prefix and without what the delimiter cuts', async () => {
    const { backend } = await openBackend()
    const begin = (key: string) => backend.multipart.create({ ...box, key }, call)
    const ids = {
      z: await begin('z'),
      b1: await begin('a/b'),
      b2: await begin('a/b'),
      c: await begin('a/c/d'),
    }
    const list = async (request = {}) => {
      const { uploads } = await backend.multipart.listUploads({ ...box, ...request }, call)
      return uploads.map(({ upload }) => upload)
    }
    expect(await list()).toEqual([ids.b1, ids.b2, ids.c, ids.z])
    expect(await list({ prefix: 'a/' })).toEqual([ids.b1, ids.b2, ids.c])
    expect(await list({ prefix: 'a/', delimiter: '/' })).toEqual([ids.b1, ids.b2])
    const { uploads } = await backend.multipart.listUploads({ ...box, prefix: 'z' }, call)
    expect(uploads).toEqual([{ key: 'z', upload: ids.z, createdAt: new Date(noon) }])
  })

  test('goes on behind the last page, also when its last upload has ended', async () => {
    const { backend } = await openBackend()
    const { multipart } = backend
    const begun: string[] = []
    for (let index = 0; index < 1500; index += 1) {
      begun.push(await multipart.create({ ...box, key: 'some 100% ünusual/key' }, call))
    }
    const first = await multipart.listUploads(box, call)
    expect(first.uploads.map(({ upload }) => upload)).toEqual(begun.slice(0, 1000))
    await multipart.abort({ ...box, key: 'some 100% ünusual/key', upload: begun[999]! }, call)
    const rest = await multipart.listUploads({ ...box, cursor: first.cursor }, call)
    expect(rest.uploads.map(({ upload }) => upload)).toEqual(begun.slice(1000))
    expect(rest.cursor).toBeUndefined()
  })

  test.each(['', 'x', '5', '5-', '5-%E0%A4'])('refuses the foreign cursor %j', async (cursor) => {
    const { backend } = await openBackend()
    await expect(backend.multipart.listUploads({ ...box, cursor }, call)).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
  })
})
