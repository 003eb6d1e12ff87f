import { check, equal, rejects, rejectsWith, sameList } from '../assert.ts'
import { group, slow, type ConformanceCase } from '../case.ts'
import { collect, inParallel } from '../samples.ts'

export const deleting: readonly ConformanceCase[] = group('deleting', {
  'delete is true, also when the key was not there': async (context) => {
    const { driver } = context
    const container = await context.container()
    await container.put('object', 'x')
    equal(await container.delete('object'), true, 'delete of an object')
    equal(await container.delete('object'), true, 'delete again')
    equal(await container.delete('never/there'), true, 'delete of what never was')
    const object = driver.object(container, 'never/there')
    equal(await object.delete(), true, 'delete of a handle')
    equal(await driver.deleteObject(object), true, 'deleteObject')
  },

  'delete removes this key alone': async (context) => {
    const container = await context.container()
    const keys = ['a', 'a/', 'a/b', 'a/b/c', 'ab', 'b']
    for (const key of keys) await container.put(key, key)
    await container.delete('a')
    await container.delete('a/b')
    const left = (await collect(container.list())).map((object) => object.key)
    sameList(left.toSorted(), ['a/', 'a/b/c', 'ab', 'b'], 'keys left')
  },

  'deleteMany takes keys, objects, arrays, sets and generators': async (context) => {
    const container = await context.container()
    const put = async (...keys: string[]) => {
      for (const key of keys) await container.put(key, key)
    }
    const nothingLeft = async () => sameList(await collect(container.list()), [], 'objects left')
    await put('a', 'b', 'c')
    equal((await container.deleteMany(['a', 'b', 'c'])).deleted, 3, 'deleted of an array')
    await nothingLeft()
    await put('a', 'b')
    equal((await container.deleteMany(new Set(['a', 'b']))).deleted, 2, 'deleted of a set')
    await nothingLeft()
    await put('a', 'b', 'c')
    equal((await container.deleteMany(container.list())).deleted, 3, 'deleted of a listing')
    await nothingLeft()
    await put('a', 'b')
    const mixed = function* () {
      yield 'a'
      yield container.driver.object(container, 'b')
    }
    equal((await container.deleteMany(mixed())).deleted, 2, 'deleted of a generator')
    await nothingLeft()
    equal((await container.deleteMany([])).deleted, 0, 'deleted of nothing')
  },

  'deleteMany counts keys that were not there': async (context) => {
    const container = await context.container()
    await container.put('a', 'x')
    const { deleted } = await container.deleteMany(['a', 'missing', 'also/missing'])
    equal(deleted, 3, 'deleted')
  },

  'deleteMany takes more than one batch': slow(async (context) => {
    const container = await context.container()
    const keys = Array.from({ length: 1100 }, (_, index) => `many/${index}`)
    await inParallel(keys, 16, (key) => container.put(key, ''))
    await container.put('kept', 'x')
    const { deleted } = await context.driver.deleteObjects(container, keys)
    equal(deleted, 1100, 'deleted')
    const left = await collect(container.list())
    sameList(
      left.map((object) => object.key),
      ['kept'],
      'keys left',
    )
  }),

  'deleteMany refuses what is no key of this container': async (context) => {
    const [container, other] = [await context.container(), await context.container()]
    await other.put('object', 'x')
    const foreign = context.driver.object(other, 'object')
    await rejects(() => container.deleteMany([foreign]), 'InvalidArgument', 'an object elsewhere')
    for (const thing of ['object', 7, undefined] as unknown as string[][]) {
      const what = JSON.stringify(thing)
      await rejects(() => container.deleteMany(thing), 'InvalidArgument', `deleteMany(${what})`)
    }
    equal(await other.exists('object'), true, 'exists')
  },

  'what the keys’ iterable throws is rethrown unchanged': async (context) => {
    const container = await context.container()
    const reason = new Error('of the iterable')
    const failing = async function* () {
      yield 'a'
      throw reason
    }
    await rejectsWith(() => container.deleteMany(failing()), reason, 'deleteMany')
  },

  'a deletion of many that fails tells which keys failed': async (context) => {
    const missing = context.driver.container(context.containerName())
    const error = await rejects(
      () => missing.deleteMany(['a', 'b']),
      'ContainerDoesNotExist',
      'deleteMany in a missing container',
    )
    check(error.failures, 'the error has no failures')
    sameList(error.failures.map(({ key }) => key).toSorted(), ['a', 'b'], 'keys that failed')
    for (const { code, message } of error.failures) {
      equal(code, 'ContainerDoesNotExist', 'code of a failure')
      check(message !== '', 'a failure has no message')
    }
  },

  'delete in a missing container is ContainerDoesNotExist': async (context) => {
    const missing = context.driver.container(context.containerName())
    await rejects(() => missing.delete('object'), 'ContainerDoesNotExist', 'delete')
  },
})
