import { afterEach, expect, test } from '@jest/globals'
import { Agent } from 'undici'
import { undiciTransport } from '../../src/undici.ts'
import { testAuthority } from './support/certificates.ts'
import { echo } from './support/echo.ts'
import { fixtures } from './support/fixtures.ts'
import { failureOf, requestTo } from './support/send.ts'

const { serve, keep, atEnd, cleanUp } = fixtures()

afterEach(cleanUp)

test('a dispatcher of the caller is used, and left open', async () => {
  const authority = testAuthority()
  const server = await serve(echo, authority.issue())
  const agent = new Agent({ connect: { ca: authority.cert } })
  atEnd(() => agent.destroy())
  const transport = keep(undiciTransport(agent))
  expect((await transport.send(requestTo(server.origin))).status).toBe(200)
  await transport.close()
  expect(agent.closed).toBe(false)
  const stranger = await failureOf(keep(undiciTransport()).send(requestTo(server.origin)))
  expect(stranger).toMatchObject({ code: 'Network', retryable: false })
})
