import { describe, expect, jest, test } from '@jest/globals'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BaseStorageDriver } from '../../src/driver/base-driver.ts'
import { onAbort } from '../../src/abort.ts'
import type { Call, ObjectInfo, StorageBackend } from '../../src/contract/backend.ts'
import { bytesReader } from '../../src/bytes/chunks.ts'
import { isStorageError, StorageError } from '../../src/errors/errors.ts'
import type { Features } from '../../src/contract/features.ts'
import type { Container, ObjectHandle } from '../../src/surface/handles.ts'
import type { StorageDriver } from '../../src/surface/storage-driver.ts'
import { eventually } from '../http/support/send.ts'
import { silence } from '../support/readers.ts'
import { setUp } from '../support/recording-backend.ts'
import { thrownBy } from '../support/thrown-by.ts'

/** Every method that gets a container or an object of somebody, as users call it. */
const methods: Readonly<
  Record<string, (driver: StorageDriver, box: Container, object: ObjectHandle) => Promise<unknown>>
> = {
  deleteContainer: (driver, box) => driver.deleteContainer(box),
  listContainerObjects: (driver, box) => driver.listContainerObjects(box),
  iterateContainerObjects: (driver, box) =>
    driver.iterateContainerObjects(box)[Symbol.asyncIterator]().next(),
  objectExists: (driver, box) => driver.objectExists(box, 'key'),
  uploadObject: (driver, box) => driver.uploadObject('/etc/hostname', box, 'key'),
  uploadObjectViaStream: (driver, box) => driver.uploadObjectViaStream('x', box, 'key'),
  downloadObject: (driver, _box, object) => driver.downloadObject(object, '/nowhere/file'),
  downloadObjectAsStream: (driver, _box, object) => driver.downloadObjectAsStream(object).bytes(),
  downloadObjectRange: (driver, _box, object) =>
    driver.downloadObjectRange(object, '/nowhere/file', 0, 1),
  downloadObjectRangeAsStream: (driver, _box, object) =>
    driver.downloadObjectRangeAsStream(object, 0, 1).bytes(),
  deleteObject: (driver, _box, object) => driver.deleteObject(object),
  deleteObjects: (driver, box) => driver.deleteObjects(box, ['key']),
  copyObject: (driver, box) => driver.copyObject(driver.object('box', 'key'), box, 'copy'),
  moveObject: (driver, box) => driver.moveObject(driver.object('box', 'key'), box, 'copy'),
  getObjectUrl: (driver, _box, object) => driver.getObjectUrl(object),
  createPresignedUrl: (driver, _box, object) => driver.createPresignedUrl(object),
  createUploadForm: (driver, box) => driver.createUploadForm(box, 'key'),
  getObjectAcl: (driver, _box, object) => driver.getObjectAcl(object),
  setObjectAcl: (driver, _box, object) => driver.setObjectAcl(object, 'private'),
  getContainerAcl: (driver, box) => driver.getContainerAcl(box),
  setContainerAcl: (driver, box) => driver.setContainerAcl(box, 'private'),
  enableContainerCdn: (driver, box) => driver.enableContainerCdn(box),
  enableObjectCdn: (driver, _box, object) => driver.enableObjectCdn(object),
  disableContainerCdn: (driver, box) => driver.disableContainerCdn(box),
  purgeContainerCdn: (driver, box) => driver.purgeContainerCdn(box, ['*']),
  getContainerCdnUrl: (driver, box) => driver.getContainerCdnUrl(box),
  getObjectCdnUrl: (driver, _box, object) => driver.getObjectCdnUrl(object),
}

