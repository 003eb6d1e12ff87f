import { afterEach, expect, test } from '@jest/globals'
import { Agent, Dispatcher } from 'undici'
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

test('a dispatcher that throws fails the request, and holds no connection', async () => {
  class Throwing extends Dispatcher {
    override dispatch(): never {
      throw new Error('no answer is prepared')
    }
  }
  const server = await serve(echo)
  const transport = keep(undiciTransport(new Throwing(), { maxConnections: 1 }))
  for (let time = 0; time < 2; time += 1) {
    const error = await failureOf(transport.send(requestTo(server.origin)))
    expect(error).toMatchObject({ code: 'Network', retryable: false })
    expect(String(error)).toContain('no answer is prepared')
    expect(transport.stats().active).toBe(0)
  }
})
