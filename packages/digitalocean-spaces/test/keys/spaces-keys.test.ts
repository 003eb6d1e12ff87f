import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SpacesKeys, type SpacesKeyGrant } from '../../src/index.ts'
import {
  apiToken,
  digitalOceanApi,
  failure,
  type DigitalOceanApi,
} from '../support/digitalocean-api.ts'
import { failureOf } from '../support/failure-of.ts'

let api: DigitalOceanApi
let keys: SpacesKeys

beforeEach(async () => {
  api = await digitalOceanApi()
  keys = new SpacesKeys({
    token: apiToken,
    apiEndpoint: api.url,
    retries: { baseDelay: 10 },
    rateLimit: false,
  })
})

afterEach(async () => {
  await keys.close()
  await api.close()
})

const grants: SpacesKeyGrant[] = [
  { bucket: 'photos', permission: 'read' },
  { bucket: 'videos', permission: 'readwrite' },
]

test('a key is made, and its secret told once', async () => {
  const made = await keys.create({ name: 'thumbnails', grants })
  expect(made).toEqual({
    accessKey: api.keys[0]?.access_key,
    secretKey: `secret-of-${api.keys[0]?.access_key}`,
    name: 'thumbnails',
    grants,
    createdAt: new Date('2026-02-01T08:00:00Z'),
  })
  const { accessKey, secretKey, ...rest } = made
  expect(secretKey).toBe(`secret-of-${accessKey}`)
  expect(await keys.get(accessKey)).toEqual({ accessKey, ...rest })
  expect(await keys.get(accessKey)).not.toHaveProperty('secretKey')
})

test('a secret is not logged by accident, and what is shown in its place says so', async () => {
  const made = await keys.create({ name: 'thumbnails', grants })
  const shown = [
    inspect(made, { depth: 20 }),
    inspect({ made }, { depth: 20, showHidden: true }),
    JSON.stringify(made),
    JSON.stringify({ made }),
  ]
  for (const text of shown) {
    expect(text).toContain(made.accessKey)
    expect(text).toContain('[hidden: read .secretKey]')
    expect(text).not.toContain(made.secretKey)
  }
  expect(String(made)).not.toContain(made.secretKey)
})

test('a copy of a new key does not lose its secret', async () => {
  const made = await keys.create({ name: 'thumbnails', grants })
  expect({ ...made }.secretKey).toBe(made.secretKey)
  expect(structuredClone(made).secretKey).toBe(made.secretKey)
})

test('a key may have no grants yet', async () => {
  const { accessKey, grants: none } = await keys.create({ name: 'later', grants: [] })
  expect(none).toEqual([])
  expect(api.keys).toMatchObject([{ grants: [] }])
  await keys.update(accessKey, { name: 'now', grants })
  expect(await keys.get(accessKey)).toMatchObject({ name: 'now', grants })
})

test('full access is written as the API wants it', async () => {
  await keys.create({ name: 'all', grants: [{ permission: 'fullaccess' }] })
  expect(api.keys).toMatchObject([{ grants: [{ bucket: '', permission: 'fullaccess' }] }])
})

test('one key is read in both shapes that are documented', async () => {
  const { accessKey } = await keys.create({ name: 'one', grants })
  const usual = await keys.get(accessKey)
  api.listsSingleKeys = true
  expect(await keys.get(accessKey)).toEqual(usual)
  expect(await keys.update(accessKey, { name: 'renamed' })).toEqual({ ...usual, name: 'renamed' })
})

test('a change without the name says that it is always needed', async () => {
  const error = await failureOf(keys.update('DO1', { grants: [] } as never))
  expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'SpacesKeys.update' })
  expect(error.hint).toContain('with every change')
  expect(api.requests).toEqual([])
})

test('the URL of the API may have the version that DigitalOcean prints with it', async () => {
  await using versioned = new SpacesKeys({
    token: apiToken,
    apiEndpoint: `${api.url}/v2/`,
    rateLimit: false,
  })
  await versioned.create({ name: 'one', grants })
  expect(api.requests.map(({ path }) => path)).toEqual(['/v2/spaces/keys'])
})

test('grants are replaced where some are given', async () => {
  const { accessKey } = await keys.create({ name: 'one', grants })
  const changed = await keys.update(accessKey, {
    name: 'two',
    grants: [{ bucket: 'photos', permission: 'readwrite' }],
  })
  expect(changed.grants).toEqual([{ bucket: 'photos', permission: 'readwrite' }])
  await keys.update(accessKey, { name: 'three' })
  expect(JSON.parse(api.requests.at(-1)?.body ?? '')).toEqual({ name: 'three' })
})

