import { afterEach, expect, test } from '@jest/globals'
import type { Call } from '../../src/contract/backend.ts'
import type { Body } from '../../src/contract/body.ts'
import { fixtures } from '../http/support/fixtures.ts'
import { answerOf } from '../http/support/raw-server.ts'
import { eventually, requestTo } from '../http/support/send.ts'
import { setUp } from '../support/recording-backend.ts'

const { serve, transportOf, cleanUp } = fixtures()
afterEach(cleanUp)

/** A driver whose uploads in parts go over the wire, to a server that takes parts and answers none of them. */
async function wired() {
  const seen: string[] = []
  const server = await serve(async ({ method, path, socket, body }) => {
    seen.push(`${method} ${path}`)
    await body()
    if (method !== 'PUT') socket.write(answerOf())
  })
  const transport = transportOf()
  const send = async (method: string, path: string, call: Call, body?: Body): Promise<void> => {
    const { signal } = call
    const answer = await transport.send(requestTo(server.origin, { method, path, signal, body }))
    while ((await answer.body.read()) !== undefined);
  }
  const { driver, box } = setUp({
    transfer: { partSize: 10 },
    backend: {
      multipart: {
        async create(_request, call) {
          await send('POST', '/create', call)
          return 'id'
        },
        async uploadPart({ number, body }, call) {
          await send('PUT', `/part/${number}`, call, body)
          return { number, size: body.size ?? 0, etag: 'e' }
        },
        complete: () => Promise.reject(new Error('no part was answered')),
        abort: (_request, call) => send('DELETE', '/id', call),
      },
      close: () => transport.close(),
    },
  })
  return { driver, box, seen }
}

test.each([false, true])('parts are removed from the server, cancelled before: %s', async (own) => {
  const { driver, box, seen } = await wired()
  const controller = new AbortController()
  const { signal } = controller
  const upload = box.put('key', 'x'.repeat(50), { concurrency: 1, signal })
  const failed = upload.catch((error: unknown) => error)
  await eventually(() => seen.includes('PUT /part/1'))
  if (own) controller.abort('SIGTERM')
  await driver.close()
  expect(seen).toEqual(['POST /create', 'PUT /part/1', 'DELETE /id'])
  const error = await failed
  expect(driver.stats()).toMatchObject({ active: 0, strandedUploads: 0 })
  if (own) expect(error).toBe('SIGTERM')
  else expect(error).toMatchObject({ code: 'InvalidArgument', problem: 'the driver was closed' })
})
