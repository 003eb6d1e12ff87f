import { describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { isStorageError, StorageError } from '../../src/errors/errors.ts'
import type { ManyKeys } from '../../src/surface/handles.ts'
import { listenedSignal } from '../support/listened-signal.ts'
import { inTurn, silence } from '../support/readers.ts'
import { setUp, type Setup } from '../support/recording-backend.ts'

const keys = (count: number): string[] => Array.from({ length: count }, (_, at) => `key-${at}`)

/** A provider without batches. */
const single: Setup = { backend: { deleteObjects: undefined } }

describe('batches', () => {
  test.each<[string, (count: number) => ManyKeys]>([
    ['an array', keys],
    ['an async iterable', (count) => inTurn(keys(count))],
    ['a set', (count) => new Set(keys(count))],
  ])('of what the provider takes at once: %s', async (_name, given) => {
    const { box, sent } = setUp({ features: { deleteObjects: { max: 10 } } })
    expect(await box.deleteMany(given(25))).toEqual({ deleted: 25 })
    expect(sent.map(({ request }) => (request['keys'] as string[]).length)).toEqual([10, 10, 5])
    expect(sent.flatMap(({ request }) => request['keys'])).toEqual(keys(25))
  })

  test('nothing to delete sends nothing', async () => {
    const { box, sent } = setUp()
    expect(await box.deleteMany([])).toEqual({ deleted: 0 })
    expect(sent).toEqual([])
  })

  test('objects of a listing, of this container', async () => {
    const { box, driver, stored } = setUp()
    await box.put('a', 'x')
    await box.put('b', 'x')
    expect(await box.deleteMany(box.list())).toEqual({ deleted: 2 })
    expect(await driver.deleteObjects(box, [driver.object('box', 'c')])).toEqual({ deleted: 1 })
    expect(stored.size).toBe(0)
  })

  test('without batches keys are deleted one by one, a few at the same time', async () => {
    let now = 0
    let most = 0
    const { box, operations } = setUp({
      backend: {
        deleteObjects: undefined,
        async deleteObject() {
          now += 1
          most = Math.max(most, now)
          await sleep(1)
          now -= 1
        },
      },
    })
    expect(await box.deleteMany(keys(50))).toEqual({ deleted: 50 })
    expect(operations()).toHaveLength(50)
    expect(most).toBe(16)
  })
})

describe('failures', () => {
  test('of some keys: the others are deleted, and every one that failed is told', async () => {
    const denied = new StorageError('AccessDenied', 'no')
    const failing = (key: string): boolean => key.endsWith('7')
    for (const setup of [
      {
        features: { deleteObjects: { max: 10 } },
        backend: {
          deleteObjects: async ({ keys: batch }: { keys: readonly string[] }) =>
            batch.filter(failing).map((key) => ({ key, error: denied })),
        },
      },
      {
        backend: {
          deleteObjects: undefined,
          deleteObject: async ({ key }: { key: string }) => {
            if (failing(key)) throw denied
          },
        },
      },
    ]) {
      const { box } = setUp(setup)
      const error: unknown = await box.deleteMany(keys(25)).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'AccessDenied',
        operation: 'deleteObjects',
        container: 'box',
        failures: [
          { key: 'key-7', code: 'AccessDenied', message: 'no' },
          { key: 'key-17', code: 'AccessDenied', message: 'no' },
        ],
      })
      expect(String(error)).toContain('2 of 25 objects could not be deleted: no')
    }
  })

  test('of different kinds have no one code; raw errors are told, too', async () => {
    const { box } = setUp({
      backend: {
        deleteObjects: async () => [
          { key: 'a', error: new StorageError('AccessDenied', 'no') },
          { key: 'b', error: new Error('raw') },
        ],
      },
    })
    await expect(box.deleteMany(['a', 'b'])).rejects.toMatchObject({
      code: 'Unknown',
      failures: [{ code: 'AccessDenied' }, { code: 'Unknown', message: 'raw' }],
    })
  })

  test('of a whole batch: the batches after it are tried all the same', async () => {
    let calls = 0
    const { box } = setUp({
      features: { deleteObjects: { max: 10 } },
      backend: {
        async deleteObjects() {
          calls += 1
          if (calls === 2) {
            throw new StorageError('ServiceUnavailable', 'down', { status: 503, requestId: 'id-1' })
          }
          return []
        },
      },
    })
    const error: unknown = await box.deleteMany(keys(25)).catch((thrown: unknown) => thrown)
    expect(calls).toBe(3)
    expect(isStorageError(error, 'ServiceUnavailable')).toBe(true)
    // Support of a provider asks for these.
    expect(error).toHaveProperty('cause.status', 503)
    expect(error).toHaveProperty('cause.requestId', 'id-1')
    expect(error).toHaveProperty('failures.length', 10)
  })

  test('of the iterable come out unchanged, and it is ended when something else fails', async () => {
    const own = new Error('mine')
    const source = (async function* () {
      yield 'a'
      throw own
    })()
    await expect(setUp().box.deleteMany(source)).rejects.toBe(own)
    const unwilling: Iterable<string> = {
      [Symbol.iterator]: () => {
        throw own
      },
    }
    await expect(setUp().box.deleteMany(unwilling)).rejects.toBe(own)
    let ended = false
    const endless = (function* () {
      try {
        for (;;) yield ''
      } finally {
        ended = true
      }
    })()
    await expect(setUp().box.deleteMany(endless)).rejects.toMatchObject({
      code: 'InvalidObjectName',
    })
    expect(ended).toBe(true)
  })
})

