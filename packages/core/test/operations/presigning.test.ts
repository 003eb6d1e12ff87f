import { describe, expect, test } from '@jest/globals'
import type { PresignOptions, UploadFormOptions } from '../../src/surface/options.ts'
import { setUp } from '../support/recording-backend.ts'

describe('presigned requests', () => {
  test('a GET for a quarter of an hour by default, or as long as the provider takes', async () => {
    const { box, sent } = setUp()
    await box.presign('key')
    const base = { container: 'box', key: 'key', method: 'GET' }
    expect(sent[0]).toMatchObject({ operation: 'presign', request: { ...base, expiresIn: 900 } })
    expect(Object.keys(sent[0]!.request)).toHaveLength(4)
    const short = setUp({ features: { presign: { maxSeconds: 60 } } })
    await short.box.presign('key')
    expect(short.sent[0]?.request).toMatchObject({ expiresIn: 60 })
  })

  test('a PUT with what it must send, a GET with what it shall answer', async () => {
    const { box, sent } = setUp()
    await box.presign('key', {
      method: 'PUT',
      expiresIn: 5,
      contentType: 'text/plain',
      acl: 'public-read',
      metadata: { A: 'b' },
      size: 0,
    })
    await box.presign('key', { response: { contentDisposition: 'attachment' }, via: 'cdn' })
    expect(sent.map(({ request }) => request)).toEqual([
      {
        container: 'box',
        key: 'key',
        method: 'PUT',
        expiresIn: 5,
        attributes: { contentType: 'text/plain', acl: 'public-read', metadata: { a: 'b' } },
        size: 0,
      },
      {
        container: 'box',
        key: 'key',
        method: 'GET',
        expiresIn: 900,
        response: { contentDisposition: 'attachment' },
        via: 'cdn',
      },
    ])
  })

  test.each<[string, unknown]>([
    ['InvalidArgument', { method: 'get' }],
    ['InvalidArgument', { method: 'POST' }],
    ['InvalidArgument', { expiresIn: 0 }],
    ['InvalidArgument', { expiresIn: 1.5 }],
    ['InvalidArgument', { expiresIn: Number.NaN }],
    ['InvalidArgument', { expiresIn: 604_801 }],
    ['InvalidArgument', { expires: 5 }],
    ['InvalidArgument', { contentType: 'a/b' }],
    ['InvalidArgument', { method: 'DELETE', size: 5 }],
    ['InvalidArgument', { method: 'HEAD', acl: 'private' }],
    ['InvalidArgument', { method: 'PUT', response: { contentType: 'a/b' } }],
    ['InvalidArgument', { method: 'PUT', acl: 'public' }],
    ['InvalidArgument', { method: 'PUT', metadata: { 'a b': 'c' } }],
    ['InvalidArgument', { method: 'PUT', contentType: 'a\r\nb' }],
    ['InvalidArgument', { response: { contentDisposition: 'a\nb' } }],
    ['InvalidArgument', { response: { metadata: {} } }],
    ['InvalidArgument', { via: 'edge' }],
    ['InvalidArgument', null],
  ])('%s before anything is signed: %p', async (code, options) => {
    const { box, sent } = setUp()
    await expect(box.presign('key', options as PresignOptions)).rejects.toMatchObject({
      code,
      operation: 'createPresignedUrl',
      key: 'key',
    })
    expect(sent).toEqual([])
  })

  test('what the provider lacks', async () => {
    const missing = setUp({ backend: { presign: undefined, absent: { presign: 'Set urls' } } })
    await expect(missing.box.presign('key')).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      hint: 'Set urls',
    })
    const readOnly = setUp({ features: { presign: { methods: ['GET'] } } })
    await expect(readOnly.box.presign('key', { method: 'PUT' })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    })
    const noCdn = setUp({ backend: { cdn: undefined } })
    await expect(noCdn.box.presign('key', { via: 'cdn' })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    })
    expect([missing.sent, readOnly.sent, noCdn.sent]).toEqual([[], [], []])
  })
})

describe('upload forms', () => {
  test('are made for a key or for a prefix', async () => {
    const { box, sent } = setUp()
    await box.uploadForm('key')
    await box.uploadForm('folder/', {
      keyIsPrefix: true,
      minSize: 0,
      maxSize: 0,
      expiresIn: 5,
      contentType: 'image/png',
      acl: 'private',
    })
    expect(sent.map(({ request }) => request)).toEqual([
      { container: 'box', key: 'key', keyIsPrefix: false, expiresIn: 900 },
      {
        container: 'box',
        key: 'folder/',
        keyIsPrefix: true,
        minSize: 0,
        maxSize: 0,
        expiresIn: 5,
        attributes: { contentType: 'image/png', acl: 'private' },
      },
    ])
  })

  test.each([
    { minSize: 5, maxSize: 4 },
    { minSize: -1 },
    { maxSize: Number.NaN },
    { keyIsPrefix: 'yes' },
    { expiresIn: 604_801 },
    { size: 5 },
    { acl: 'public' },
  ])('%p is refused', async (options) => {
    const { box, sent } = setUp()
    const form = box.uploadForm('key', options as UploadFormOptions)
    await expect(form).rejects.toMatchObject({
      code: 'InvalidArgument',
      operation: 'createUploadForm',
    })
    expect(sent).toEqual([])
  })

  test('where there are none', async () => {
    const { box } = setUp({ backend: { uploadForm: undefined } })
    await expect(box.uploadForm('key')).rejects.toMatchObject({ code: 'UnsupportedOperation' })
  })
})
