import type { Container, StorageDriver } from '@cloudstore/core'
import { check, equal, rejects, rejectsWith, sameList } from '../assert.ts'
import { group, slow, type ConformanceCase } from '../case.ts'
import { collect, mebi, sample, utf8 } from '../samples.ts'

type Signal = { signal: AbortSignal }

/** Every call that sends something, by name. */
const calls: Readonly<
  Record<string, (driver: StorageDriver, container: Container, options: Signal) => Promise<unknown>>
> = {
  put: (_, container, options) => container.put('object', 'x', options),
  get: (_, container, options) => container.get('object', options).bytes(),
  info: (_, container, options) => container.get('object', options).info(),
  head: (_, container, options) => container.head('object', options),
  exists: (_, container, options) => container.exists('object', options),
  list: (_, container, options) => collect(container.list(options)),
  listPage: (_, container, options) => container.listPage(options),
  listPrefixes: (_, container, options) => collect(container.listPrefixes(options)),
  delete: (_, container, options) => container.delete('object', options),
  deleteMany: (_, container, options) => container.deleteMany(['object'], options),
  copy: (_, container, options) => container.copy('object', 'copy', options),
  move: (_, container, options) => container.move('object', 'moved', options),
  iterateContainers: (driver, _, options) => collect(driver.iterateContainers(options)),
  listContainers: (driver, _, options) => driver.listContainers(options),
  getContainer: (driver, container, options) => driver.getContainer(container.name, options),
  containerExists: (driver, container, options) => driver.containerExists(container.name, options),
  createContainer: (driver, container, options) => driver.createContainer(container.name, options),
  deleteContainer: (driver, container, options) => driver.deleteContainer(container, options),
  getObject: (driver, container, options) => driver.getObject(container.name, 'object', options),
  listContainerObjects: (driver, container, options) =>
    driver.listContainerObjects(container, options),
}

/** A call that a signal ends while it is under way; the driver is fine afterwards. */
async function aborted(
  container: Container,
  start: (options: Signal, abort: () => void) => Promise<unknown>,
  what: string,
) {
  const controller = new AbortController()
  const reason = { the: 'reason' }
  await rejectsWith(
    start({ signal: controller.signal }, () => controller.abort(reason)),
    reason,
    what,
  )
  await container.put('afterwards', 'x')
  equal(await container.get('afterwards').text(), 'x', 'the next call')
}

export const cancelling: readonly ConformanceCase[] = group('cancelling', {
  'a signal that is aborted already stops every call before anything is sent': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    await container.put('object', 'x')
    sent.length = 0
    for (const [call, run] of Object.entries(calls)) {
      const reason = new Error(`the reason of ${call}`)
      const signal = AbortSignal.abort(reason)
      await rejectsWith(() => run(driver, container, { signal }), reason, call)
      sameList(sent, [], `requests of ${call} that reached the provider`)
    }
    equal(await container.get('object').text(), 'x', 'contents afterwards')
  },

  'the reason may be anything': async (context) => {
    const container = await context.container()
    for (const reason of ['text', 7, { a: 1 }, null, new TypeError('mine')]) {
      const signal = AbortSignal.abort(reason)
      await rejectsWith(() => container.put('object', 'x', { signal }), reason, 'put')
    }
    const signal = AbortSignal.abort()
    await rejectsWith(() => container.head('object', { signal }), signal.reason, 'head')
  },

  'an upload stops while its source is silent': async (context) => {
    const container = await context.container()
    let ended = false
    const source = () =>
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(utf8('beginning')),
        cancel: () => {
          ended = true
        },
      })
    const start = (options: Signal, abort: () => void) => {
      setTimeout(abort, 30)
      return container.put('object', source(), options)
    }
    await aborted(container, start, 'put')
    equal(await container.exists('object'), false, 'exists')
    equal(ended, true, 'whether the source was cancelled')
  },

  'an upload stops while bytes are flowing, and the old object stays': slow(async (context) => {
    const container = await context.container()
    await container.put('object', 'old')
    const start = (options: Signal, abort: () => void) => {
      const source = async function* () {
        for (let round = 0; round < 64; round++) {
          if (round === 20) abort()
          yield sample(mebi)
        }
      }
      return container.put('object', source(), { ...options, size: 64 * mebi })
    }
    await aborted(container, start, 'put')
    equal(await container.get('object').text(), 'old', 'contents')
  }),

  'an upload stops from its own progress listener': slow(async (context) => {
    const container = await context.container()
    const start = (options: Signal, abort: () => void) => {
      const source = async function* () {
        for (let round = 0; round < 32; round++) yield sample(mebi)
      }
      return container.put('object', source(), { ...options, size: 32 * mebi, onProgress: abort })
    }
    await aborted(container, start, 'put')
    equal(await container.exists('object'), false, 'exists')
  }),

  'a download stops between its chunks': slow(async (context) => {
    const container = await context.container()
    await container.put('object', sample(8 * mebi))
    let read = 0
    const start = async (options: Signal, abort: () => void) => {
      for await (const chunk of container.get('object', { ...options, chunkSize: 64 * 1024 })) {
        read += chunk.length
        if (read >= mebi) abort()
      }
    }
    await aborted(container, start, 'reading')
    check(read < 8 * mebi, 'all bytes were read')
  }),

  'a download into memory stops': slow(async (context) => {
    const container = await context.container()
    await container.put('object', sample(8 * mebi))
    const start = (options: Signal, abort: () => void) =>
      container.get('object', { ...options, onProgress: abort }).bytes()
    await aborted(container, start, 'bytes()')
  }),

  'a listing stops between its pages': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await container.put(key, key)
    sent.length = 0
    const start = async (options: Signal, abort: () => void) => {
      for await (const object of container.list({ ...options, pageSize: 1 })) {
        if (object.key === 'b' || sent.length >= 4) abort()
      }
    }
    await aborted(container, start, 'list')
    check(sent.filter((operation) => operation === 'listObjects').length < 8, 'all pages were read')
  },

  'deleting many stops between keys': async (context) => {
    const container = await context.container()
    const start = (options: Signal, abort: () => void) => {
      const endless = async function* () {
        for (let index = 0; ; index++) {
          if (index === 1500) abort()
          yield `key-${index % 10}`
        }
      }
      return container.deleteMany(endless(), options)
    }
    await aborted(container, start, 'deleteMany')
  },

  'a signal that aborts after the end changes nothing': async (context) => {
    const container = await context.container()
    const controller = new AbortController()
    const { signal } = controller
    await container.put('object', 'x', { signal })
    const text = await container.get('object', { signal }).text()
    controller.abort(new Error('too late'))
    equal(text, 'x', 'contents')
    equal(await container.get('object').text(), 'x', 'contents afterwards')
  },

  'many calls with one signal leave no more than one listener': async (context) => {
    const container = await context.container()
    let listening = 0
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: () => {
        listening += 1
      },
      removeEventListener: () => {
        listening -= 1
      },
    }
    for (let round = 0; round < 5; round++) {
      await container.put('object', sample(1000), { signal })
      await container.get('object', { signal }).bytes()
      await collect(container.list({ signal }))
      await container.head('object', { signal })
      await container.delete('object', { signal })
    }
    check(listening <= 1, `${listening} listeners are left after 25 calls`)
  },

  'what is no signal is refused': async (context) => {
    const container = await context.container()
    for (const signal of ['stop', 7, {}] as unknown as AbortSignal[]) {
      const put = () => container.put('object', 'x', { signal })
      await rejects(put, 'InvalidArgument', `signal ${JSON.stringify(signal)}`)
    }
  },
})
