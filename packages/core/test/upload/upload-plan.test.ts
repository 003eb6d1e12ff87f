import { describe, expect, test } from '@jest/globals'
import type { TransferOptions, UploadOptions } from '../../src/surface/options.ts'
import type { OpenedSource } from '../../src/upload/opened-source.ts'
import { checkTransfer, describeAttributes, planUpload } from '../../src/upload/upload-plan.ts'
import { setUp } from '../support/recording-backend.ts'
import { thrownBy } from '../support/thrown-by.ts'

const { features } = setUp().backend
const plan = (options: UploadOptions, defaults: TransferOptions = {}) =>
  planUpload(options, features, defaults)

describe('what concerns whom', () => {
  test('attributes, conditions, tuning, the size, options of the provider’s own', () => {
    const options = {
      contentType: 'text/plain',
      metadata: { A: 'b' },
      acl: 'public-read',
      headers: { 'X-Own': 'y' },
      ifMatch: '"e"',
      partSize: 5,
      concurrency: 2,
      multipartThreshold: 0,
      verifyHash: false,
      size: 7,
      exOwn: 'z',
    }
    expect(plan(options)).toEqual({
      attributes: {
        contentType: 'text/plain',
        metadata: { a: 'b' },
        acl: 'public-read',
        headers: { 'x-own': 'y' },
        extensions: { exOwn: 'z' },
      },
      conditions: { ifMatch: 'e' },
      transfer: { partSize: 5, concurrency: 2, multipartThreshold: 0, verifyHash: false },
      size: 7,
    })
  })

  test('the driver’s tuning stands where the call says nothing', () => {
    const defaults = { partSize: 9, concurrency: 3, multipartThreshold: 1, verifyHash: false }
    expect(plan({}, defaults).transfer).toEqual(defaults)
    expect(plan({ partSize: 8, verifyHash: true }, defaults).transfer).toEqual({
      ...defaults,
      partSize: 8,
      verifyHash: true,
    })
    expect(plan({}).transfer).toMatchObject({ verifyHash: true })
  })

  test('extra means the same as the options; both at once are too much', () => {
    const extra = { contentType: 'text/x-own', acl: 'private', metadata: { a: 'b' } }
    expect(plan({ extra })).toEqual(plan(extra))
    for (const name of Object.keys(extra) as (keyof typeof extra)[]) {
      expect(thrownBy(() => plan({ extra, [name]: extra[name] }))).toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining(name),
      })
    }
    expect(plan({ extra: { contentType: undefined }, contentType: 'a/b' }).attributes).toEqual({
      contentType: 'a/b',
    })
  })
})

test.each<[unknown]>([
  [{ partSize: 0 }],
  [{ partSize: Number.NaN }],
  [{ partSize: -5 }],
  [{ partSize: '8' }],
  [{ concurrency: 0 }],
  [{ concurrency: Infinity }],
  [{ multipartThreshold: -1 }],
  [{ verifyHash: 'yes' }],
  [{ size: -1 }],
  [{ size: 1.5 }],
  [{ contentType: 7 }],
  [{ expires: '2030' }],
  [{ expires: new Date(Number.NaN) }],
  [{ metadata: 'a=b' }],
  [{ metadata: new Map() }],
  [{ headers: new Headers() }],
  [{ acl: 7 }],
  [{ acl: 'public' }],
  [{ ifMatch: '' }],
  [{ ifNoneMatch: 'an-etag' }],
  [{ onProgress: {} }],
  [{ signal: {} }],
  [{ extra: { size: 5 } }],
  [{ extra: 'x' }],
  [{ contenttype: 'a/b' }],
  [{ chunkSize: 5 }],
])('%p is refused', (options) => {
  expect(thrownBy(() => plan(options as UploadOptions))).toMatchObject({ code: 'InvalidArgument' })
})

describe('tuning', () => {
  const limited = { ...features, multipart: { ...features.multipart!, minPart: 10, maxPart: 20 } }

  test.each([9, 21])('a part size of %i is outside of what the provider takes', (partSize) => {
    expect(thrownBy(() => checkTransfer({ partSize }, limited))).toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('from 10 to 20'),
    })
  })

  test.each([10, 20])('%i is not', (partSize) => {
    expect(checkTransfer({ partSize }, limited)).toEqual({ partSize })
  })

  test('where there are no parts, their size means nothing', () => {
    const none = { ...features, multipart: undefined }
    expect(thrownBy(() => checkTransfer({ partSize: 5 }, none))).toMatchObject({
      code: 'UnsupportedOperation',
    })
  })

  test('a driver’s own tuning is checked when it is made', () => {
    for (const transfer of [{ concurrency: Number.NaN }, { partSize: 0 }, { parts: 5 }]) {
      expect(thrownBy(() => setUp({ transfer: transfer as TransferOptions }))).toMatchObject({
        code: 'InvalidArgument',
      })
    }
  })
})

describe('what the source says of itself', () => {
  const source = (described?: OpenedSource['described']): OpenedSource => ({
    size: 1,
    described,
    replayable: true,
    open: () => {
      throw new Error('not opened')
    },
    close: async () => undefined,
  })
  const few = { ...features, attributes: [], metadata: undefined }

  test('a content type: given, else the source’s, else by name', () => {
    const type = (given: string | undefined, own: string | undefined, ...names: string[]) =>
      describeAttributes(
        given === undefined ? {} : { contentType: given },
        source(own === undefined ? undefined : { contentType: own }),
        names,
        features,
      ).contentType
    expect(type('a/given', 'a/own', 'x.txt')).toBe('a/given')
    expect(type(undefined, 'a/own', 'x.txt')).toBe('a/own')
    expect(type(undefined, undefined, 'x', 'y.txt')).toBe('text/plain')
    expect(type(undefined, undefined, 'x')).toBeUndefined()
    expect(type(undefined, 'not a\nheader')).toBeUndefined()
  })

  test('what was only guessed is dropped where it can’t be kept', () => {
    expect(describeAttributes({}, source({ contentType: 'a/b' }), ['x.txt'], few)).toEqual({})
  })

  test('what is more than a guess is not: it is refused by name', () => {
    for (const described of [{ cacheControl: 'no-store' }, { metadata: { a: 'b' } }]) {
      expect(thrownBy(() => describeAttributes({}, source(described), [], few))).toMatchObject({
        code: 'UnsupportedOperation',
        message: expect.stringContaining(`the source has ${Object.keys(described)[0]}`),
      })
    }
    expect(describeAttributes({}, source({ metadata: {} }), [], few)).toEqual({})
  })

  test('the caller’s word wins, as a whole for metadata', () => {
    const described = { cacheControl: 'a', metadata: { old: 'x' } }
    const given = { cacheControl: 'b', metadata: { new: 'y' } }
    expect(describeAttributes(given, source(described), [], features)).toEqual(given)
    expect(describeAttributes({ metadata: {} }, source(described), [], features)).toEqual({
      cacheControl: 'a',
      metadata: {},
    })
  })
})
