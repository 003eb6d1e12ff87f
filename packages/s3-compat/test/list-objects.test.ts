import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ProviderFacts } from '../src/profiles/profile.ts'
import { s3StandIn, type Answer, type S3StandIn, type SeenRequest } from './support/s3-stand-in.ts'
import { failureOf, standInDriver, standInFacts } from './support/stand-in-driver.ts'

let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
})
afterEach(() => server.close())

function page(
  keys: readonly string[],
  {
    token,
    marker,
    prefixes = [],
    truncated = false,
  }: {
    token?: string
    marker?: string
    prefixes?: string[]
    truncated?: boolean
  } = {},
): Answer {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`)
  const common = prefixes.map(
    (prefix) => `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes>`,
  )
  return {
    body: `<ListBucketResult><IsTruncated>${truncated}</IsTruncated>${
      token === undefined ? '' : `<NextContinuationToken>${token}</NextContinuationToken>`
    }${marker === undefined ? '' : `<NextMarker>${marker}</NextMarker>`}${contents.join('')}${common.join('')}</ListBucketResult>`,
  }
}

/** A server with these keys that pages by what the request asks for, and gives no token. */
function tokenless(keys: readonly string[], parameter: string) {
  return ({ query }: SeenRequest): Answer => {
    const after = query.get(parameter) ?? ''
    const prefix = query.get('prefix') ?? ''
    const delimiter = query.get('delimiter')
    const names = new Set<string>()
    for (const key of keys.filter((item) => item.startsWith(prefix))) {
      const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
      const name = at === -1 ? key : key.slice(0, at + 1)
      // As S3 does it: a prefix is passed only when everything below it is.
      if ((at === -1 ? name : key) > after) names.add(at === -1 ? `k${name}` : `p${name}`)
    }
    const all = [...names].sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1))
    const some = all.slice(0, Number(query.get('max-keys') ?? 2))
    return page(
      some.filter((name) => name.startsWith('k')).map((name) => name.slice(1)),
      {
        prefixes: some.filter((name) => name.startsWith('p')).map((name) => name.slice(1)),
        truncated: some.length < all.length,
      },
    )
  }
}

function box(facts: ProviderFacts = standInFacts) {
  return standInDriver(server, {}, { facts }).driver.container('box')
}

async function keysOf(listing: AsyncIterable<{ key: string }>): Promise<string[]> {
  const keys = []
  for await (const { key } of listing) keys.push(key)
  return keys
}

const versionOne: ProviderFacts = {
  ...standInFacts,
  list: { version: 1, encodingType: false, order: 'utf8' },
}

describe('a page that is cut off without a token', () => {
  test.each([
    ['version 2', standInFacts, 'start-after'],
    ['version 1', versionOne, 'marker'],
  ])('goes on by the last key, %s', async (_name, facts, parameter) => {
    const keys = ['a', 'b', 'c', 'd', 'e']
    server.fault = tokenless(keys, parameter)
    expect(await keysOf(box(facts).list({ pageSize: 2 }))).toEqual(keys)
    expect(server.requests.map(({ query }) => query.get(parameter))).toEqual([null, 'b', 'd'])
  })

  test.each([
    ['version 2', standInFacts, 'start-after'],
    ['version 1', versionOne, 'marker'],
  ])('goes on behind the last prefix, %s', async (_name, facts, parameter) => {
    const keys = ['a/1', 'a/2', 'b', 'c/1', 'c/2', 'd']
    server.fault = tokenless(keys, parameter)
    const found: string[] = []
    let cursor: string | undefined
    do {
      const next = await box(facts).listPage({ delimiter: '/', pageSize: 1, cursor })
      found.push(...next.prefixes, ...next.objects.map(({ key }) => key))
      cursor = next.cursor
    } while (cursor !== undefined)
    expect(found).toEqual(['a/', 'b', 'c/', 'd'])
  })

  test('a marker of a folder hides nothing of what is in it', async () => {
    const keys = ['a/', 'a/1', 'a/2', 'b']
    server.fault = tokenless(keys, 'start-after')
    const listing = box().list({ prefix: 'a/', delimiter: '/', pageSize: 1 })
    expect(await keysOf(listing)).toEqual(['a/', 'a/1', 'a/2'])
  })

  test('an empty one is an error, not the end', async () => {
    server.fault = () => page([], { truncated: true })
    expect(await failureOf(keysOf(box().list()))).toMatchObject({ code: 'MalformedResponse' })
  })

  test('where the order is not known, it is an error', async () => {
    server.fault = () => page(['a'], { truncated: true })
    const unordered: ProviderFacts = {
      ...standInFacts,
      list: { version: 2, encodingType: true, order: 'none' },
    }
    expect(await failureOf(keysOf(box(unordered).list()))).toMatchObject({
      code: 'MalformedResponse',
    })
  })
})

test('an ETag is taken for a hash only where that of an encrypted object is one, since a listing does not say which are', async () => {
  const etag = '5d41402abc4b2a76b9719d911017c592'
  server.fault = () => ({
    body: `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key><Size>1</Size><ETag>"${etag}"</ETag></Contents></ListBucketResult>`,
  })
  const first = async (facts: ProviderFacts) => {
    for await (const object of standInDriver(server, {}, { facts }).driver.container('box').list())
      return object
    return undefined
  }
  const known = { single: 'md5', multipart: 'md5-n', encrypted: 'md5' } as const
  expect(await first({ ...standInFacts, etag: known })).toMatchObject({ etag, hash: etag })
  const amazon = await first({ ...standInFacts, etag: { ...known, encrypted: 'opaque' } })
  expect(amazon).toMatchObject({ etag })
  expect(amazon).not.toHaveProperty('hash')
})

describe('tokens', () => {
  test('are sent back as they came', async () => {
    const token = 'a+b/c= %2F&amp;ü'
    server.fault = ({ query }) =>
      query.has('continuation-token') ? page(['b']) : page(['a'], { token, truncated: true })
    expect(await keysOf(box().list())).toEqual(['a', 'b'])
    expect(server.requests[1]?.query.get('continuation-token')).toBe('a+b/c= %2F&ü')
  })

  test('empty pages with a token are passed', async () => {
    server.fault = (_request, count) =>
      count < 4 ? page([], { token: `t${count}`, truncated: true }) : page(['z'])
    expect(await keysOf(box().list())).toEqual(['z'])
  })

  test('one that repeats is an error: never for ever', async () => {
    server.fault = (_request, count) => page([`k${count}`], { token: 'same', truncated: true })
    expect(await failureOf(keysOf(box().list()))).toMatchObject({ code: 'MalformedResponse' })
    expect(server.requests.length).toBeLessThan(5)
  })

  test('pages that do not get on are an error', async () => {
    server.fault = (_request, count) => page(['a'], { token: `t${count}`, truncated: true })
    expect(await failureOf(keysOf(box().list()))).toMatchObject({ code: 'MalformedResponse' })
    expect(server.requests.length).toBeLessThan(5)
  })

  test('a marker of version 1 is the server’s own', async () => {
    server.fault = ({ query }) =>
      query.get('marker') === 'm/' ? page(['n']) : page(['a'], { marker: 'm/', truncated: true })
    expect(await keysOf(box(versionOne).list({ delimiter: '/' }))).toEqual(['a', 'n'])
  })
})

test('a document that is cut off is an error', async () => {
  for (const body of [
    '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key>',
    '<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents>',
    '',
  ]) {
    server.fault = () => ({ body })
    expect(await failureOf(keysOf(box().list()))).toMatchObject({ code: 'MalformedResponse' })
  }
})

test('one without end is given up', async () => {
  server.fault = () => ({
    body: `<ListBucketResult>${' '.repeat(17 * 1024 * 1024)}</ListBucketResult>`,
  })
  const error = await failureOf(keysOf(box().list()))
  expect(error).toMatchObject({
    code: 'MalformedResponse',
    message: expect.stringContaining('longer'),
  })
})

test('a 404 without a word is the container', async () => {
  server.fault = () => ({ status: 404 })
  expect(await failureOf(keysOf(box().list()))).toMatchObject({ code: 'ContainerDoesNotExist' })
})

test.each(['', 'token', 'kfolder/a', 't', 'k:', 'x:y', 'a2tleQ'])(
  'the cursor %j, which is none of ours, is refused',
  async (cursor) => {
    for (const facts of [standInFacts, versionOne]) {
      await expect(box(facts).listPage({ cursor })).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining('the cursor is none of this provider'),
      })
    }
    expect(server.requests).toEqual([])
  },
)
