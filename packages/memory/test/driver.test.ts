import { inspect } from 'node:util'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { getDriver, openDriver, Provider, StorageError } from '@cloudstore/core'
import { MemoryStorageDriver } from '../src/index.ts'

const MiB = 1024 ** 2

afterEach(() => {
  jest.useRealTimers()
})

async function openBox(options = {}) {
  const driver = new MemoryStorageDriver(options)
  return { driver, box: await driver.createContainer('box') }
}

describe('MemoryStorageDriver', () => {
  test('is registered under its name', async () => {
    expect(getDriver(Provider.MEMORY)).toBe(MemoryStorageDriver)
    expect(getDriver('Memory')).toBe(MemoryStorageDriver)
    const driver = await openDriver({ provider: 'memory', concurrency: 2 })
    expect(driver).toBeInstanceOf(MemoryStorageDriver)
    expect(driver.provider).toBe('memory')
  })

  test('refuses options that it does not have', () => {
    const open = (options: object) => () => new MemoryStorageDriver(options)
    expect(open({ partsize: 5 * MiB })).toThrow('did you mean partSize?')
    expect(open({ concurrency: 0 })).toThrow(expect.objectContaining({ code: 'InvalidConfig' }))
  })

  test('keeps objects, each driver its own', async () => {
    const { box } = await openBox()
    await box.put('a/b.txt', 'hello', { metadata: { x: '1' } })
    expect(await box.get('a/b.txt').text()).toBe('hello')
    expect(await box.head('a/b.txt')).toMatchObject({ size: 5, contentType: 'text/plain' })
    expect(await new MemoryStorageDriver().listContainers()).toEqual([])
  })

  test('takes a stream of unknown length in one piece, or in parts where asked to', async () => {
    const { box } = await openBox()
    async function* source() {
      for (let index = 0; index < 11; index += 1) yield new Uint8Array(MiB).fill(index)
    }
    const whole = await box.put('whole', source())
    const parts = await box.put('parts', source(), { partSize: 5 * MiB })
    expect([whole.size, parts.size]).toEqual([11 * MiB, 11 * MiB])
    expect(whole.etag).toBe(whole.hash)
    expect(parts.etag).toMatch(/^[0-9a-f]{32}-3$/)
    expect(parts.hash).toBeUndefined()
    const bytes = await box.get('parts').bytes()
    expect([bytes[0], bytes.at(-1), bytes.length]).toEqual([0, 10, 11 * MiB])
  })

  test('uses parts from the threshold on', async () => {
    const { box } = await openBox({ multipartThreshold: 6 * MiB, partSize: 5 * MiB })
    const below = await box.put('below', new Uint8Array(6 * MiB - 1))
    const at = await box.put('at', new Uint8Array(6 * MiB))
    expect(below.etag).toBe(below.hash)
    expect(at.etag).toMatch(/-2$/)
  })

  test('has S3 ETags also without hashing', async () => {
    const { box } = await openBox({ verifyHash: false })
    await box.put('a', 'hello')
    expect((await box.head('a')).etag).toBe('5d41402abc4b2a76b9719d911017c592')
  })

  test('keeps its objects from the arrays that went in and come out', async () => {
    const { box } = await openBox()
    const given = new Uint8Array([1, 2, 3])
    await box.put('a', given)
    given.fill(9)
    const got = await box.get('a').bytes()
    expect([...got]).toEqual([1, 2, 3])
    got.fill(9)
    expect([...(await box.get('a').bytes())]).toEqual([1, 2, 3])
    for await (const chunk of box.get('a')) chunk.fill(9)
    expect([...(await box.get('a').bytes())]).toEqual([1, 2, 3])
  })

  test('takes its time from the clock, also from a faked one', async () => {
    const { box } = await openBox({ clock: () => 1_234_567 })
    expect((await box.put('a', '1')).lastModified).toEqual(new Date(1_234_000))
    jest.useFakeTimers({ now: 5_000_500 })
    const { box: faked } = await openBox()
    expect((await faked.put('a', '1')).lastModified).toEqual(new Date(5_000_000))
  })

  test('finishes every call while timers are faked', async () => {
    jest.useFakeTimers()
    const { driver, box } = await openBox()
    await box.put('a', 'hello')
    await box.put('big', new Uint8Array(11 * MiB), { partSize: 5 * MiB, multipartThreshold: 0 })
    expect(await box.get('a').text()).toBe('hello')
    await box.copy('a', 'b')
    const keys: string[] = []
    for await (const { key } of box.list()) keys.push(key)
    expect(keys).toEqual(['a', 'b', 'big'])
    await box.deleteMany(keys)
    await driver.deleteContainer(box)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('says of URLs that memory has no address', async () => {
    const { box } = await openBox()
    for (const attempt of [box.url('a'), box.presign('a'), box.uploadForm('a'), box.cdnUrl()]) {
      await expect(attempt).rejects.toMatchObject({
        code: 'UnsupportedOperation',
        hint: expect.stringContaining('no address'),
      })
    }
  })

  test('shows what it is and no more', () => {
    const driver = new MemoryStorageDriver()
    expect(JSON.parse(JSON.stringify(driver))).toEqual({ name: 'Memory', provider: 'memory' })
    expect(inspect(driver)).toBe("MemoryStorageDriver { name: 'Memory', provider: 'memory' }")
  })
})

describe('fail', () => {
  test('reaches the program as a failure of the provider does', async () => {
    const { driver, box } = await openBox()
    driver.fail('putObject', 'ServiceUnavailable')
    await expect(box.put('a', '1')).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      operation: 'uploadObjectViaStream',
      container: 'box',
      key: 'a',
      retryable: true,
    })
    await box.put('a', '1')

    driver.fail('getObject', new StorageError('AccessDenied', 'not today'))
    await expect(box.get('a').text()).rejects.toMatchObject({ code: 'AccessDenied', key: 'a' })

    const cause = new TypeError('cable cut')
    driver.fail('headObject', cause)
    await expect(box.head('a')).rejects.toMatchObject({ code: 'Unknown', cause })
  })

  test('in a part of an upload leaves nothing behind', async () => {
    const { driver, box } = await openBox()
    driver.fail('multipart.uploadPart', 'Network')
    const upload = box.put('a', new Uint8Array(11 * MiB), {
      partSize: 5 * MiB,
      multipartThreshold: 0,
    })
    await expect(upload).rejects.toMatchObject({ code: 'Network' })
    expect(await box.exists('a')).toBe(false)
    const { multipart } = driver.backend
    const left = await multipart?.listUploads?.({ container: 'box' }, { operation: 'test' })
    expect(left).toEqual({ uploads: [] })
  })

  test('refuses operations and codes that do not exist', () => {
    const driver = new MemoryStorageDriver()
    expect(() => Reflect.apply(driver.fail, undefined, ['putObject', 'Network'])).toThrow(
      'without its driver',
    )
    expect(() => driver.fail('multipart.uploadPart', 'Network', -1)).toThrow('times')
    // @ts-expect-error -- there is no such operation
    expect(() => driver.fail('put', 'Network')).toThrow('not an operation')
    // @ts-expect-error -- there is no such code
    expect(() => driver.fail('putObject', 'Oops')).toThrow('not a code')
  })
})

