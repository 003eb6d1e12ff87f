import { expect, test } from '@jest/globals'
import type { CdnEndpoint } from '../../src/cdn/cdn-endpoint.ts'
import { endpointDirectory } from '../../src/cdn/endpoint-directory.ts'

const call = { operation: 'getContainerCdnUrl' }

function endpoint(origin: string, ttl = 3600): CdnEndpoint {
  return { id: `id of ${origin}`, origin, host: `cdn of ${origin}`, ttl }
}

interface State {
  there: CdnEndpoint[]
  listings: number
  time: number
}

function setting(): { state: State; directory: ReturnType<typeof endpointDirectory> } {
  const state: State = { there: [endpoint('a')], listings: 0, time: 0 }
  const directory = endpointDirectory(
    {
      async *list() {
        state.listings += 1
        const now = [...state.there]
        await Promise.resolve()
        yield* now
      },
    },
    () => state.time,
  )
  return { state, directory }
}

test('asks again after five minutes', async () => {
  const { state, directory } = setting()
  expect(await directory.find('A', call)).toEqual(endpoint('a'))
  expect(await directory.find('b', call)).toBeUndefined()
  state.time = 299_999
  await directory.find('a', call)
  await directory.find('b', call)
  expect(state.listings).toBe(1)
  state.there = [endpoint('b')]
  state.time = 300_000
  expect(await directory.find('b', call)).toEqual(endpoint('b'))
  expect(await directory.find('a', call)).toBeUndefined()
  expect(state.listings).toBe(2)
})

test('a change is known without asking, and what is forgotten is asked for', async () => {
  const { state, directory } = setting()
  await directory.find('a', call)
  directory.remember('a', undefined)
  directory.remember('b', endpoint('b'))
  expect(await directory.find('a', call)).toBeUndefined()
  expect(await directory.find('b', call)).toEqual(endpoint('b'))
  expect(state.listings).toBe(1)
  directory.forget('b')
  expect(await directory.find('b', call)).toBeUndefined()
  expect(state.listings).toBe(2)
})

test('a listing that began before a change does not undo it', async () => {
  const { directory } = setting()
  const looking = directory.find('a', call)
  directory.remember('a', endpoint('a', 60))
  await looking
  expect(await directory.find('a', call)).toMatchObject({ ttl: 60 })
})

test('who asks after a change gets no listing that began before it', async () => {
  const { state, directory } = setting()
  const before = directory.find('b', call)
  directory.forget('b')
  state.there = [endpoint('b')]
  expect(await directory.find('b', call)).toEqual(endpoint('b'))
  expect(await before).toBeUndefined()
  expect(state.listings).toBe(2)
})

test('a failed listing is not remembered', async () => {
  let fails = true
  const directory = endpointDirectory({
    async *list() {
      if (fails) throw new Error('not now')
      yield endpoint('a')
    },
  })
  await expect(directory.find('a', call)).rejects.toThrow('not now')
  fails = false
  expect(await directory.find('a', call)).toEqual(endpoint('a'))
})
