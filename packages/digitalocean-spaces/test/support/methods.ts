import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Container } from '@cloudstore/core'
import type { SpacesOptionTypes } from '../../src/option-types.ts'
import type { DigitalOceanSpacesStorageDriver } from '../../src/driver.ts'
import { apiToken, digitalOceanApi, type DigitalOceanApi } from './digitalocean-api.ts'
import { failureOf } from './failure-of.ts'
import {
  plainFetch,
  type PlainAnswer,
  type PlainQuestion,
} from '../../../../tooling/test-support/plain-fetch.ts'
import { spacesOnRgw, type SignatureVersion } from './rgw-spaces.ts'
import { rgwOrSkip, type Rgw } from '../../../../tooling/test-support/rgw.ts'

let names = 0
function newName(): string {
  names += 1
  return `spaces-${process.pid}-${Math.random().toString(36).slice(2, 8)}-${names}`
}

/** Every documented method of a Spaces driver, in each documented behaviour, under one signature version. */
export async function documentedMethods(signatureVersion: SignatureVersion): Promise<void> {
  const found = await rgwOrSkip(`the documented methods, signature ${signatureVersion}`)
  if (found === undefined) return
  const rgw: Rgw = found
  let driver: DigitalOceanSpacesStorageDriver
  let container: Container<SpacesOptionTypes>
  let folder: string
  let api: DigitalOceanApi
  const fetchPlain = plainFetch(rgw.ca)

  beforeAll(async () => {
    api = await digitalOceanApi()
    driver = spacesOnRgw(rgw, { signatureVersion })
    container = await driver.createContainer(newName())
    folder = await mkdtemp(join(tmpdir(), 'spaces-'))
  })

  afterAll(async () => {
    for (const { name } of await driver.listContainers()) {
      if (!name.startsWith(`spaces-${process.pid}-`)) continue
      const left = driver.container(name)
      await left.deleteMany(left.list())
      await driver.exCleanupAllMultipartUploads(left)
      await driver.deleteContainer(left)
    }
    await driver.close()
    await api.close()
    await rm(folder, { recursive: true })
  })

  async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name)
    await writeFile(path, content)
    return path
  }

  describe('containers', () => {
    test('listContainers and iterateContainers', async () => {
      const listed = await driver.listContainers()
      const mine = listed.find(({ name }) => name === container.name)
      expect(mine?.createdAt).toBeInstanceOf(Date)
      const iterated: string[] = []
      for await (const { name } of driver.iterateContainers()) iterated.push(name)
      expect(iterated).toEqual(expect.arrayContaining(listed.map(({ name }) => name)))
    })

    test('getContainer finds one, and says when there is none', async () => {
      expect(await driver.getContainer(container.name)).toMatchObject({ name: container.name })
      const error = await failureOf(driver.getContainer(newName()))
      expect(error).toMatchObject({ code: 'ContainerDoesNotExist', operation: 'getContainer' })
      expect(error.hint).toContain('option region')
    })

    test('createContainer, with an ACL, and not twice', async () => {
      const name = newName()
      const made = await driver.createContainer(name, { acl: 'public-read' })
      expect(await driver.getContainerAcl(made)).toBe('public-read')
      await expect(driver.createContainer(name)).rejects.toMatchObject({
        code: 'ContainerAlreadyExists',
      })
      expect(await driver.createContainer(name, { ifExists: 'return' })).toMatchObject({ name })
      expect(await driver.setContainerAcl(made, 'private')).toBe(true)
      expect(await driver.getContainerAcl(made)).toBe('private')
    })

    test.each([['Photos'], ['a'], ['under_score'], ['-a-b'], ['a..b'], ['192.168.0.1']])(
      'createContainer refuses the name %s',
      async (name) => {
        await expect(driver.createContainer(name)).rejects.toMatchObject({
          code: 'InvalidContainerName',
        })
      },
    )

    test('a dotted name works over TLS, in the path', async () => {
      const dotted = await driver.createContainer(`${newName()}.with.dots`)
      await dotted.put('a', 'dots')
      expect(await dotted.get('a').text()).toBe('dots')
      const { url } = await dotted.presign('a')
      expect(url).toContain(`digitaloceanspaces.com:${new URL(rgw.https).port}/${dotted.name}/a?`)
      await dotted.delete('a')
      expect(await driver.deleteContainer(dotted)).toBe(true)
    })

    test('deleteContainer, only when it is empty', async () => {
      const made = await driver.createContainer(newName())
      await made.put('a', 'x')
      await expect(driver.deleteContainer(made)).rejects.toMatchObject({
        code: 'ContainerIsNotEmpty',
      })
      await made.delete('a')
      expect(await driver.deleteContainer(made)).toBe(true)
      await expect(driver.deleteContainer(made)).rejects.toMatchObject({
        code: 'ContainerDoesNotExist',
      })
    })
  })

  describe('objects', () => {
    test('iterateContainerObjects and listContainerObjects, with a prefix', async () => {
      for (const key of ['list/a', 'list/b', 'list/sub/c', 'other']) await container.put(key, key)
      const listed = await driver.listContainerObjects(container, { prefix: 'list/' })
      expect(listed.map(({ key, size }) => [key, size])).toEqual([
        ['list/a', 6],
        ['list/b', 6],
        ['list/sub/c', 10],
      ])
      expect(listed[0]?.hash).toBe(createHash('md5').update('list/a').digest('hex'))
      const iterated: string[] = []
      for await (const { name } of driver.iterateContainerObjects(container, {
        exPrefix: 'list/s',
      }))
        iterated.push(name)
      expect(iterated).toEqual(['list/sub/c'])
      const missing = driver.container(newName())
      await expect(driver.listContainerObjects(missing)).rejects.toMatchObject({
        code: 'ContainerDoesNotExist',
      })
    })

    test('getObject, and what there is not', async () => {
      await container.put('get.txt', 'hello', {
        metadata: { Author: 'me' },
        cacheControl: 'no-cache',
      })
      const object = await driver.getObject(container.name, 'get.txt')
      expect(object).toMatchObject({
        key: 'get.txt',
        size: 5,
        contentType: 'text/plain',
        cacheControl: 'no-cache',
        metadata: { author: 'me' },
        hash: '5d41402abc4b2a76b9719d911017c592',
      })
      expect(object.lastModified).toBeInstanceOf(Date)
      await expect(driver.getObject(container.name, 'missing')).rejects.toMatchObject({
        code: 'ObjectDoesNotExist',
      })
      await expect(driver.getObject(newName(), 'missing')).rejects.toMatchObject({
        code: 'ContainerDoesNotExist',
      })
    })

    test('uploadObject: a file with content type, ACL and metadata', async () => {
      const path = await fileOf('up.bin', 'file')
      const object = await driver.uploadObject(path, container, 'up.txt', {
        extra: { contentType: 'text/x-log', acl: 'public-read', metadata: { a: '1' } },
      })
      expect(object).toMatchObject({ size: 4, contentType: 'text/x-log', metadata: { a: '1' } })
      expect(await driver.getObjectAcl(object)).toBe('public-read')
      const { status } = await fetchPlain(await driver.getObjectUrl(object))
      expect(status).toBe(200)
      await driver.uploadObject(path, container, 'up.txt')
      // Overwriting without an ACL makes it private again.
      const again = await fetchPlain(await driver.getObjectUrl(object))
      expect(again.status).toBe(403)
    })

    test('uploadObject: an empty file', async () => {
      const object = await driver.uploadObject(await fileOf('empty', ''), container, 'empty')
      expect(object.size).toBe(0)
      expect(await container.get('empty').text()).toBe('')
    })

    test('uploadObject: no file, a folder, a container that is not there', async () => {
      const path = await fileOf('there', 'x')
      await expect(driver.uploadObject(join(folder, 'none'), container, 'x')).rejects.toMatchObject(
        { code: 'LocalFile' },
      )
      await expect(driver.uploadObject(folder, container, 'x')).rejects.toMatchObject({
        code: 'LocalFile',
      })
      await expect(
        driver.uploadObject(path, driver.container(newName()), 'x'),
      ).rejects.toMatchObject({ code: 'ContainerDoesNotExist' })
    })

    test('uploadObjectViaStream: in parts, of unknown length', async () => {
      const size = 13 * 1024 ** 2
      const chunk = new Uint8Array(1024 ** 2).fill(7)
      async function* source(): AsyncGenerator<Uint8Array> {
        for (let sent = 0; sent < size; sent += chunk.length) {
          yield chunk
          yield new Uint8Array()
        }
      }
      const object = await driver.uploadObjectViaStream(source(), container, 'parts.bin', {
        contentType: 'application/x-parts',
        acl: 'public-read',
        partSize: 5 * 1024 ** 2,
      })
      expect(object.size).toBe(size)
      expect(object.etag).toMatch(/-3$/)
      const head = await driver.getObject(container.name, 'parts.bin')
      expect(head).toMatchObject({ size, contentType: 'application/x-parts' })
      expect(await driver.getObjectAcl(head)).toBe('public-read')
      const bytes = await head.stream().bytes()
      expect(bytes.byteLength).toBe(size)
      expect(bytes.every((byte) => byte === 7)).toBe(true)
    })

    test('uploadObjectViaStream: a source that fails leaves nothing behind', async () => {
      async function* source(): AsyncGenerator<Uint8Array> {
        for (let part = 0; part < 3; part += 1) yield new Uint8Array(5 * 1024 ** 2)
        throw new Error('the cable is cut')
      }
      await expect(
        driver.uploadObjectViaStream(source(), container, 'broken', { partSize: 5 * 1024 ** 2 }),
      ).rejects.toThrow('the cable is cut')
      expect(await driver.objectExists(container, 'broken')).toBe(false)
      for await (const { key } of driver.exIterateMultipartUploads(container)) {
        expect(key).not.toBe('broken')
      }
    })

    test('an ACL can be changed and read after the upload', async () => {
      const object = await container.put('acl', 'x')
      expect(await driver.getObjectAcl(object)).toBe('private')
      expect(await driver.setObjectAcl(object, 'public-read')).toBe(true)
      expect(await driver.getObjectAcl(object)).toBe('public-read')
      expect((await fetchPlain(await object.url())).status).toBe(200)
      await driver.setObjectAcl(object, 'private')
      expect((await fetchPlain(await object.url())).status).toBe(403)
    })

    test('deleteObject is true also when there is none', async () => {
      const object = await container.put('delete', 'x')
      expect(await driver.deleteObject(object)).toBe(true)
      expect(await driver.deleteObject(object)).toBe(true)
      expect(await driver.objectExists(container, 'delete')).toBe(false)
    })

    test.each([['/lead'], ['a//b'], ['a/../b'], ['..'], ['+ %2F~é😀']])(
      'the key %j stays as it is',
      async (key) => {
        await container.put(key, key)
        expect(await container.get(key).text()).toBe(key)
        const { url } = await container.presign(key)
        expect(await (await fetchPlain(url)).text()).toBe(key)
        expect(await driver.deleteObject(driver.object(container, key))).toBe(true)
        expect(await container.exists(key)).toBe(false)
      },
    )
  })

  describe('downloads', () => {
    const text = '0123456789'

    test('downloadObject: to a path, into a folder, not over a file', async () => {
      const object = await container.put('down/load.txt', text)
      const path = join(folder, 'download.txt')
      expect(await driver.downloadObject(object, path)).toBe(true)
      expect(await readFile(path, 'utf8')).toBe(text)
      const error = await failureOf(driver.downloadObject(object, path))
      expect(error).toMatchObject({ code: 'DestinationExists' })
      expect(await driver.downloadObject(object, path, { overwriteExisting: true })).toBe(true)
      expect(await driver.downloadObject(object, folder)).toBe(true)
      expect(await readFile(join(folder, 'down/load.txt'), 'utf8')).toBe(text)
    })

    test('downloadObject: nothing remains of an object that is not there', async () => {
      const path = join(folder, 'nothing')
      await expect(
        driver.downloadObject(driver.object(container, 'nothing'), path),
      ).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('downloadObjectAsStream, in chunks of one size', async () => {
      const object = await container.put('stream', text)
      const chunks: string[] = []
      for await (const chunk of driver.downloadObjectAsStream(object, { chunkSize: 4 })) {
        chunks.push(new TextDecoder().decode(chunk))
      }
      expect(chunks).toEqual(['0123', '4567', '89'])
    })

    test('downloadObjectRange: from the first byte up to, not including, the last', async () => {
      const object = await container.put('range', text)
      const path = join(folder, 'range')
      expect(await driver.downloadObjectRange(object, path, 5, 7)).toBe(true)
      expect(await readFile(path, 'utf8')).toBe('56')
      await driver.downloadObjectRange(object, path, 8, undefined, { overwriteExisting: true })
      expect(await readFile(path, 'utf8')).toBe('89')
    })

    test('downloadObjectRangeAsStream', async () => {
      const object = await container.put('range', text)
      expect(await driver.downloadObjectRangeAsStream(object, 4, 7).text()).toBe('456')
      expect(await driver.downloadObjectRangeAsStream(object, 9).text()).toBe('9')
      expect(await driver.downloadObjectRangeAsStream(object, 0, 1).text()).toBe('0')
      for (const [start, end] of [
        [-1, 2],
        [5, 5],
        [7, 5],
        [10, undefined],
      ] as const) {
        const error = await failureOf(driver.downloadObjectRangeAsStream(object, start, end).text())
        expect(error).toMatchObject({ code: 'InvalidRange' })
      }
    })
  })

  describe('the CDN', () => {
    const open = (): DigitalOceanSpacesStorageDriver =>
      spacesOnRgw(rgw, { signatureVersion, cdn: { token: apiToken, apiEndpoint: api.url } })

    test('enableContainerCdn, getContainerCdnUrl, getObjectCdnUrl and disableContainerCdn', async () => {
      const withCdn = open()
      const mine = withCdn.container(container.name)
      expect(await withCdn.enableContainerCdn(mine, { ttl: 600 })).toBe(true)
      expect(api.endpoints).toMatchObject([
        { origin: `${container.name}.nyc3.digitaloceanspaces.com`, ttl: 600 },
      ])
      const url = `https://${container.name}.nyc3.cdn.digitaloceanspaces.com`
      expect(await withCdn.getContainerCdnUrl(mine)).toBe(url)
      const object = withCdn.object(mine, 'a b/ü')
      expect(await withCdn.getObjectCdnUrl(object)).toBe(`${url}/a%20b/%C3%BC`)
      expect(await withCdn.purgeContainerCdn(mine, ['a b/ü', 'css/*'])).toBe(true)
      expect(api.purged.at(-1)?.files).toEqual(['a b/ü', 'css/*'])
      expect(await withCdn.disableContainerCdn(mine)).toBe(true)
      expect(api.endpoints).toEqual([])
      await expect(withCdn.enableContainerCdn(withCdn.container(newName()))).rejects.toMatchObject({
        code: 'ContainerDoesNotExist',
      })
      await withCdn.close()
    })

    test('enableObjectCdn asks for a public object', async () => {
      const withCdn = open()
      const object = await withCdn.container(container.name).put('cdn', 'x')
      const error = await failureOf(withCdn.enableObjectCdn(object))
      expect(error).toMatchObject({ code: 'AccessDenied', key: 'cdn' })
      expect(api.endpoints).toEqual([])
      await withCdn.setObjectAcl(object, 'public-read')
      expect(await withCdn.enableObjectCdn(object)).toBe(true)
      expect(api.endpoints).toHaveLength(1)
      await withCdn.disableContainerCdn(withCdn.container(container.name))
      await withCdn.close()
    })

    /** What the edge does: the same request, under the host of the origin, which has no port. */
    const throughEdge = (url: string, init: PlainQuestion = {}): Promise<PlainAnswer> => {
      const edge = `https://${container.name}.nyc3.cdn.digitaloceanspaces.com/`
      expect(url.startsWith(edge)).toBe(true)
      const host = `${container.name}.nyc3.digitaloceanspaces.com`
      const port = new URL(rgw.https).port
      return fetchPlain(`https://${host}:${port}/${url.slice(edge.length)}`, {
        ...init,
        headers: { ...init.headers, host },
      })
    }

    test('a URL that is presigned for the CDN is right at the origin', async () => {
      const production = spacesOnRgw(rgw, { signatureVersion, port: undefined })
      const there = production.container(container.name)
      const put = await there.presign('signed', {
        method: 'PUT',
        via: 'cdn',
        acl: 'public-read',
        contentType: 'text/x-edge',
      })
      const body = 'through the edge'
      const sent = await throughEdge(put.url, { method: 'PUT', headers: put.headers, body })
      expect(sent.status).toBe(200)
      expect(await container.head('signed')).toMatchObject({ contentType: 'text/x-edge' })
      expect(await driver.getObjectAcl(driver.object(container, 'signed'))).toBe('public-read')
      for (const key of ['signed', 'a b/+%2F?#é']) {
        await container.put(key, body)
        const response = { contentType: 'text/x-asked' }
        const { url, headers } = await there.presign(key, { via: 'cdn', response })
        const answer = await throughEdge(url, { headers })
        expect([answer.status, await answer.text()]).toEqual([200, body])
        expect(answer.headers.get('content-type')).toBe('text/x-asked')
        const other = await throughEdge(url.replace(/signed|a%20b/, 'other'), { headers })
        expect(other.status).toBe(403)
      }
      await production.close()
    })

    test.each([
      ['a?b=c&d#e'],
      ['100%/%41%2f+ '],
      ['//a//../b/./'],
      ['"<>\\^`{|}[]\''],
      ['line\nbreak\ttab'],
      ['é/e\u0301/😀'],
    ])('the address of %j at the CDN leads to that key', async (key) => {
      await container.put(key, key, { acl: 'public-read' })
      const answer = await throughEdge(await driver.getObjectCdnUrl(driver.object(container, key)))
      expect([answer.status, await answer.text()]).toEqual([200, key])
    })
  })

  describe('for others to send', () => {
    test('a presigned PUT carries the ACL', async () => {
      const { url, method, headers } = await container.presign('put', {
        method: 'PUT',
        acl: 'public-read',
        contentType: 'text/plain',
      })
      const { status } = await fetchPlain(url, { method, headers, body: 'by others' })
      expect(status).toBe(200)
      const answer = await fetchPlain(await container.url('put'))
      expect([answer.status, await answer.text()]).toEqual([200, 'by others'])
    })

    test('a form carries the ACL', async () => {
      const form = await container.uploadForm('form', { acl: 'public-read', maxSize: 100 })
      const boundary = 'b0undary'
      const part = (name: string, value: string, more = ''): string =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
      const fields = Object.entries(form.fields).map(([name, value]) => part(name, value))
      const body = `${fields.join('')}${part('file', 'sent', '; filename="f"')}--${boundary}--\r\n`
      const sent = await fetchPlain(form.url, {
        method: 'POST',
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        body,
      })
      expect(sent.status).toBe(204)
      const answer = await fetchPlain(await container.url('form'))
      expect([answer.status, await answer.text()]).toEqual([200, 'sent'])
    })
  })

  describe('what the S3 family adds', () => {
    test('uploads in parts are listed and cleaned up', async () => {
      const upload = await driver.backend.multipart?.create(
        { container: container.name, key: 'stale' },
        { operation: 'test' },
      )
      const found: { key: string; id: string; createdAt?: Date | undefined }[] = []
      for await (const item of driver.exIterateMultipartUploads(container, { prefix: 'stale' }))
        found.push(item)
      expect(found).toMatchObject([{ key: 'stale' }])
      expect(found[0]?.createdAt).toBeInstanceOf(Date)
      expect(upload).toBeDefined()
      const old = { prefix: 'stale', olderThan: new Date(0) }
      expect(await driver.exCleanupAllMultipartUploads(container, old)).toBe(0)
      expect(await driver.exCleanupAllMultipartUploads(container, { prefix: 'stale' })).toBe(1)
    })

    test('CORS, lifecycle and tags', async () => {
      const { s3 } = driver
      const rules = [{ allowedOrigins: ['https://example.com'], allowedMethods: ['GET' as const] }]
      await s3.putCors(container.name, rules)
      expect(await s3.getCors(container.name)).toMatchObject(rules)
      await s3.deleteCors(container.name)
      expect(await s3.getCors(container.name)).toEqual([])
      await container.put('tagged', 'x', { tags: { a: '1' } })
      expect(await s3.getObjectTags(container.name, 'tagged')).toEqual({ a: '1' })
    })

    test('copies keep the ACL', async () => {
      await container.put('from', 'x', { acl: 'public-read', metadata: { a: '1' } })
      const copy = await container.copy('from', 'to')
      expect(await driver.getObjectAcl(copy)).toBe('public-read')
      expect(await container.head('to')).toMatchObject({ metadata: { a: '1' } })
    })

    test('a condition holds on one put, and is refused where it would be ignored', async () => {
      await container.put('once', 'first', { ifNoneMatch: '*' })
      await expect(container.put('once', 'second', { ifNoneMatch: '*' })).rejects.toMatchObject({
        code: 'ObjectAlreadyExists',
      })
      await expect(container.copy('once', 'twice', { ifNoneMatch: '*' })).rejects.toMatchObject({
        code: 'UnsupportedOperation',
      })
      await expect(container.put('once', 'x', { ifMatch: 'abc' })).rejects.toMatchObject({
        code: 'UnsupportedOperation',
      })
    })
  })

  test("another account's container is said to be denied, with what to do", async () => {
    const other = spacesOnRgw(rgw, { ...rgw.other, signatureVersion })
    const error = await failureOf(other.getContainer(container.name))
    expect(error).toMatchObject({ code: 'AccessDenied', status: 403 })
    expect(error.hint).toContain('driver.container(name)')
    const refused = await failureOf(other.container(container.name).put('a', 'x'))
    expect(refused).toMatchObject({ code: 'AccessDenied' })
    expect(refused.hint).toContain('limited')
    await other.close()
  })

  test('wrong credentials are said to be wrong', async () => {
    const wrong = spacesOnRgw(rgw, { secret: 'not-the-right-one', signatureVersion })
    await expect(wrong.listContainers()).rejects.toMatchObject({ code: 'InvalidCredentials' })
    await wrong.close()
  })
}