describe('fail after some bytes', () => {
  const bytes = new Uint8Array(1000).map((_, index) => index % 251)

  test('breaks a download off behind exactly these bytes, and the next one is whole', async () => {
    const { driver, box } = await openBox()
    await box.put('a', bytes)
    driver.fail('getObject', 'Network', { after: 300 })
    const stream = box.get('a')
    expect((await stream.info()).size).toBe(1000)
    const got: number[] = []
    const read = async () => {
      for await (const chunk of stream) got.push(...chunk)
    }
    await expect(read()).rejects.toMatchObject({ code: 'Network', key: 'a', retryable: true })
    expect(got).toEqual([...bytes.subarray(0, 300)])
    expect(await box.get('a').bytes()).toEqual(bytes)
    expect(driver.stats().active).toBe(0)
  })

  test.each([[0], [1000], [5000]])('also behind %i of 1000 bytes', async (after) => {
    const { driver, box } = await openBox()
    await box.put('a', bytes)
    driver.fail('getObject', 'Network', { after })
    let got = 0
    const onProgress = ({ loaded }: { loaded: number }) => {
      got = loaded
    }
    await expect(box.get('a', { onProgress }).bytes()).rejects.toMatchObject({ code: 'Network' })
    expect(got).toBe(Math.min(after, 1000))
  })

  test('breaks an upload off: its source is ended, and nothing is stored', async () => {
    const { driver, box } = await openBox()
    const cause = new TypeError('cable cut')
    driver.fail('putObject', cause, { after: 250 })
    let given = 0
    let ended = false
    async function* source() {
      try {
        for (; given < 1000; given += 100) yield bytes.subarray(given, given + 100)
      } finally {
        ended = true
      }
    }
    await expect(box.put('a', source())).rejects.toMatchObject({ code: 'Unknown', cause })
    expect([given, ended]).toEqual([200, true])
    expect(await box.exists('a')).toBe(false)
    expect(await box.put('a', bytes)).toMatchObject({ size: 1000 })
  })

  test('breaks one part off, and no upload stays behind', async () => {
    const { driver, box } = await openBox({ partSize: 5 * MiB, multipartThreshold: 0 })
    driver.fail('multipart.uploadPart', 'Network', { after: MiB })
    const put = box.put('a', new Uint8Array(11 * MiB))
    await expect(put).rejects.toMatchObject({ code: 'Network', key: 'a' })
    expect(await box.exists('a')).toBe(false)
    const { multipart } = driver.backend
    const left = await multipart?.listUploads?.({ container: 'box' }, { operation: 'test' })
    expect(left).toEqual({ uploads: [] })
  })
})

describe('delay', () => {
  test('holds calls back by the time asked for', async () => {
    jest.useFakeTimers()
    const { driver, box } = await openBox()
    driver.delay('putObject', 500)
    let done = false
    const put = box.put('a', '1').then(() => {
      done = true
    })
    await jest.advanceTimersByTimeAsync(499)
    expect(done).toBe(false)
    expect(await box.exists('a')).toBe(false)
    await jest.advanceTimersByTimeAsync(1)
    await put
    driver.delay(1000)
    driver.delay('headObject', 0)
    expect(await box.exists('a')).toBe(true)
  })

  test('is over when the call is cancelled', async () => {
    const { driver, box } = await openBox()
    driver.delay(60_000)
    const controller = new AbortController()
    const reason = new Error('user went away')
    const put = box.put('a', '1', { signal: controller.signal })
    controller.abort(reason)
    await expect(put).rejects.toBe(reason)
    driver.delay(0)
    expect(await box.exists('a')).toBe(false)
  })
})
