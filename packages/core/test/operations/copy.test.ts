import { describe, expect, test } from '@jest/globals'
import type { ObjectInfo, StorageBackend } from '../../src/contract/backend.ts'
import { StorageError } from '../../src/errors/errors.ts'
import type { ObjectHandle } from '../../src/surface/handles.ts'
import type { CopyOptions } from '../../src/surface/options.ts'
import { setUp, type Setting, type Setup } from '../support/recording-backend.ts'

async function withObject(setup: Setup = {}): Promise<Setting> {
  const setting = setUp(setup)
  await setting.box.put('key', 'contents')
  setting.sent.length = 0
  return setting
}

describe('copying', () => {
  test('by key, by handle, from another container of the driver', async () => {
    const { box, driver, sent } = await withObject()
    const other = driver.container('other')
    expect(await box.copy('key', 'by key')).toMatchObject({ key: 'by key', size: 8 })
    await box.copy(driver.object('box', 'key'), 'by handle')
    await other.copy(await box.head('key'), 'elsewhere')
    await driver.copyObject(driver.object('box', 'key'), other, 'by driver')
    const copies = sent.filter(({ operation }) => operation === 'copyObject')
    expect(copies.map(({ request }) => request)).toEqual(
      [
        ['box', 'by key'],
        ['box', 'by handle'],
        ['other', 'elsewhere'],
        ['other', 'by driver'],
      ].map(([container, key]) => ({ container, key, source: { container: 'box', key: 'key' } })),
    )
  })

  test('conditions, replacements and the ACL travel along', async () => {
    const { box, sent } = await withObject()
    await box.copy('key', 'copy', {
      ifNoneMatch: '*',
      sourceIfMatch: '"e"',
      replace: { contentType: 'a/b', metadata: { A: 'b' } },
      acl: 'public-read',
      exOwn: 'yes',
    } as CopyOptions)
    expect(sent[0]?.request).toEqual({
      container: 'box',
      key: 'copy',
      source: { container: 'box', key: 'key', ifMatch: 'e' },
      ifNoneMatch: '*',
      replace: { contentType: 'a/b', metadata: { a: 'b' } },
      acl: 'public-read',
      extensions: { exOwn: 'yes' },
    })
  })

  test('options that are about reading the source go with the source, by their names there', async () => {
    const { box, sent } = await withObject({
      features: { extensions: { copy: ['exOwn'], copySource: { sourceExOwn: 'exOwn' } } },
    })
    await box.copy('key', 'copy', { exOwn: 'new', sourceExOwn: 'old' } as CopyOptions)
    expect(sent[0]?.request).toEqual({
      container: 'box',
      key: 'copy',
      source: { container: 'box', key: 'key', extensions: { exOwn: 'old' } },
      extensions: { exOwn: 'new' },
    })
    sent.length = 0
    await box.move('key', 'moved', { exOwn: 'new', sourceExOwn: 'old' } as CopyOptions)
    const heads = sent.filter(({ operation }) => operation === 'headObject')
    expect(heads.map(({ request }) => request)).toEqual([
      { container: 'box', key: 'key', extensions: { exOwn: 'old' } },
      { container: 'box', key: 'moved', extensions: { exOwn: 'new' } },
    ])
  })

  test('an empty replacement removes what there was', async () => {
    const { box, sent } = await withObject()
    await box.copy('key', 'copy', { replace: {} })
    expect(sent[0]?.request['replace']).toEqual({})
  })

  test('onto itself only when something changes', async () => {
    const { box, sent } = await withObject()
    await expect(box.copy('key', 'key')).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(sent).toEqual([])
    await box.copy('key', 'key', { replace: { contentType: 'a/b' } })
    await box.copy('key', 'key', { acl: 'private' })
    const own: CopyOptions & { exOwn: string } = { exOwn: 'another class' }
    await box.copy('key', 'key', own)
    expect(sent).toHaveLength(3)
  })

  test('a missing source is named, not the target', async () => {
    const { box } = await withObject()
    const copying = box.copy('missing', 'copy')
    await expect(copying).rejects.toMatchObject({ code: 'ObjectDoesNotExist', key: 'missing' })
    const denied = await withObject({
      backend: {
        copyObject: async () => {
          throw new StorageError('AccessDenied', 'no')
        },
      },
    })
    await expect(denied.box.copy('key', 'copy')).rejects.toMatchObject({ key: 'copy' })
  })

  test.each<[string, unknown]>([
    ['InvalidArgument', { replace: 'all' }],
    ['InvalidArgument', { replace: { acl: 'private' } }],
    ['InvalidArgument', { replace: { metadata: { 'a b': 'c' } } }],
    ['InvalidArgument', { contentType: 'a/b' }],
    ['InvalidArgument', { metadata: {} }],
    ['InvalidArgument', { acl: 'public' }],
    ['InvalidArgument', { ifMatch: 'a', ifNoneMatch: '*' }],
    ['InvalidArgument', { sourceIfMatch: '' }],
    ['InvalidArgument', { ifNoneMatch: 'a' }],
  ])('%s before anything is sent: %p', async (code, options) => {
    const { box, sent } = await withObject()
    for (const call of ['copy', 'move'] as const) {
      const copying = box[call]('key', 'copy', options as CopyOptions)
      await expect(copying).rejects.toMatchObject({ code })
    }
    expect(sent).toEqual([])
  })

  test.each([null, undefined, 7, {}, { key: 'key' }])('%p is no source', async (source) => {
    const { box, sent } = await withObject()
    for (const call of ['copy', 'move'] as const) {
      const copying = box[call](source as unknown as ObjectHandle, 'copy')
      await expect(copying).rejects.toMatchObject({ code: 'InvalidArgument' })
    }
    expect(sent).toEqual([])
  })

  test('conditions that would be ignored, and copies that there are not', async () => {
    const none = await withObject({ features: { conditions: { copy: [] } } })
    for (const options of [
      { ifMatch: 'a' },
      { ifNoneMatch: '*' },
      { sourceIfMatch: 'a' },
    ] as const) {
      await expect(none.box.copy('key', 'copy', options)).rejects.toMatchObject({
        code: 'UnsupportedOperation',
      })
    }
    const absent = { copyObject: 'Download and upload' }
    const without = await withObject({ backend: { copyObject: undefined, absent } })
    for (const call of ['copy', 'move'] as const) {
      await expect(without.box[call]('key', 'copy')).rejects.toMatchObject({
        code: 'UnsupportedOperation',
        hint: 'Download and upload',
      })
    }
    expect([...none.sent, ...without.sent]).toEqual([])
  })
})

