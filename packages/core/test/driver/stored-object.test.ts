import { expect, test } from '@jest/globals'
import type { ObjectInfo } from '../../src/contract/backend.ts'
import { StoredObject } from '../../src/driver/stored-object.ts'
import { setUp } from '../support/recording-backend.ts'

const full: ObjectInfo = {
  key: 'a/b',
  size: 5,
  etag: 'e',
  md5: 'm'.repeat(32),
  lastModified: new Date('2026-01-01'),
  contentType: 'a/b',
  cacheControl: 'c',
  contentDisposition: 'd',
  contentEncoding: 'e',
  contentLanguage: 'f',
  expires: new Date('2030-01-01'),
  metadata: { a: 'b' },
  storageClass: 'COLD',
  versionId: 'v',
}

test('all that is known is there, as data and as JSON', () => {
  const { md5, ...rest } = full
  const object = new StoredObject(setUp().box, full)
  const data = { ...rest, hash: md5 }
  expect({ ...object }).toEqual(data)
  expect(object.toJSON()).toEqual({ ...data, container: 'box' })
  expect(JSON.parse(JSON.stringify(object))).toMatchObject({
    lastModified: '2026-01-01T00:00:00.000Z',
    container: 'box',
  })
})

test('what is not known is absent, not undefined', () => {
  const object = new StoredObject(setUp().box, { key: 'a', size: 0, etag: undefined })
  expect(Object.keys(object).toSorted()).toEqual(['key', 'size'])
  expect('etag' in object).toBe(false)
  expect(Object.keys(object.toJSON()).toSorted()).toEqual(['container', 'key', 'size'])
})

test('what a provider says beyond the contract stays inside', () => {
  const object = new StoredObject(setUp().box, { ...full, secret: 's3cr3t' } as ObjectInfo)
  expect(JSON.stringify(object)).not.toContain('s3cr3t')
  expect(object).not.toHaveProperty('md5')
})

test('it is an object to go on with', async () => {
  const { box } = setUp()
  const object = await box.put('key', 'contents')
  expect(object.name).toBe('key')
  expect(object.container).toBe(box)
  expect(await object.stream({ range: { start: 1, end: 3 } }).text()).toBe('on')
  expect((await object.head()).size).toBe(8)
  expect(await object.url()).toBe('https://example.test/box/key')
  expect(await object.delete()).toBe(true)
  await expect(object.head()).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
})
