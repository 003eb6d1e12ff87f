import { afterEach, describe, expect, test } from '@jest/globals'
import { DigitalOceanSpacesStorageDriver } from '../src/driver.ts'
import type { SpacesDriverOptions } from '../src/options.ts'
import { failureOf } from './support/failure-of.ts'
import { serve, type Answer, type TestServer } from './support/http-server.ts'

let server: TestServer | undefined
let driver: DigitalOceanSpacesStorageDriver | undefined

afterEach(async () => {
  await driver?.close()
  await server?.close()
})

async function open(
  answer: () => Answer,
  options: SpacesDriverOptions = {},
): Promise<DigitalOceanSpacesStorageDriver> {
  server = await serve(answer)
  driver = new DigitalOceanSpacesStorageDriver({
    key: 'KEY',
    secret: 'SECRET',
    endpoint: server.url,
    retries: { baseDelay: 1 },
    ...options,
  })
  return driver
}

/** An error as Spaces writes them: without a message, as a rule. */
function refusal(status: number, code: string, message = ''): Answer {
  const text = message === '' ? '' : `<Message>${message}</Message>`
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code>${text}<RequestId>tx0-nyc3a</RequestId><HostId>nyc3a</HostId></Error>`,
  }
}

type Call = (driver: DigitalOceanSpacesStorageDriver) => Promise<unknown>

describe('what short answers mean', () => {
  const cases: [string, Answer, Call, string, RegExp][] = [
    [
      'a key for single buckets lists none',
      refusal(403, 'AccessDenied'),
      (spaces) => spaces.listContainers(),
      'AccessDenied',
      /limited to single buckets.*driver\.container\(name\)/,
    ],
    [
      'and deletes none',
      refusal(403, 'AccessDenied'),
      (spaces) => spaces.deleteContainer(spaces.container('photos')),
      'AccessDenied',
      /limited to single buckets/,
    ],
    [
      'a key for reading',
      refusal(403, 'AccessDenied'),
      (spaces) => spaces.container('photos').put('a', 'x'),
      'AccessDenied',
      /limited to other buckets or to reading/,
    ],
    [
      'a bucket in another region',
      refusal(404, 'NoSuchBucket'),
      (spaces) => spaces.container('photos').put('a', 'x'),
      'ContainerDoesNotExist',
      /option region/,
    ],
    [
      'a Cold Storage bucket',
      refusal(501, 'NotImplemented', 'Not supported for Cold Storage buckets'),
      (spaces) => spaces.s3.putCors('photos', [{ allowedOrigins: ['*'], allowedMethods: ['GET'] }]),
      'UnsupportedOperation',
      /Cold Storage buckets have no CDN, CORS/,
    ],
    [
      'what Spaces does not have',
      refusal(501, 'NotImplemented'),
      (spaces) => spaces.s3.getLifecycle('photos'),
      'UnsupportedOperation',
      /does not offer/,
    ],
  ]

  test.each(cases)('%s', async (_what, answer, call, code, hint) => {
    const error = await failureOf(call(await open(() => answer)))
    expect(error).toMatchObject({ code, status: answer.status, requestId: 'tx0-nyc3a' })
    expect(error.hint).toMatch(hint)
  })
})

describe('limits', () => {
  async function times(options: SpacesDriverOptions, names: readonly string[]): Promise<number> {
    const spaces = await open(() => ({ status: 200 }), options)
    const begin = performance.now()
    await Promise.all(names.map((name) => spaces.containerExists(name)))
    return performance.now() - begin
  }

  const one = { requestsPerSecond: 20, burst: 1 }

  test('hold for each container', async () => {
    const same = ['aaa', 'aaa', 'aaa', 'aaa', 'aaa', 'aaa', 'aaa']
    expect(await times({ rateLimit: one }, same)).toBeGreaterThanOrEqual(295)
  })

  test('hold for all containers together', async () => {
    const names = ['aaa', 'bbb', 'ccc', 'ddd', 'eee', 'fff', 'ggg']
    expect(await times({ clientRateLimit: one }, names)).toBeGreaterThanOrEqual(295)
    await driver?.close()
    await server?.close()
    // Each container has its own turn, so nobody waits.
    let waits = 0
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'wait') waits += 1
    }
    await times({ rateLimit: one, onEvent }, names)
    expect(waits).toBe(0)
  })

  test('are those that Spaces documents, and can be switched off', async () => {
    const names = Array.from({ length: 900 }, () => 'aaa')
    const waitsWith = async (rateLimit: undefined | false): Promise<number> => {
      let waits = 0
      const spaces = await open(() => ({ status: 200 }), {
        rateLimit,
        maxConnections: 16,
        onEvent: (event) => {
          if (event.type === 'wait' && event.for === 'rate') waits += 1
        },
      })
      await Promise.all(names.map((name) => spaces.containerExists(name)))
      return waits
    }
    // 800 at once, and the rest as time goes on.
    expect(await waitsWith(undefined)).toBeGreaterThan(0)
    await driver?.close()
    await server?.close()
    expect(await waitsWith(false)).toBe(0)
  })

  test.each([
    ['SlowDown', refusal(503, 'SlowDown')],
    ['429', { status: 429 }],
  ])('of the server are respected: %s', async (_what, answer) => {
    let answers = 0
    const spaces = await open(() => {
      answers += 1
      return answers < 3 ? answer : { status: 200 }
    })
    expect(await spaces.containerExists('photos')).toBe(true)
    expect(answers).toBe(3)
  })
})