describe('what is wrong', () => {
  test.each(['notes.txt', 7, null, undefined, {}, () => ['a']])(
    '%p is no list of keys',
    async (given) => {
      const { box, sent } = setUp()
      await expect(box.deleteMany(given as never)).rejects.toMatchObject({
        code: 'InvalidArgument',
        operation: 'deleteObjects',
      })
      expect(sent).toEqual([])
    },
  )

  test.each([[['']], [[7]], [[null]], [['x'.repeat(1025)]], [[{}]]])(
    '%p holds no keys',
    async (given) => {
      const { box, sent } = setUp()
      const deleting = box.deleteMany(given as never)
      await expect(deleting).rejects.toMatchObject({
        code: expect.stringMatching(/^InvalidObjectName|InvalidArgument$/),
      })
      expect(sent).toEqual([])
    },
  )

  test('objects of another container or another driver: a namesake would be hit', async () => {
    const { box, driver, sent } = setUp()
    const elsewhere = [driver.object('other', 'key'), setUp().driver.object('box', 'key')]
    for (const object of elsewhere) {
      await expect(box.deleteMany([object])).rejects.toMatchObject({ code: 'InvalidArgument' })
    }
    expect(sent).toEqual([])
  })

  test('an option that there is not', async () => {
    const { box, sent } = setUp()
    const deleting = box.deleteMany(['a'], { batch: 5 } as never)
    await expect(deleting).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(sent).toEqual([])
  })
})

describe('cancelling', () => {
  test.each([
    ['with batches', {}],
    ['without', single],
  ])('while the keys are silent: %s', async (_name, setup) => {
    const { signal, abort, listeners } = listenedSignal()
    const { box } = setUp(setup)
    const deleting = box.deleteMany(
      (async function* () {
        yield 'a'
        await silence()
      })(),
      { signal },
    )
    await sleep(1)
    abort('stop')
    await expect(deleting).rejects.toBe('stop')
    expect(listeners()).toBe(0)
  })

  test('between batches, whatever a batch says of it', async () => {
    const controller = new AbortController()
    const { box, sent } = setUp({
      features: { deleteObjects: { max: 1 } },
      backend: {
        async deleteObjects() {
          controller.abort('stop')
          throw new Error('a consequence')
        },
      },
    })
    const deleting = box.deleteMany(keys(5), { signal: controller.signal })
    await expect(deleting).rejects.toBe('stop')
    expect(sent).toHaveLength(1)
  })

  test('leaves nothing on a signal that lives on', async () => {
    const { signal, listeners } = listenedSignal()
    const { box } = setUp()
    await box.deleteMany(inTurn(keys(3000)), { signal })
    await box.deleteMany(inTurn(['']), { signal }).catch(() => undefined)
    expect(listeners()).toBe(0)
  })
})