test('keys are listed page by page, with filters', async () => {
  for (let index = 0; index < 7; index += 1) {
    const bucket = index % 2 === 0 ? 'even' : 'odd'
    await keys.create({ name: `key ${index}`, grants: [{ bucket, permission: 'read' }] })
  }
  api.largestPage = 3
  const names: string[] = []
  for await (const { name } of keys.list()) names.push(name)
  expect(names).toEqual(Array.from({ length: 7 }, (_, index) => `key ${index}`))
  expect(api.count('GET')).toBe(3)
  const odd: string[] = []
  for await (const { name } of keys.list({ bucket: 'odd', permission: 'read' })) odd.push(name)
  expect(odd).toEqual(['key 1', 'key 3', 'key 5'])
  for await (const { name } of keys.list({ name: 'key 4' })) expect(name).toBe('key 4')
})

test('deleting is true also when there is no such key', async () => {
  const { accessKey } = await keys.create({ name: 'one', grants })
  expect(await keys.delete(accessKey)).toBe(true)
  expect(await keys.delete(accessKey)).toBe(true)
  expect(api.keys).toEqual([])
  expect(await failureOf(keys.get(accessKey))).toMatchObject({
    code: 'InvalidArgument',
    status: 404,
    operation: 'SpacesKeys.get',
    provider: 'digitalocean_spaces',
  })
})

describe('refused before anything is sent', () => {
  test.each([
    [undefined, 'must be a list'],
    [[null], 'must be an object'],
    [
      [{ bucket: 'aaa', permission: 'read', colour: 'red' }],
      'unknown field colour (there are bucket, permission)',
    ],
    [[{ permission: 'fullaccess' }, { bucket: 'aaa', permission: 'read' }], 'mix fullaccess'],
    [[{ bucket: 'a', permission: 'fullaccess' }], 'fullaccess to one bucket'],
    [[{ bucket: '', permission: 'read' }], 'no bucket'],
    [[{ permission: 'read' }], 'no bucket'],
    [[{ bucket: 'a', permission: 'write' }], 'readwrite'],
    [
      [
        { bucket: 'aaa', permission: 'read' },
        { bucket: 'aaa', permission: 'readwrite' },
      ],
      'twice',
    ],
    ['all', 'must be a list'],
  ])('the grants %j', async (wrong, words) => {
    const error = await failureOf(keys.create({ name: 'x', grants: wrong as SpacesKeyGrant[] }))
    expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'SpacesKeys.create' })
    expect(error.message).toContain(words)
    expect(api.requests).toEqual([])
  })

  test('the name of a bucket that there cannot be', async () => {
    const wrong: SpacesKeyGrant[] = [{ bucket: 'Photos/2026', permission: 'read' }]
    expect(await failureOf(keys.create({ name: 'x', grants: wrong }))).toMatchObject({
      code: 'InvalidContainerName',
      operation: 'SpacesKeys.create',
    })
    expect(api.requests).toEqual([])
  })

  test('what is no object, and fields that there are not', async () => {
    const calls = [
      () => keys.create(undefined as never),
      () => keys.create({ name: 'x', grants, colour: 'red' } as never),
      () => keys.update('DO1', undefined as never),
      () => keys.update('DO1', { name: 'x', grant: grants } as never),
      () => keys.get('DO1', { sginal: undefined } as never),
      () => keys.delete('DO1', null as never),
      () => keys.list({ permission: 'write' } as never).next(),
    ]
    for (const call of calls) {
      const error = await failureOf(call)
      expect(error).toMatchObject({ code: 'InvalidArgument', provider: 'digitalocean_spaces' })
      expect(error.operation).toMatch(/^SpacesKeys\./)
    }
    expect(api.requests).toEqual([])
  })

  test('a filter that there is not: it would list all', async () => {
    const wrong = { nmae: 'x' } as { name?: string }
    const error = await failureOf(keys.list(wrong).next())
    expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'SpacesKeys.list' })
    expect(error.message).toContain('nmae')
    expect(api.requests).toEqual([])
  })

  test('an empty name, and what is no access key', async () => {
    expect(await failureOf(keys.create({ name: ' ', grants }))).toMatchObject({
      code: 'InvalidArgument',
    })
    for (const wrong of ['', '../cdn', 'a/b', 'thumb nails']) {
      expect(await failureOf(keys.delete(wrong))).toMatchObject({ code: 'InvalidArgument' })
    }
    expect(api.requests).toEqual([])
  })
})

const calls: Record<string, (key: string) => Promise<unknown>> = {
  create_credentials: async () => keys.create({ name: 'x', grants }),
  read: async (key) => keys.get(key),
  update: async (key) => keys.update(key, { name: 'y' }),
  delete: async (key) => keys.delete(key),
}