describe.each(Object.entries(methods))('%s', (name, call) => {
  const operation = name === 'iterateContainerObjects' ? 'listContainerObjects' : name

  test('refuses what belongs to another driver, and names it', async () => {
    const other = setUp()
    const { driver, sent } = setUp()
    const failure: unknown = await call(driver, other.box, other.driver.object('box', 'key')).catch(
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({
      code: 'InvalidArgument',
      operation,
      provider: 'recording',
      container: 'box',
      message: expect.stringContaining('belongs to another driver'),
    })
    expect([...sent, ...other.sent]).toEqual([])
  })

  test.each([undefined, null, 'box', 7, {}, { name: 'box' }, { key: 'key' }])(
    'refuses %p: it rejects, it does not throw',
    async (nothing) => {
      const { driver, sent } = setUp()
      const failure: unknown = await call(driver, nothing as never, nothing as never).catch(
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ code: 'InvalidArgument', operation })
      expect(sent).toEqual([])
      expect(driver.stats().active).toBe(0)
    },
  )

  test('fails on a driver that was closed', async () => {
    const { driver, box, sent } = setUp()
    const object = driver.object(box, 'key')
    await driver.close()
    sent.length = 0
    const failure: unknown = await call(driver, box, object).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'InvalidArgument',
      operation,
      message: expect.stringContaining('the driver was closed'),
    })
    expect(sent).toEqual([])
  })

  test('called without its driver, says so', async () => {
    const { driver, box } = setUp()
    const loose = { ...Object.getOwnPropertyDescriptors(BaseStorageDriver.prototype) }
    const detached = Object.fromEntries(
      Object.entries(loose).map(([method, { value }]) => [method, value as unknown]),
    ) as unknown as StorageDriver
    Object.assign(detached, { object: driver.object.bind(driver) })
    // Nothing can be rejected in the name of no driver: what gives a stream throws.
    const calling = (async () => call(detached, box, driver.object(box, 'key')))()
    const failure: unknown = await calling.catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('without its driver'),
    })
  })
})

describe('handles', () => {
  test('are made without a request, and throw on what is wrong', () => {
    const { driver, sent } = setUp()
    expect(driver.container('box').toJSON()).toEqual({ name: 'box' })
    const object = driver.object('box', 'a/b')
    expect(object).toMatchObject({ key: 'a/b', name: 'a/b' })
    expect(JSON.stringify(object)).toBe('{"key":"a/b","container":"box"}')
    expect(driver.object(driver.container('box'), 'a/b').container.name).toBe('box')
    for (const wrong of ['', 7, null, 'x'.repeat(1025)]) {
      expect(thrownBy(() => driver.object('box', wrong as string))).toMatchObject({
        code: 'InvalidObjectName',
      })
    }
    expect(thrownBy(() => driver.object(setUp().box, 'key'))).toMatchObject({
      code: 'InvalidArgument',
    })
    expect(thrownBy(() => driver.object(undefined as never, 'key'))).toMatchObject({
      code: 'InvalidArgument',
    })
    expect(sent).toEqual([])
  })
})

test('the features of any backend are frozen, through and through', () => {
  const { driver, backend } = setUp()
  expect(driver.features).toBe(backend.features)
  expect(() => Object.assign(driver.features, { containerNames: 'any' })).toThrow(TypeError)
  expect(() => Object.assign(driver.features.list, { maxPage: 1 })).toThrow(TypeError)
  expect(() => (driver.features.acls.objects as string[]).push('public')).toThrow(TypeError)
})

describe('ranges, as the seed has them', () => {
  test('start inclusive, end exclusive, the end by default', async () => {
    const { driver, box } = setUp()
    await box.put('key', '0123456789')
    const object = driver.object(box, 'key')
    expect(await driver.downloadObjectRangeAsStream(object, 2, 5).text()).toBe('234')
    expect(await driver.downloadObjectRangeAsStream(object, 7).text()).toBe('789')
    expect(await driver.downloadObjectRangeAsStream(object, 7, undefined, {}).text()).toBe('789')
  })

  test('given twice is once too often', async () => {
    const { driver, box, sent } = setUp()
    const options = { range: { start: 0 } }
    const stream = driver.downloadObjectRangeAsStream(driver.object(box, 'key'), 2, 5, options)
    await expect(stream.bytes()).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(sent).toEqual([])
  })
})

