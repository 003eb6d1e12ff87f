import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesReader, type Body, type MultipartGroup } from '@cloudstore/core'
import { describe, expect, test } from '@jest/globals'
import { emptyFolder, leftovers, openDriver } from '../support/root.ts'

const MiB = 1024 ** 2
const call = { operation: 'test' }

function bodyOf(bytes: Uint8Array, md5?: string): Body {
  return {
    size: bytes.byteLength,
    replayable: true,
    bytes,
    open: () => bytesReader(bytes),
    md5: () => md5,
  }
}

async function opened() {
  const root = await emptyFolder()
  const driver = openDriver({ root })
  const container = await driver.createContainer('things')
  const { multipart } = driver.backend
  if (multipart === undefined) throw new Error('no multipart')
  const target = { container: 'things', key: 'a/key' }
  const part = (upload: string, number: number, size: number, fill = number) =>
    multipart.uploadPart(
      {
        ...target,
        upload,
        number,
        offset: 0,
        last: false,
        body: bodyOf(new Uint8Array(size).fill(fill)),
      },
      call,
    )
  return { root, driver, container, multipart, target, part }
}

async function parts(multipart: MultipartGroup, upload: string) {
  return (await multipart.listParts?.({ container: 'things', key: 'a/key', upload }, call))?.parts
}

test('parts may come in any order and again, and outlive the driver', async () => {
  const { root, multipart, target, part, container } = await opened()
  const upload = await multipart.create(
    { ...target, contentType: 'text/x-parts', acl: 'public-read' },
    call,
  )
  const third = await part(upload, 3, 10)
  await part(upload, 1, 5 * MiB, 9)
  const first = await part(upload, 1, 5 * MiB, 1)
  const second = await part(upload, 2, 6 * MiB)
  expect(await container.exists('a/key')).toBe(false)

  const other = openDriver({ root })
  const again = other.backend.multipart
  expect(again && (await parts(again, upload))?.map(({ number, size }) => [number, size])).toEqual([
    [1, 5 * MiB],
    [2, 6 * MiB],
    [3, 10],
  ])
  const { uploads } = (await again?.listUploads?.({ container: 'things' }, call)) ?? {}
  expect(uploads).toMatchObject([{ key: 'a/key', upload, createdAt: expect.any(Date) }])
  const size = 11 * MiB + 10
  const info = await again?.complete(
    { ...target, upload, parts: [first, second, third], size },
    call,
  )
  expect(info?.size).toBe(size)
  const bytes = await container.get('a/key').bytes()
  expect([bytes[0], bytes[5 * MiB], bytes[size - 1]]).toEqual([1, 2, 3])
  expect((await container.head('a/key')).contentType).toBe('text/x-parts')
  expect(await other.getObjectAcl(await other.getObject('things', 'a/key'))).toBe('public-read')
  expect(await readdir(join(root, '.cloudstore/uploads/things'))).toEqual([])
  expect(await leftovers(root)).toEqual([])
}, 30_000)

describe('what cannot be completed', () => {
  test('is refused and stays', async () => {
    const { multipart, target, part } = await opened()
    const upload = await multipart.create(target, call)
    const one = await part(upload, 1, 10)
    const two = await part(upload, 2, 20)
    const complete = (refs: (typeof one)[], size: number) =>
      multipart.complete({ ...target, upload, parts: refs, size }, call)
    const refusals: [(typeof one)[], number, string][] = [
      [[], 0, 'at least one part'],
      [[one, two], 30, 'all but the last need'],
      [[two, one], 30, 'ascending'],
      [[{ ...one, etag: 'f'.repeat(32) }], 10, 'another ETag'],
      [[{ ...one, etag: '../../../../etc/passwd' }], 10, 'another ETag'],
      [[{ ...one, number: 7 }], 10, 'part 7'],
      [[one], 11, 'announced'],
    ]
    for (const [refs, size, words] of refusals) {
      await expect(complete(refs, size)).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining(words),
      })
    }
    expect(await parts(multipart, upload)).toHaveLength(2)
    expect((await complete([two], 20)).size).toBe(20)
  })

  test('does not replace an object that a condition protects', async () => {
    const { multipart, target, part, container, root } = await opened()
    const upload = await multipart.create({ ...target, ifNoneMatch: '*' }, call)
    const one = await part(upload, 1, 10)
    await container.put('a/key', 'was quicker')
    const completing = multipart.complete(
      { ...target, upload, parts: [one], size: 10, ifNoneMatch: '*' },
      call,
    )
    await expect(completing).rejects.toMatchObject({ code: 'ObjectAlreadyExists' })
    expect(await container.get('a/key').text()).toBe('was quicker')
    await multipart.abort({ ...target, upload }, call)
    expect(await leftovers(root)).toEqual([])
  })
})

test('an aborted upload is gone, with its bytes', async () => {
  const { multipart, target, part, root } = await opened()
  const upload = await multipart.create(target, call)
  const one = await part(upload, 1, 10)
  await multipart.abort({ ...target, upload }, call)
  await multipart.abort({ ...target, upload }, call)
  const gone = { code: 'UploadDoesNotExist' }
  await expect(part(upload, 2, 10)).rejects.toMatchObject(gone)
  await expect(parts(multipart, upload)).rejects.toMatchObject(gone)
  await expect(
    multipart.complete({ ...target, upload, parts: [one], size: 10 }, call),
  ).rejects.toMatchObject(gone)
  expect(await readdir(join(root, '.cloudstore/uploads/things'))).toEqual([])
  expect(await leftovers(root)).toEqual([])
})

test.each(['', '..', '../../things', 'f'.repeat(32), '/etc'])(
  'the id %j is none',
  async (upload) => {
    const { multipart, target, part } = await opened()
    await expect(part(upload, 1, 10)).rejects.toMatchObject({ code: 'UploadDoesNotExist' })
    const abort = multipart.abort({ ...target, upload }, call)
    if (upload.length === 32) await abort
    else await expect(abort).rejects.toMatchObject({ code: 'UploadDoesNotExist' })
  },
)

test('aborting an upload whose container is gone is no failure', async () => {
  const { multipart, target, driver, container } = await opened()
  const upload = await multipart.create(target, call)
  await driver.deleteContainer(container)
  await multipart.abort({ ...target, upload }, call)
  await expect(parts(multipart, upload)).rejects.toMatchObject({ code: 'ContainerDoesNotExist' })
})

test('an upload belongs to its key', async () => {
  const { multipart, target } = await opened()
  const upload = await multipart.create(target, call)
  const other = { ...target, key: 'other', upload, number: 1, offset: 0, last: true }
  await expect(
    multipart.uploadPart({ ...other, body: bodyOf(new Uint8Array(1)) }, call),
  ).rejects.toMatchObject({ code: 'UploadDoesNotExist' })
})

test('uploads are listed by key', async () => {
  const { multipart } = await opened()
  for (const key of ['b/2', 'a', 'b/1', 'b/c/3'])
    await multipart.create({ container: 'things', key }, call)
  const keys = async (request: { prefix?: string; delimiter?: string }) =>
    (await multipart.listUploads?.({ container: 'things', ...request }, call))?.uploads.map(
      ({ key }) => key,
    )
  expect(await keys({})).toEqual(['a', 'b/1', 'b/2', 'b/c/3'])
  expect(await keys({ prefix: 'b/' })).toEqual(['b/1', 'b/2', 'b/c/3'])
  expect(await keys({ prefix: 'b/', delimiter: '/' })).toEqual(['b/1', 'b/2'])
})