test.each(Object.entries(calls))(
  'the scope %s is named where it is missing',
  async (scope, call) => {
    const { accessKey } = await keys.create({ name: 'one', grants })
    api.scopes.delete(`spaces_key:${scope}`)
    const error = await failureOf(call(accessKey))
    expect(error).toMatchObject({ code: 'AccessDenied', status: 403 })
    expect(error.hint).toContain(`option token needs the scope spaces_key:${scope}`)
    expect(api.keys).toMatchObject([{ name: 'one' }])
  },
)

test.each([
  [failure(400, 'bad_request', 'cannot mix'), 'InvalidArgument'],
  [failure(401, 'unauthorized', 'Unable to authenticate you'), 'InvalidCredentials'],
  [failure(422, 'unprocessable_entity', 'too many keys'), 'InvalidArgument'],
  [failure(429, 'too_many_requests', 'API rate limit exceeded.'), 'RateLimited'],
  [{ status: 200, body: '<html>' }, 'MalformedResponse'],
] as const)('%j is an error of every call', async (answer, code) => {
  const { accessKey } = await keys.create({ name: 'one', grants })
  const all: typeof calls = { ...calls, list: async () => keys.list().next() }
  for (const [name, call] of Object.entries(all)) {
    // Nothing of the answer to a deletion is needed.
    if (name === 'delete' && answer.status === 200) continue
    api.plan('', answer)
    const error = await failureOf(call(accessKey))
    expect(error).toMatchObject({ code, status: answer.status })
    expect(error.operation).toMatch(/^SpacesKeys\./)
    expect(JSON.stringify(error)).not.toContain(apiToken)
  }
})

test('a key whose secret did not arrive is said to be there, perhaps', async () => {
  api.plan('POST', { status: 201, body: { key: { name: 'x', access_key: 'DO1' } } })
  const error = await failureOf(keys.create({ name: 'x', grants }))
  expect(error).toMatchObject({ code: 'MalformedResponse', outcome: 'unknown' })
  expect(error.message).toContain('key.secret_key')
  expect(error.hint).toContain('delete it')
  expect(api.count('POST')).toBe(1)
  api.plan('POST', failure(500, 'server_error', 'oh'))
  const failed = await failureOf(keys.create({ name: 'x', grants }))
  expect(failed).toMatchObject({
    code: 'ServiceUnavailable',
    outcome: 'unknown',
    status: 500,
    serverCode: 'server_error',
    operation: 'SpacesKeys.create',
    hint: error.hint,
  })
})

test.each([
  ['no answer', { status: 201, broken: true }, 'Network'],
  ['a failure of the API', failure(500, 'server_error', 'oh'), 'ServiceUnavailable'],
] as const)('after %s nobody is invited to make one key more', async (_what, answer, code) => {
  api.plan('POST', answer, { acts: true })
  const error = await failureOf(keys.create({ name: 'x', grants }))
  expect(error).toMatchObject({ code, outcome: 'unknown', retryable: false })
  expect(api.keys).toHaveLength(1)
})

test('what made no key may be tried again', async () => {
  await api.close()
  const error = await failureOf(keys.create({ name: 'x', grants }))
  expect(error).toMatchObject({ code: 'Network', retryable: true })
  expect(error.outcome).toBeUndefined()
})

test('a failure is tried again where that is harmless', async () => {
  api.plan('GET', failure(500, 'server_error', 'oh'))
  for await (const key of keys.list()) throw new Error(`there is ${key.name}`)
  expect(api.count('GET')).toBe(2)
})

test('the client shows neither token nor secrets', async () => {
  const made = await keys.create({ name: 'x', grants })
  await keys.get(made.accessKey)
  const shown = [
    inspect(keys, { showHidden: true, depth: 20, getters: true }),
    JSON.stringify(keys),
    JSON.stringify({ ...keys }),
  ].join(' ')
  expect(shown).not.toContain(apiToken)
  expect(shown).not.toContain(made.secretKey)
})

test.each([
  [{}, 'token: missing'],
  [{ token: undefined }, 'DIGITALOCEAN_TOKEN'],
  [{ token: '' }, 'token: is empty'],
  [{ token: 5 }, 'token: expected a token'],
  [{ token: 'two words' }, 'token: holds a blank'],
  [{ token: 'dop_v1_token\n' }, 'token: holds a blank'],
  [{ token: 'x', apiEndpoint: 'http://api.example' }, 'apiEndpoint'],
  [{ token: 'x', tokn: 'y' }, 'tokn'],
  [{ token: 'x', rateLimit: 5 }, 'rateLimit'],
  [{ token: 'x', retries: { attempts: 0 } }, 'retries.attempts'],
  [undefined, 'expected an object'],
])('the options %j are refused', async (options, words) => {
  const error = await failureOf(() => new SpacesKeys(options as { token: string }))
  expect(error).toMatchObject({ code: 'InvalidConfig' })
  expect(error.message).toContain(words)
})
