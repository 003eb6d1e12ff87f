import { describe, expect, test } from '@jest/globals'
import type { Container, PresignedRequest, UploadForm } from '@cloudstore/core'
import type { S3OptionTypes } from '../../src/storage-driver.ts'
import { plainFetch } from '../../../../tooling/test-support/plain-fetch.ts'
import { failureOf } from '../support/stand-in-driver.ts'
import { onRgw, rgwDriver, withContainer, type Combination } from '../support/rgw-conformance.ts'

const MiB = 1024 * 1024
const combinations: Combination[] = [
  { signatureVersion: '2', addressing: 'virtual', secure: true },
  { signatureVersion: '4', addressing: 'path', secure: false },
]

await onRgw('sharing', (rgw) => {
  const http = plainFetch(rgw.ca)
  const send = ({ method, url, headers }: PresignedRequest, body?: Uint8Array | string) =>
    http(url, { method, headers, ...(body !== undefined && { body }) })

  /** As applications send it: `fetch` waits for the bytes of a length that its body has not. */
  const byFetch = ({ method, url, headers }: PresignedRequest, body: string) =>
    fetch(url, { method, headers, body: Buffer.from(body) })

  /** A form as a browser sends it. */
  const post = ({ url, fields }: UploadForm, file: string, more: Record<string, string> = {}) => {
    const boundary = 'a-line-that-no-field-has'
    const all = Object.entries<string>({ ...fields, ...more })
    const text = all.map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const body = `${text.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="given.txt"\r\nContent-Type: text/x\r\n\r\n${file}\r\n--${boundary}--\r\n`
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
    return http(url, { method: 'POST', headers, body })
  }

  describe.each(combinations)('signature $signatureVersion, $addressing', (combination) => {
    const driver = rgwDriver(rgw, combination)
    const inContainer = (work: (container: Container<S3OptionTypes>) => Promise<void>) =>
      withContainer(driver, work)

    test.each(['plain', 'a//b/../ü +%2F😀?&'])(
      'a presigned GET, HEAD, PUT and DELETE of %j',
      (key) =>
        inContainer(async (container) => {
          const put = await container.presign(key, {
            method: 'PUT',
            contentType: 'text/x',
            metadata: { name: 'ü' },
            acl: 'public-read',
          })
          expect((await send(put, 'bytes')).status).toBe(200)
          expect(await container.head(key)).toMatchObject({
            contentType: 'text/x',
            metadata: { name: 'ü' },
          })
          expect((await http(await container.url(key))).status).toBe(200)

          const get = await container.presign(key, {
            response: {
              contentDisposition: 'attachment; filename="x y.txt"',
              contentType: 'text/y',
            },
          })
          const got = await send(get)
          expect([got.status, await got.text()]).toEqual([200, 'bytes'])
          expect(got.headers.get('content-disposition')).toBe('attachment; filename="x y.txt"')
          expect(got.headers.get('content-type')).toBe('text/y')
          const head = await send(await container.presign(key, { method: 'HEAD' }))
          expect([head.status, head.headers.get('content-length')]).toEqual([200, '5'])
          expect((await send(await container.presign(key, { method: 'DELETE' }))).status).toBe(204)
          expect(await container.exists(key)).toBe(false)
        }),
    )

    test('a presigned PUT takes nothing else than was signed', () =>
      inContainer(async (container) => {
        const put = await container.presign('k', {
          method: 'PUT',
          contentType: 'text/x',
          acl: 'private',
        })
        const changed = { ...put, headers: { ...put.headers, 'x-amz-acl': 'public-read' } }
        expect((await send(changed, 'bytes')).status).toBe(403)
        const typed = { ...put, headers: { ...put.headers, 'content-type': 'text/html' } }
        expect((await send(typed, 'bytes')).status).toBe(403)
        const elsewhere = { ...put, url: put.url.replace('/k?', '/other?') }
        expect((await send(elsewhere, 'bytes')).status).toBe(403)
        expect(await container.exists('k')).toBe(false)
      }))

    if (combination.signatureVersion === '4') {
      test('a size that was signed is held to at once, with the headers as they were given', () =>
        inContainer(async ({ name }) => {
          const container = driver.container(name)
          const whole = await container.presign('k', { method: 'PUT', size: 5 })
          const uploadId = await driver.s3.createUpload(name, 'parts')
          const part = await driver.s3.presignPart(name, 'parts', {
            uploadId,
            partNumber: 1,
            size: 5,
          })
          for (const request of [whole, part]) {
            const started = Date.now()
            for (const body of ['four', 'sixsix']) {
              expect((await byFetch(request, body)).status).toBe(403)
            }
            expect((await byFetch(request, 'bytes')).status).toBe(200)
            expect(Date.now() - started).toBeLessThan(10_000)
          }
          expect(await container.get('k').text()).toBe('bytes')
          await driver.s3.abortUpload(name, 'parts', uploadId)
        }))
    }

    test('one that has expired is refused', () =>
      inContainer(async (container) => {
        await container.put('k', 'bytes')
        const get = await container.presign('k', { expiresIn: 1 })
        expect((await send(get)).status).toBe(200)
        await new Promise((resolve) => setTimeout(resolve, 2200))
        expect(Date.now()).toBeGreaterThan(get.expiresAt.getTime())
        expect((await send(get)).status).toBe(403)
      }))

    test('parts by presigned URLs', () =>
      inContainer(async ({ name }) => {
        const container = driver.container(name)
        const key = 'from a browser/ü'
        const uploadId = await driver.s3.createUpload(name, key, {
          contentType: 'video/x',
          metadata: { by: 'parts' },
          acl: 'public-read',
        })
        const parts = [Buffer.alloc(5 * MiB, 'a'), Buffer.alloc(100, 'b')]
        for (const partNumber of [2, 1]) {
          const request = await driver.s3.presignPart(name, key, { uploadId, partNumber })
          const part = parts[partNumber - 1] ?? Buffer.alloc(0)
          expect((await send(request, part)).status).toBe(200)
        }
        const done = await driver.s3.completeUpload(name, key, uploadId)
        expect(done).toMatchObject({ size: 5 * MiB + 100, etag: expect.stringMatching(/-2$/) })
        expect(Buffer.compare(await container.get(key).bytes(), Buffer.concat(parts))).toBe(0)
        const head = await container.head(key)
        expect(head).toMatchObject({ contentType: 'video/x', metadata: { by: 'parts' } })
        expect((await http(await container.url(key), { method: 'HEAD' })).status).toBe(200)

        const other = await driver.s3.createUpload(name, 'dropped')
        expect(await failureOf(driver.s3.completeUpload(name, 'dropped', other))).toMatchObject({
          code: 'InvalidArgument',
        })
        await driver.s3.abortUpload(name, 'dropped', other)
        await driver.s3.abortUpload(name, 'dropped', other)
        for (const [gone, id] of [
          [key, uploadId],
          ['dropped', other],
          ['dropped', 'no-id-of-anybody'],
        ] as const) {
          expect(await failureOf(driver.s3.completeUpload(name, gone, id))).toMatchObject({
            code: 'UploadDoesNotExist',
          })
        }
      }))

    test('a form uploads what it allows, and nothing else', () =>
      inContainer(async (container) => {
        const form = await container.uploadForm('dir/', {
          keyIsPrefix: true,
          minSize: 3,
          maxSize: 10,
          contentType: 'text/x',
          acl: 'public-read',
          metadata: { from: 'form' },
        })
        const taken = await post(form, 'bytes')
        expect([204, 200, 201]).toContain(taken.status)
        expect(await container.get('dir/given.txt').text()).toBe('bytes')
        const head = await container.head('dir/given.txt')
        expect(head).toMatchObject({ contentType: 'text/x', metadata: { from: 'form' } })
        expect((await http(await container.url('dir/given.txt'))).status).toBe(200)

        expect((await post(form, 'xx')).status).toBe(400)
        expect((await post(form, 'x'.repeat(11))).status).toBe(400)
        expect((await post(form, 'bytes', { key: 'elsewhere' })).status).toBe(403)
        expect((await post(form, 'bytes', { 'Content-Type': 'text/html' })).status).toBe(403)
        expect((await post(form, 'bytes', { acl: 'public-read-write' })).status).toBe(403)
        expect((await post(form, 'bytes', { 'x-amz-meta-from': 'elsewhere' })).status).toBe(403)
        expect((await post(form, 'bytes', { 'x-amz-meta-more': 'than allowed' })).status).toBe(403)
        expect((await post(form, 'bytes', { 'Cache-Control': 'no-store' })).status).toBe(403)
        for (const name of ['Content-Type', 'acl', 'x-amz-meta-from', 'policy']) {
          const { [name]: _left, ...fields } = form.fields
          expect((await post({ ...form, fields }, 'bytes')).status).toBe(403)
        }
        const other = await driver.createContainer(`${container.name}-other`)
        const url = form.url.replace(container.name, other.name)
        expect((await post({ ...form, url }, 'bytes')).status).toBe(403)
        await driver.deleteContainer(other)
        const changed = { ...form.fields, policy: `${form.fields['policy']?.slice(0, -8)}fQ==` }
        expect((await post({ ...form, fields: changed }, 'bytes')).status).toBeGreaterThanOrEqual(
          400,
        )
        const keys = []
        for await (const { key } of container.list()) keys.push(key)
        expect(keys).toEqual(['dir/given.txt'])
      }))

    test('a form for one key', () =>
      inContainer(async (container) => {
        const form = await container.uploadForm('just this ü', { maxSize: 100 })
        expect((await post(form, 'bytes', { key: 'another' })).status).toBe(403)
        expect((await post(form, 'bytes')).status).toBeLessThan(300)
        expect(await container.get('just this ü').text()).toBe('bytes')
        const short = await container.uploadForm('late', { expiresIn: 1 })
        await new Promise((resolve) => setTimeout(resolve, 2200))
        expect((await post(short, 'bytes')).status).toBe(403)
        expect(await container.exists('late')).toBe(false)
        expect(await failureOf(container.uploadForm('a${filename}'))).toMatchObject({
          code: 'InvalidObjectName',
        })
      }))

    test('public-read is readable by everybody, private is not', () =>
      inContainer(async (container) => {
        const open = await container.put('open', 'x', { acl: 'public-read' })
        const closed = await container.put('closed', 'x', { acl: 'private' })
        const status = async (key: string) => (await http(await container.url(key))).status
        expect([await status('open'), await status('closed')]).toEqual([200, 403])
        await driver.setObjectAcl(open, 'private')
        await driver.setObjectAcl(closed, 'public-read')
        expect([await status('open'), await status('closed')]).toEqual([403, 200])
        expect(await driver.getObjectAcl(closed)).toBe('public-read')
        await container.put('closed', 'again')
        expect(await status('closed')).toBe(403)
      }))

    test('a copy and a move of a public object are public', () =>
      inContainer(async (container) => {
        await container.put('open', 'x', { acl: 'public-read' })
        await container.copy('open', 'copy')
        await container.move('open', 'moved')
        expect((await http(await container.url('copy'))).status).toBe(200)
        expect((await http(await container.url('moved'))).status).toBe(200)
      }))
  })

  test('version 4 takes seven days, and not more', () =>
    withContainer(rgwDriver(rgw), async (container) => {
      await container.presign('k', { expiresIn: 604_800 })
      expect(await failureOf(container.presign('k', { expiresIn: 604_801 }))).toMatchObject({
        code: 'InvalidArgument',
      })
    }))
})