describe('moving', () => {
  test('looks, copies that very object, looks at the copy, deletes that very object', async () => {
    const { box, sent, operations, stored } = await withObject()
    const moved = await box.move('key', 'moved')
    expect(moved).toMatchObject({ key: 'moved', size: 8 })
    expect(operations()).toEqual(['headObject', 'copyObject', 'headObject', 'deleteObject'])
    const etag = stored.get('box/moved')?.info.etag
    expect(sent[1]?.request['source']).toEqual({ container: 'box', key: 'key', ifMatch: etag })
    expect(sent[3]?.request).toEqual({ container: 'box', key: 'key', ifMatch: etag })
    expect([...stored.keys()]).toEqual(['box/moved'])
  })

  test('an option that is undefined changes nothing about that', async () => {
    const { box, sent } = await withObject()
    await box.move('key', 'moved', { sourceIfMatch: undefined })
    expect(sent[1]?.request['source']).toHaveProperty('ifMatch')
  })

  test('the caller’s condition wins', async () => {
    const { box, sent } = await withObject()
    await box.move('key', 'moved', { sourceIfMatch: 'mine' })
    expect(sent[1]?.request['source']).toMatchObject({ ifMatch: 'mine' })
  })

  test('without conditions it does what it can', async () => {
    const { box, sent } = await withObject({
      features: { conditions: { copy: [], delete: [] } },
    })
    await box.move('key', 'moved')
    expect(sent[1]?.request['source']).toEqual({ container: 'box', key: 'key' })
    expect(sent[3]?.request).toEqual({ container: 'box', key: 'key' })
  })

  const spoilt = (change: Partial<ObjectInfo>): Partial<StorageBackend> => {
    let heads = 0
    return {
      async headObject({ key }) {
        heads += 1
        const info = { key, size: 8, md5: 'a'.repeat(32), etag: 'e' }
        return heads === 1 ? info : { ...info, ...change }
      },
    }
  }

  test.each([[{ size: 7 }], [{ md5: 'b'.repeat(32) }]])(
    'a copy that is not like its source (%p) leaves the source',
    async (change) => {
      const { box, operations } = await withObject({ backend: spoilt(change) })
      await expect(box.move('key', 'moved')).rejects.toMatchObject({ code: 'ObjectHashMismatch' })
      expect(operations()).not.toContain('deleteObject')
    },
  )

  test('other ETags and unknown hashes are no difference', async () => {
    for (const change of [{ etag: 'other' }, { md5: undefined }]) {
      const { box, operations } = await withObject({ backend: spoilt(change) })
      await box.move('key', 'moved')
      expect(operations().at(-1)).toBe('deleteObject')
    }
  })

  test('onto itself means nothing', async () => {
    const { box, sent } = await withObject()
    const moving = box.move('key', 'key', { replace: { contentType: 'a/b' } })
    await expect(moving).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(sent).toEqual([])
  })

  test('a missing source is named, and nothing is copied', async () => {
    const { box, operations } = await withObject()
    await expect(box.move('missing', 'moved')).rejects.toMatchObject({
      code: 'ObjectDoesNotExist',
      operation: 'moveObject',
      key: 'missing',
    })
    expect(operations()).toEqual(['headObject'])
  })

  test('a source that cannot be deleted is named; the copy is there', async () => {
    const { box, stored } = await withObject({
      backend: {
        deleteObject: async () => {
          throw new StorageError('AccessDenied', 'no')
        },
      },
    })
    await expect(box.move('key', 'moved')).rejects.toMatchObject({
      code: 'AccessDenied',
      key: 'key',
      hint: expect.stringContaining('The copy was made'),
    })
    expect([...stored.keys()]).toEqual(['box/key', 'box/moved'])
  })
})
