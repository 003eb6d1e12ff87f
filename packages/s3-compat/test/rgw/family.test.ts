import { expect, test } from '@jest/globals'
import { s3Rgw } from '../../src/profiles/s3-rgw.ts'
import { failureOf } from '../support/stand-in-driver.ts'
import { onRgw, rgwDriver, withContainer } from '../support/rgw-conformance.ts'

const MiB = 1024 * 1024

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

await onRgw('what the S3 family has beyond the others', (rgw) => {
  const driver = rgwDriver(rgw)

  test(
    '2,500 keys, whole and by folders, with every version of the call',
    () =>
      withContainer(driver, async ({ name }) => {
        const keys = Array.from(
          { length: 2500 },
          (_, n) => `${n % 40}/k ${String(n).padStart(4, '0')}`,
        )
        const left = keys.values()
        const writer = async () => {
          for (const key of left) await driver.container(name).put(key, '')
        }
        await Promise.all(Array.from({ length: 16 }, writer))
        const sorted = keys.toSorted()
        const folders = [...new Set(keys.map((key) => key.replace(/\/.*/, '/')))].toSorted()
        for (const list of [
          { version: 2 },
          { version: 1 },
          { version: 1, encodingType: false },
        ] as const) {
          const container = rgwDriver(rgw, undefined, {}, { ...s3Rgw, list }).container(name)
          const found = async (options: object) =>
            (await all(container.list(options))).map(({ key }) => key)
          expect(await found({})).toEqual(sorted)
          expect(await found({ prefix: '7/', pageSize: 20 })).toEqual(
            sorted.filter((key) => key.startsWith('7/')),
          )
          expect(await found({ startAfter: '9/k 2', limit: 5 })).toEqual(
            sorted.filter((key) => key > '9/k 2').slice(0, 5),
          )
          expect(await all(container.listPrefixes({ delimiter: '/' }))).toEqual(folders)
          const paged: string[] = []
          let cursor: string | undefined
          do {
            const page = await container.listPage({ delimiter: '/', pageSize: 7, cursor })
            paged.push(...page.prefixes)
            cursor = page.cursor
          } while (cursor !== undefined)
          expect(paged).toEqual(folders)
        }
      }),
    60_000,
  )

  test('tags of objects', () =>
    withContainer(driver, async ({ name }) => {
      const container = driver.container(name)
      const tags = { team: 'a b', 'ü=&+': 'x/y' }
      await container.put('k ü', 'x', { tags })
      expect(await driver.s3.getObjectTags(name, 'k ü')).toEqual(tags)
      await container.put('large', Buffer.alloc(6 * MiB), { partSize: 5 * MiB, tags })
      expect(await driver.s3.getObjectTags(name, 'large')).toEqual(tags)
      await container.put('none', 'x')
      expect(await driver.s3.getObjectTags(name, 'none')).toEqual({})
      await driver.s3.putObjectTags(name, 'k ü', { one: '1' })
      expect(await driver.s3.getObjectTags(name, 'k ü')).toEqual({ one: '1' })
      await driver.s3.deleteObjectTags(name, 'k ü')
      expect(await driver.s3.getObjectTags(name, 'k ü')).toEqual({})
      const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, '']))
      expect(await failureOf(driver.s3.putObjectTags(name, 'k ü', many))).toMatchObject({
        code: 'InvalidArgument',
      })
      expect(await failureOf(driver.s3.getObjectTags(name, 'missing'))).toMatchObject({
        code: 'ObjectDoesNotExist',
        key: 'missing',
      })
    }))

  test.each(['2', '4'] as const)('CORS and lifecycle rules, signature %s', (signatureVersion) => {
    const used = rgwDriver(rgw, { signatureVersion, addressing: 'virtual', secure: true })
    return withContainer(used, async ({ name }) => {
      expect(await used.s3.getCors(name)).toEqual([])
      const rules = [
        {
          id: 'one',
          allowedOrigins: ['https://a.example', 'https://*.b.example'],
          allowedMethods: ['GET', 'PUT'] as const,
          allowedHeaders: ['*'],
          exposeHeaders: ['ETag'],
          maxAgeSeconds: 600,
        },
      ]
      await used.s3.putCors(name, rules)
      expect(await used.s3.getCors(name)).toEqual([expect.objectContaining({ maxAgeSeconds: 600 })])
      await used.s3.deleteCors(name)
      expect(await used.s3.getCors(name)).toEqual([])

      expect(await used.s3.getLifecycle(name)).toEqual([])
      const rule = {
        id: 'tmp',
        prefix: 'tmp/',
        expiration: { days: 30 },
        abortIncompleteUploadDays: 2,
      }
      await used.s3.putLifecycle(name, [rule])
      expect(await used.s3.getLifecycle(name)).toEqual([{ ...rule, enabled: true }])
      await used.s3.deleteLifecycle(name)
      expect(await used.s3.getLifecycle(name)).toEqual([])
    })
  })

  test('names that would make it a request about something else are refused', async () => {
    const { s3 } = driver
    for (const call of [
      s3.deleteCors(''),
      s3.putLifecycle('..', []),
      s3.deleteObjectTags('a-container', ''),
      s3.getObjectTags('', 'k'),
      s3.createUpload('a-container', ''),
    ]) {
      expect(await failureOf(call)).toMatchObject({ code: expect.stringMatching(/^Invalid/) })
    }
    expect(await failureOf(s3.getCors('there-is-no-such-container'))).toMatchObject({
      code: 'ContainerDoesNotExist',
      operation: 'getCors',
    })
  })

  test('objects encrypted with a customer’s key', () =>
    withContainer(driver, async ({ name }) => {
      const container = driver.container(name)
      const sseCustomerKey = new Uint8Array(32).map((_, index) => index * 7)
      for (const [key, size, partSize] of [
        ['small', 1000, undefined],
        ['large', 6 * MiB, 5 * MiB],
      ] as const) {
        const bytes = Buffer.alloc(size, 'abc')
        await container.put(key, bytes, { sseCustomerKey, partSize })
        expect(Buffer.compare(await container.get(key, { sseCustomerKey }).bytes(), bytes)).toBe(0)
        const range = { start: 10, end: 500 }
        const part = await container.get(key, { sseCustomerKey, range }).bytes()
        expect(Buffer.compare(part, bytes.subarray(10, 500))).toBe(0)
        expect(await failureOf(container.get(key).bytes())).toMatchObject({
          code: 'InvalidArgument',
        })
        const wrong = { sseCustomerKey: new Uint8Array(32) }
        expect(await failureOf(container.get(key, wrong).bytes())).toMatchObject({
          code: expect.stringMatching(/InvalidArgument|AccessDenied/),
        })
      }
      const short = { sseCustomerKey: new Uint8Array(31) }
      expect(await failureOf(container.put('k', 'x', short))).toMatchObject({
        code: 'InvalidArgument',
      })
    }))

  test('the ETag of an encrypted object is the MD5 of its contents here, in listings too', () =>
    withContainer(driver, async ({ name }) => {
      const container = driver.container(name)
      const sseCustomerKey = new Uint8Array(32).fill(9)
      const hash = '5d41402abc4b2a76b9719d911017c592'
      await container.put('k', 'hello', { sseCustomerKey })
      expect(await all(container.list())).toEqual([expect.objectContaining({ hash })])
      expect(await container.head('k', { sseCustomerKey })).toMatchObject({ hash })
      expect(await container.get('k', { sseCustomerKey }).text()).toBe('hello')
      expect(await failureOf(container.head('k'))).toMatchObject({
        code: 'InvalidArgument',
        hint: expect.stringContaining('sseCustomerKey'),
      })
    }))

  test('copies with a customer’s key are refused: the server stores them in the clear', () =>
    withContainer(driver, async ({ name }) => {
      const container = driver.container(name)
      const sseCustomerKey = new Uint8Array(32).fill(9)
      await container.put('plain', 'hello')
      await container.put('encrypted', 'hello', { sseCustomerKey })
      for (const copy of [
        container.copy('plain', 'copy', { sseCustomerKey }),
        container.copy('encrypted', 'copy', { sourceSseCustomerKey: sseCustomerKey }),
        container.move('plain', 'copy', { sseCustomerKey }),
      ]) {
        expect(await failureOf(copy)).toMatchObject({ code: 'UnsupportedOperation' })
      }
      // What the hint says works.
      const source = container.get('encrypted', { sseCustomerKey })
      await container.put('copy', source, { sseCustomerKey })
      expect(await container.get('copy', { sseCustomerKey }).text()).toBe('hello')
      // The refusal goes when the server keeps to it: here it must not be trusted.
      const trusting = rgwDriver(rgw, undefined, {}, { ...s3Rgw, copyCustomerKeys: true })
      const clear = trusting.container(name).copy('plain', 'clear', { sseCustomerKey })
      expect(await failureOf(clear)).toMatchObject({ code: 'UnsupportedOperation' })
      expect(await container.get('clear').text()).toBe('hello')
    }))

  test('where a container is', () =>
    withContainer(driver, async ({ name }) => {
      expect(await driver.s3.getLocation(name)).toBe(rgw.region)
      expect(await failureOf(driver.s3.getLocation('there-is-no-such-container'))).toMatchObject({
        code: 'ContainerDoesNotExist',
      })
    }))

  test('a range behind the end is InvalidRange, of an empty object too', () =>
    withContainer(driver, async (container) => {
      await container.put('k', 'hello')
      await container.put('empty', '')
      for (const [key, start] of [
        ['k', 5],
        ['k', 50],
        ['empty', 0],
      ] as const) {
        expect(await failureOf(container.get(key, { range: { start } }).text())).toMatchObject({
          code: 'InvalidRange',
          problem: expect.stringContaining('not within the object'),
        })
      }
    }))

  test('storage classes, by any spelling', () =>
    withContainer(driver, async ({ name }) => {
      const container = driver.container(name)
      await container.put('k', 'x', { exStorageClass: 'Standard' })
      expect((await all(container.list()))[0]?.storageClass).toBe('STANDARD')
      await container.copy('k', 'copy', { exStorageClass: 'STANDARD' })
      // A Ceph may have classes of any name: it is the server that refuses one that it has not.
      expect(await failureOf(container.put('k', 'x', { exStorageClass: 'cold' }))).toMatchObject({
        code: 'InvalidArgument',
        status: 400,
      })
      expect(await failureOf(container.put('k', 'x', { acl: 'public' }))).toMatchObject({
        code: 'InvalidArgument',
        hint: expect.stringContaining('public-read'),
      })
    }))

  test('uploads that were never completed are listed and cleaned up, by prefix and age', () =>
    withContainer(driver, async (container) => {
      const begun = Date.now()
      for (const key of ['a/1', 'a/2', 'b/ü +']) {
        const uploadId = await driver.s3.createUpload(container.name, key)
        const part = await driver.s3.presignPart(container.name, key, { uploadId, partNumber: 1 })
        await fetch(part.url, { method: 'PUT', body: 'x' })
      }
      const uploads = await all(driver.exIterateMultipartUploads(container))
      expect(uploads.map(({ key }) => key)).toEqual(['a/1', 'a/2', 'b/ü +'])
      expect(uploads[0]).toMatchObject({ id: expect.any(String), owner: expect.any(String) })
      expect(uploads[0]?.createdAt?.getTime()).toBeGreaterThan(begun - 5000)
      const some = await all(driver.exIterateMultipartUploads(container, { prefix: 'b/' }))
      expect(some.map(({ key }) => key)).toEqual(['b/ü +'])

      const cleanUp = (filter: object) => driver.exCleanupAllMultipartUploads(container, filter)
      expect(await cleanUp({ olderThan: new Date(begun - 60_000) })).toBe(0)
      expect(await failureOf(cleanUp({ olderThan: new Date('soon') }))).toMatchObject({
        code: 'InvalidArgument',
      })
      expect(await cleanUp({ prefix: 'a/' })).toBe(2)
      expect(await cleanUp({ olderThan: new Date(Date.now() + 60_000) })).toBe(1)
      expect(await cleanUp({})).toBe(0)
    }))

  test('containers of somebody else', () =>
    withContainer(driver, async ({ name }) => {
      const other = rgwDriver(rgw, undefined, rgw.other)
      expect(await failureOf(other.getContainer(name))).toMatchObject({
        code: 'AccessDenied',
        hint: expect.stringContaining('container(name)'),
      })
      const container = other.container(name)
      for (const call of [
        all(container.list()),
        container.put('k', 'x'),
        container.get('k').text(),
        other.deleteContainer(container),
        container.put('k', Buffer.alloc(6 * MiB), { partSize: 5 * MiB }),
      ]) {
        expect(await failureOf(call)).toMatchObject({ code: 'AccessDenied', container: name })
      }
      expect(await failureOf(other.createContainer(name))).toMatchObject({
        code: 'ContainerAlreadyExists',
      })
      expect(await failureOf(driver.createContainer(name))).toMatchObject({
        code: 'ContainerAlreadyExists',
      })
    }))

  test('credentials that are wrong', async () => {
    for (const signatureVersion of ['2', '4'] as const) {
      const combination = { signatureVersion, addressing: 'path', secure: false } as const
      const wrong = rgwDriver(rgw, combination, { secret: 'not-the-secret-of-this-key' })
      const error = await failureOf(wrong.listContainers())
      expect(error).toMatchObject({
        code: 'InvalidCredentials',
        hint: expect.stringContaining('secret'),
      })
      expect(String(error)).not.toContain('not-the-secret')
      const unknown = rgwDriver(rgw, combination, { key: 'NOBODY' })
      expect(await failureOf(unknown.listContainers())).toMatchObject({
        code: 'InvalidCredentials',
      })
    }
  })

  test('a region that the server has not is named when a container is made', async () => {
    const facts = { ...s3Rgw, locationConstraint: 'region' as const }
    const elsewhere = rgwDriver(rgw, undefined, { region: 'mars-1' }, facts)
    const error = await failureOf(elsewhere.createContainer(`test-region-${Date.now()}`))
    expect(error).toMatchObject({ code: 'WrongRegion', hint: expect.stringContaining('region') })
  })

  test('regions that are known are told', () => {
    const facts = { ...s3Rgw, regions: ['here', 'there'] }
    const regions = rgwDriver(rgw, undefined, {}, facts).listRegions()
    expect(regions).toEqual(['here', 'there'])
    regions.push('nowhere')
    expect(facts.regions).toHaveLength(2)
  })
})
