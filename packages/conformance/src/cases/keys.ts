import { isStorageError, type Container } from '@cloudstore/core'
import { equal, rejects, sameBytes, sameList, throws } from '../assert.ts'
import { group, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { confusableKeys, hostileKeys, type HostileKey } from '../hostile-keys.ts'
import { byUtf8, collect, utf8 } from '../samples.ts'

async function roundTrip(context: ConformanceContext, { key, refusable }: HostileKey) {
  const container = await context.container()
  const contents = utf8(`contents of ${key}`)
  try {
    const stored = await container.put(key, contents, { contentType: 'text/plain' })
    equal(stored.key, key, 'key of the object that put gives')
  } catch (error) {
    if (!refusable || !isStorageError(error, 'InvalidObjectName')) throw error
    equal((await collect(container.list())).length, 0, 'objects after a key was refused')
    return
  }
  sameBytes(await container.get(key).bytes(), contents, 'bytes by get')
  const head = await container.head(key)
  equal(head.key, key, 'key by head')
  equal(head.size, contents.length, 'size by head')
  await listed(container, key)
  await copied(container, key, contents)
  await presigned(context, container, key, contents)
  equal(await container.delete(key), true, 'delete')
  equal(await container.exists(key), false, 'exists after delete')
}

async function listed(container: Container, key: string) {
  const keys = async (prefix?: string) =>
    (await collect(container.list({ prefix }))).map((object) => object.key)
  sameList(await keys(), [key], 'keys of the whole listing')
  sameList(await keys(key), [key], 'keys of the listing with the key as prefix')
}

async function copied(container: Container, key: string, contents: Uint8Array) {
  if (!container.driver.backend.copyObject) return
  await container.copy(key, 'plain copy')
  sameBytes(await container.get('plain copy').bytes(), contents, 'copy from the key')
  await container.delete(key)
  equal(await container.exists('plain copy'), true, 'the copy after its source was deleted')
  const back = await container.copy('plain copy', key)
  equal(back.key, key, 'key of a copy')
  sameBytes(await container.get(key).bytes(), contents, 'copy onto the key')
  await container.deleteMany(['plain copy'])
  equal(await container.exists('plain copy'), false, 'exists after deleteMany')
}

async function presigned(
  context: ConformanceContext,
  container: Container,
  key: string,
  contents: Uint8Array,
) {
  const { driver, fetch } = context
  if (!driver.features.presign?.methods.includes('GET') || !fetch) return
  const { url, headers } = await container.presign(key, { method: 'GET', expiresIn: 60 })
  // A URL parser resolves `..` even when it is percent-encoded: such a URL works, but not through the global fetch.
  if (new URL(url).href !== url && !context.fetchKeepsPaths) return
  const answer = await fetch(url, { method: 'GET', headers: { ...headers } })
  equal(answer.status, 200, 'status of the presigned GET')
  sameBytes(new Uint8Array(await answer.arrayBuffer()), contents, 'bytes by presigned GET')
}

async function keptApart(context: ConformanceContext, first: string, second: string) {
  const container = await context.container()
  await container.put(first, 'first')
  await container.put(second, 'second')
  equal(await container.get(first).text(), 'first', `contents of ${JSON.stringify(first)}`)
  equal(await container.get(second).text(), 'second', `contents of ${JSON.stringify(second)}`)
  const keys = (await collect(container.list())).map((object) => object.key)
  sameList(keys.toSorted(byUtf8), [first, second].toSorted(byUtf8), 'keys listed')
  await container.delete(first)
  equal(await container.exists(first), false, 'the first key after its deletion')
  equal(await container.get(second).text(), 'second', 'the second key after deletion of the first')
}

const points = (key: string) =>
  /^[\u0020-\u007E]*$/.test(key)
    ? JSON.stringify(key)
    : JSON.stringify(key).replaceAll(
        /[^\u0020-\u007E]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )

/** A call of each kind with a key that is no key. */
function callsWith(container: Container, key: string): Record<string, () => Promise<unknown>> {
  return {
    put: () => container.put(key, 'x'),
    get: () => container.get(key).bytes(),
    head: () => container.head(key),
    exists: () => container.exists(key),
    delete: () => container.delete(key),
    deleteMany: () => container.deleteMany([key]),
    'copy from': () => container.copy(key, 'x'),
    'copy to': () => container.copy('x', key),
  }
}

async function refusedEverywhere(context: ConformanceContext, key: string) {
  const { driver, sent } = context.recording()
  const container = driver.container((await context.container()).name)
  for (const [name, call] of Object.entries(callsWith(container, key))) {
    const error = await rejects(call, 'InvalidObjectName', name)
    equal(error.provider, driver.provider, `provider in the error of ${name}`)
  }
  throws(() => driver.object(container, key), 'InvalidObjectName', 'object()')
  sameList(sent, [], 'requests that reached the provider')
}

export const keys: readonly ConformanceCase[] = [
  ...hostileKeys.map((hostile): [string, ConformanceCase['run']] => [
    `key ${hostile.title} comes back from every operation`,
    (context) => roundTrip(context, hostile),
  ]),
  ...confusableKeys.map(([first, second]): [string, ConformanceCase['run']] => [
    `keys ${points(first)} and ${points(second)} are two objects`,
    (context) => keptApart(context, first, second),
  ]),
].flatMap(([name, run]) => group('keys', { [name]: run }))

export const badKeys: readonly ConformanceCase[] = group('keys', {
  'an empty key is refused before anything is sent': (context) => refusedEverywhere(context, ''),

  'a key of 1,025 bytes is refused before anything is sent': (context) =>
    refusedEverywhere(context, 'x'.repeat(1025)),

  'the limit of a key counts UTF-8 bytes, not characters': (context) =>
    refusedEverywhere(context, 'ü'.repeat(513)),

  'a key with half a surrogate pair is refused before anything is sent': (context) =>
    refusedEverywhere(context, 'a\uD83Db'),

  'a key that is no string is refused': async (context) => {
    const container = await context.container()
    for (const key of [undefined, null, 7, {}] as unknown as string[]) {
      await rejects(
        () => container.put(key, 'x'),
        ['InvalidArgument', 'InvalidObjectName'],
        `put with key ${String(key)}`,
      )
    }
    equal((await collect(container.list())).length, 0, 'objects stored')
  },

  'all hostile keys live in one container, are listed in order and deleted together': async (
    context,
  ) => {
    const container = await context.container()
    const taken: string[] = []
    for (const { key, refusable } of hostileKeys) {
      if (refusable) continue
      await container.put(key, key)
      taken.push(key)
    }
    const found = (await collect(container.list({ pageSize: 7 }))).map((object) => object.key)
    const sorted = taken.toSorted(byUtf8)
    if (context.driver.features.list.order === 'utf8') sameList(found, sorted, 'keys listed')
    else sameList(found.toSorted(byUtf8), sorted, 'keys listed, sorted')
    for (const key of taken) {
      const what = `contents of ${JSON.stringify(key)}`
      sameBytes(await container.get(key).bytes(), utf8(key), what)
    }
    equal((await container.deleteMany(taken)).deleted, taken.length, 'deleted')
    const left = (await collect(container.list())).map((object) => object.key)
    sameList(left, [], 'keys left')
  },
})
