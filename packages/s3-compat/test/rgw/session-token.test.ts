import { afterAll, describe, expect, test } from '@jest/globals'
import { rm } from 'node:fs/promises'
import { plainFetch } from '../../../../tooling/test-support/plain-fetch.ts'
import { failureOf } from '../support/stand-in-driver.ts'
import { stopRgw } from '../../../../tooling/test-support/rgw.ts'
import { onRgw, rgwDriver, withContainer, type Combination } from '../support/rgw-conformance.ts'
import { sessionServer, temporaryCredentials } from '../support/rgw-session.ts'

const MiB = 1024 * 1024
const combinations: Combination[] = [
  { signatureVersion: '2', addressing: 'virtual', secure: true },
  { signatureVersion: '2', addressing: 'path', secure: false },
  { signatureVersion: '4', addressing: 'virtual', secure: true },
  { signatureVersion: '4', addressing: 'path', secure: false },
]

const stopTime = 60_000

await onRgw(
  'temporary credentials',
  (rgw) => {
    const http = plainFetch(rgw.ca)

    afterAll(async () => {
      await stopRgw(sessionServer)
      await rm(sessionServer['TEST_RGW_FOLDER'] ?? '', { recursive: true })
    }, stopTime)

    describe.each(combinations)('signature $signatureVersion, $addressing', (combination) => {
      test('are taken by every kind of request, with their token', async () => {
        const credentials = async () => temporaryCredentials(rgw)
        const driver = rgwDriver(rgw, combination, {
          key: undefined,
          secret: undefined,
          credentials,
        })
        await withContainer(driver, async (container) => {
          const bytes = Buffer.alloc(6 * MiB, 'some bytes')
          await container.put('a b/ü', bytes, { partSize: 5 * MiB, metadata: { a: 'b' } })
          expect(Buffer.compare(await container.get('a b/ü').bytes(), bytes)).toBe(0)
          await container.copy('a b/ü', 'copy')

          const get = await container.presign('a b/ü')
          expect((await http(get.url)).status).toBe(200)
          const put = await container.presign('put', { method: 'PUT', acl: 'public-read' })
          const sent = await http(put.url, { method: 'PUT', headers: put.headers, body: 'x' })
          expect(sent.status).toBe(200)
          expect((await http(await container.url('put'))).status).toBe(200)

          const form = await container.uploadForm('form', { maxSize: 10 })
          const body = new FormData()
          for (const [name, value] of Object.entries<string>(form.fields)) body.append(name, value)
          body.append('file', new Blob(['bytes']), 'file')
          const encoded = new Request(form.url, { method: 'POST', body })
          const posted = await http(form.url, {
            method: 'POST',
            headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
            body: new Uint8Array(await encoded.arrayBuffer()),
          })
          expect(posted.status).toBe(204)
          expect(await container.get('form').text()).toBe('bytes')
        })
      })
    })

    test.each(['2', '4'] as const)(
      'are refused with another token, or without: signature %s',
      async (signatureVersion) => {
        const { key, secret } = await temporaryCredentials(rgw)
        const combination = { signatureVersion, addressing: 'path', secure: false } as const
        for (const sessionToken of ['bm90LW91cnM=', undefined]) {
          const driver = rgwDriver(rgw, combination, { key, secret, sessionToken })
          const error = await failureOf(driver.listContainers())
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(AccessDenied|InvalidCredentials)$/),
          })
          expect(String(error)).not.toContain('bm90LW91cnM=')
        }
      },
    )
  },
  sessionServer,
)
