import { expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { nodeTransport } from '@cloudstore/core'
import { s3Rgw } from '../../src/profiles/s3-rgw.ts'
import { failureOf } from '../support/stand-in-driver.ts'
import { onRgw, rgwDriver, withContainer } from '../support/rgw-conformance.ts'

const MiB = 1024 * 1024

/** Bytes that differ everywhere, in chunks of odd sizes, without an end that is known before. */
async function* stream(size: number): AsyncGenerator<Uint8Array> {
  let left = size
  for (let number = 0; left > 0; number += 1) {
    const chunk = Buffer.alloc(Math.min(left, 777_777))
    for (let at = 0; at + 8 <= chunk.length; at += 8) chunk.writeDoubleLE(number + at / 1e9, at)
    left -= chunk.length
    yield chunk
  }
}

async function digest(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

await onRgw('transfers', (rgw) => {
  test.each([
    ['2', true],
    ['4', false],
  ] as const)(
    '64 MiB of unknown length, signature %s, TLS %s',
    async (signatureVersion, secure) => {
      const driver = rgwDriver(rgw, { signatureVersion, addressing: 'path', secure })
      await withContainer(driver, async (container) => {
        const object = await container.put('large', stream(64 * MiB))
        const sums = createHash('md5')
        let part = createHash('md5')
        let filled = 0
        for await (let chunk of stream(64 * MiB)) {
          while (chunk.length > 0) {
            const some = chunk.subarray(0, 8 * MiB - filled)
            part.update(some)
            filled += some.length
            chunk = chunk.subarray(some.length)
            if (filled < 8 * MiB) continue
            sums.update(part.digest())
            part = createHash('md5')
            filled = 0
          }
        }
        expect(object).toMatchObject({ size: 64 * MiB, etag: `${sums.digest('hex')}-8` })
        expect(await digest(container.get('large'))).toBe(await digest(stream(64 * MiB)))
        const range = { start: 8 * MiB - 10, end: 8 * MiB + 10 }
        expect(await container.get('large', { range }).bytes()).toHaveLength(20)
      })
    },
  )

  test.each([
    ['1 KiB', () => Buffer.alloc(1024, 'b')],
    ['20 MiB', () => Buffer.alloc(20 * MiB, 'b')],
    ['20 MiB of unknown length', () => stream(20 * MiB)],
  ])('ifNoneMatch * onto a key that is there, %s: the old bytes stay', async (_name, source) => {
    const driver = rgwDriver(rgw)
    await withContainer(driver, async (container) => {
      await container.put('k', 'old')
      const error = await failureOf(container.put('k', source(), { ifNoneMatch: '*' }))
      expect(['ObjectAlreadyExists', 'UnsupportedOperation']).toContain(
        (error as { code: string }).code,
      )
      expect(await container.get('k').text()).toBe('old')
      const uploads = []
      for await (const upload of driver.exIterateMultipartUploads(container)) uploads.push(upload)
      expect(uploads).toEqual([])
    })
  })

  test('a pool of unread bodies: who waits can be cancelled at once, and waits no longer than timeouts.queue', async () => {
    const transport = nodeTransport({ maxConnections: 2, proxy: false })
    const driver = rgwDriver(rgw, undefined, { transport, timeouts: { queue: 700 } })
    await withContainer(rgwDriver(rgw), async ({ name }) => {
      const container = driver.container(name)
      const other = rgwDriver(rgw).container(name)
      await other.put('k', Buffer.alloc(4 * MiB))
      const unread = [container.get('k'), container.get('k')]
      for (const body of unread) await body.info()
      const controller = new AbortController()
      const waiting = failureOf(container.head('k', { signal: controller.signal }))
      setTimeout(() => controller.abort(new Error('no more')), 50)
      const begun = performance.now()
      expect(await waiting).toMatchObject({ message: 'no more' })
      expect(performance.now() - begun).toBeLessThan(150)
      const again = performance.now()
      const error = await failureOf(container.head('k'))
      expect(error).toMatchObject({ code: 'Timeout', message: expect.stringContaining('2') })
      expect(performance.now() - again).toBeGreaterThanOrEqual(650)
      expect(performance.now() - again).toBeLessThan(2000)
      for (const body of unread) await body.cancel()
      expect((await container.head('k')).size).toBe(4 * MiB)
    })
    await transport.close?.()
  })

  test('a copy above the limit of one request goes by parts, with metadata and ACL', async () => {
    const facts = {
      ...s3Rgw,
      maxCopyBytes: 6 * MiB,
      acls: { objects: ['private', 'public-read'], containers: [] },
    }
    const driver = rgwDriver(rgw, undefined, {}, facts)
    await withContainer(driver, async (container) => {
      for (const key of ['plain', 'odd +?&#/ü😀 (1)', 'a//b/../c']) {
        const bytes = Buffer.alloc(13 * MiB, key)
        await container.put(key, bytes, {
          contentType: 'text/x',
          metadata: { name: 'ü', plain: 'p' },
          acl: 'public-read',
          cacheControl: 'no-store',
          tags: { team: 'a b' },
        })
        const copy = await container.copy(key, 'copy')
        expect(copy.etag).toMatch(/-3$/)
        const head = await container.head('copy')
        expect(head).toMatchObject({
          size: bytes.length,
          contentType: 'text/x',
          cacheControl: 'no-store',
          metadata: { name: 'ü', plain: 'p' },
        })
        expect(await driver.getObjectAcl(head)).toBe('public-read')
        expect(await driver.s3.getObjectTags(container.name, 'copy')).toEqual({ team: 'a b' })
        expect(Buffer.compare(await container.get('copy').bytes(), bytes)).toBe(0)
      }
      await container.put('a%2Fb', Buffer.alloc(7 * MiB))
      expect(await failureOf(container.copy('a%2Fb', 'copy'))).toMatchObject({
        code: 'UnsupportedOperation',
      })
    })
  })
})