describe('a backend that is a class', () => {
  class Backend implements StorageBackend {
    readonly name = 'A class'
    readonly features: Features = setUp().backend.features
    readonly #info: ObjectInfo = { key: 'key', size: 1, etag: 'e' }
    readonly #host = 'https://class.example.test'
    async listContainers() {
      return { containers: [{ name: this.#info.key }] }
    }
    async headContainer() {
      return { name: this.#info.key }
    }
    async createContainer() {
      return { name: this.#info.key }
    }
    async deleteContainer() {
      return this.#nothing()
    }
    async listObjects() {
      return { objects: [this.#info], prefixes: [] }
    }
    async headObject() {
      return this.#info
    }
    async getObject() {
      return { info: this.#info, body: bytesReader(Uint8Array.of(1)) }
    }
    async putObject() {
      return this.#info
    }
    async deleteObject() {
      return this.#nothing()
    }
    async copyObject() {
      return this.#info
    }
    async deleteObjects() {
      return this.#info.size === 1 ? [] : []
    }
    objectUrl() {
      return this.#host
    }
    async presign() {
      const request = { url: this.#host, headers: {}, expiresAt: new Date(0) }
      return { method: 'GET' as const, ...request }
    }
    async uploadForm() {
      return { url: this.#host, fields: {}, expiresAt: new Date(0) }
    }
    async close() {
      return this.#nothing()
    }
    #nothing(): undefined {
      return undefined
    }
  }

  test('is called as one', async () => {
    const driver = new BaseStorageDriver(new Backend(), { provider: 'class' })
    const box = driver.container('box')
    expect(await box.copy('key', 'copy')).toMatchObject({ etag: 'e' })
    expect(await box.move('key', 'moved')).toMatchObject({ etag: 'e' })
    expect(await box.deleteMany(['key'])).toEqual({ deleted: 1 })
    expect(await box.url('key')).toBe('https://class.example.test')
    expect(await box.presign('key')).toMatchObject({ url: 'https://class.example.test' })
    expect(await box.uploadForm('key')).toMatchObject({ url: 'https://class.example.test' })
    expect(await box.get('key').bytes()).toEqual(Uint8Array.of(1))
    expect(await driver.listContainers()).toHaveLength(1)
    await driver.close()
  })
})

describe('closing', () => {
  test('closes the backend once, and everybody waits for the same end', async () => {
    let closed = 0
    let end: () => void = () => undefined
    const { driver } = setUp({
      backend: {
        close: () => {
          closed += 1
          return new Promise((resolve) => {
            end = resolve
          })
        },
      },
    })
    const ended: string[] = []
    const first = driver.close().then(() => ended.push('first'))
    const second = driver[Symbol.asyncDispose]().then(() => ended.push('second'))
    await sleep(1)
    expect(ended).toEqual([])
    end()
    await Promise.all([first, second])
    expect(closed).toBe(1)
  })

  /** Parts that end with their signal only, and a removal that takes a while. */
  function inParts(abort: () => Promise<void>) {
    const events: string[] = []
    const { backend } = setUp()
    const { driver, box } = setUp({
      transfer: { partSize: 10 },
      backend: {
        multipart: {
          ...backend.multipart!,
          uploadPart: async (_request, call) => {
            events.push('part')
            return new Promise((_resolve, reject) => onAbort(call.signal, reject))
          },
          abort: async () => {
            await abort()
            events.push('removed')
          },
        },
        close: async () => {
          events.push('closed')
        },
      },
    })
    return { driver, box, events }
  }

  test('stops uploads in parts and closes the backend when their parts are removed', async () => {
    const { driver, box, events } = inParts(() => sleep(5))
    const upload = box.put('key', ['x'.repeat(30)], { concurrency: 1 }).catch((error) => error)
    await eventually(() => events.length > 0)
    await driver.close()
    expect(events).toEqual(['part', 'removed', 'closed'])
    expect(await upload).toMatchObject({
      code: 'InvalidArgument',
      operation: 'uploadObjectViaStream',
      key: 'key',
      message: expect.stringContaining('the driver was closed'),
    })
    expect(driver.stats()).toMatchObject({ active: 0, strandedUploads: 0 })
  })

  test('waits for an upload that was cancelled just before', async () => {
    const { driver, box, events } = inParts(() => sleep(5))
    const controller = new AbortController()
    const { signal } = controller
    const upload = box.put('key', ['x'.repeat(30)], { concurrency: 1, signal })
    const failed = upload.catch((error) => error)
    await eventually(() => events.length > 0)
    controller.abort('SIGTERM')
    await driver.close()
    expect(events).toEqual(['part', 'removed', 'closed'])
    expect(await failed).toBe('SIGTERM')
  })

  test('does not wait for ever', async () => {
    const { driver, box, events } = inParts(() => new Promise(() => undefined))
    void box.put('key', ['x'.repeat(30)], { concurrency: 1 })
    await eventually(() => events.length > 0)
    jest.useFakeTimers()
    try {
      const closed = driver.close()
      await jest.advanceTimersByTimeAsync(8_000)
      await closed
      expect(events).toEqual(['part', 'closed'])
    } finally {
      jest.useRealTimers()
    }
  })

  test('an upload whose source opens only then sends nothing', async () => {
    const { driver, box, operations } = setUp({ transfer: { partSize: 10 } })
    let open: (source: string[]) => void = () => undefined
    const source = new Promise<string[]>((resolve) => {
      open = resolve
    })
    const upload = box.put('key', () => source)
    await sleep(1)
    const closed = driver.close()
    open(['x'.repeat(30)])
    await expect(upload).rejects.toThrow('the driver was closed')
    await closed
    expect(operations()).toEqual(['close'])
  })

  test('a failure of it is told to everybody', async () => {
    const { driver } = setUp({
      backend: {
        close: async () => {
          throw new Error('stuck')
        },
      },
    })
    await expect(driver.close()).rejects.toThrow('stuck')
    await expect(driver.close()).rejects.toThrow('stuck')
  })

  test('a backend that holds nothing needs no close; handles are still made', async () => {
    const { driver } = setUp({ backend: { close: undefined } })
    await driver.close()
    expect(driver.object('box', 'key').key).toBe('key')
    await expect(driver.getObject('box', 'key')).rejects.toThrow('closed')
    await expect(driver.listContainers()).rejects.toThrow('closed')
    await expect(driver.getContainer('box')).rejects.toThrow('closed')
  })
})

describe('errors', () => {
  test('raw ones become StorageErrors with their context and their cause', async () => {
    const raw = Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' })
    const { driver } = setUp({
      backend: {
        headObject: async () => {
          throw raw
        },
      },
    })
    const error: unknown = await driver.getObject('box', 'key').catch((thrown: unknown) => thrown)
    expect(isStorageError(error, 'Unknown')).toBe(true)
    expect(error).toMatchObject({
      operation: 'getObject',
      provider: 'recording',
      container: 'box',
      key: 'key',
      cause: raw,
      message: 'getObject on object "key" in container "box" (recording): ECONNRESET',
    })
  })

  test('what a backend knows better stays', async () => {
    const { driver } = setUp({
      backend: {
        headObject: async () => {
          throw new StorageError('AccessDenied', 'no', { container: 'the real one', attempts: 3 })
        },
      },
    })
    await expect(driver.getObject('box', 'key')).rejects.toMatchObject({
      container: 'the real one',
      key: 'key',
      attempts: 3,
    })
  })

  test('after an abort the reason is all that counts', async () => {
    const controller = new AbortController()
    const { driver } = setUp({
      backend: {
        async headObject() {
          controller.abort('stop')
          throw new StorageError('Network', 'a consequence')
        },
      },
    })
    const options = { signal: controller.signal }
    await expect(driver.getObject('box', 'key', options)).rejects.toBe('stop')
  })
})

describe('statistics', () => {
  test('what goes on, what has ended and how', async () => {
    let finish: (info: ObjectInfo) => void = () => undefined
    const { driver, box } = setUp({
      backend: {
        headObject: () =>
          new Promise((resolve) => {
            finish = resolve
          }),
      },
    })
    const running = box.head('key')
    expect(driver.stats()).toMatchObject({ active: 1, succeeded: 0 })
    finish({ key: 'key', size: 0 })
    await running
    await box.put('key', 'four')
    await box.get('key').bytes()
    await box
      .get('missing')
      .bytes()
      .catch(() => undefined)
    await box.head('').catch(() => undefined)
    expect(driver.stats()).toEqual({
      active: 0,
      succeeded: 3,
      failed: 2,
      bytesSent: 4,
      bytesReceived: 4,
      strandedUploads: 0,
    })
  })

  test('are a copy', () => {
    const { driver } = setUp()
    Object.assign(driver.stats(), { active: 99 })
    expect(driver.stats().active).toBe(0)
  })
})

test('with fake timers everything still ends', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cloudstore-fake-timers-'))
  jest.useFakeTimers()
  try {
    const { driver, box } = setUp({ transfer: { partSize: 10 } })
    await box.put('small', 'x')
    await box.put('parts', ['x'.repeat(50), 'y'.repeat(50)])
    await box.put('web', new Blob(['z']).stream())
    expect(await box.get('parts').text()).toHaveLength(100)
    await driver.downloadObject(driver.object(box, 'parts'), join(directory, 'file'))
    await driver.uploadObject(join(directory, 'file'), box, 'again')
    expect(await driver.listContainerObjects(box)).toHaveLength(4)
    await box.deleteMany(box.list())
    await driver.close()
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
    expect(await readdir(directory)).toEqual(['file'])
    await rm(directory, { recursive: true })
  }
})

test('a call that nobody can end ends with its signal', async () => {
  const { driver } = setUp({
    backend: {
      headObject: (_request: unknown, { signal }: Call) =>
        Promise.race([
          silence(),
          new Promise<never>((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason))
          }),
        ]),
    },
  })
  const getting = driver.getObject('box', 'key', { signal: AbortSignal.timeout(5) })
  await expect(getting).rejects.toMatchObject({ name: 'TimeoutError' })
})
