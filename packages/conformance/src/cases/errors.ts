import { isStorageError, type Container, type StorageErrorCode } from '@cloudstore/core'
import { check, equal, rejects, sameList } from '../assert.ts'
import { group, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { collect } from '../samples.ts'

type Call = (container: Container) => Promise<unknown>

/** A call on a key that is not there, in a container that is. */
const missingObject: Readonly<Record<string, Call>> = {
  'get().bytes': (container) => container.get('missing').bytes(),
  'get().text': (container) => container.get('missing').text(),
  'get().info': (container) => container.get('missing').info(),
  'get().response': (container) => container.get('missing').response(),
  'get() in a loop': (container) => collect(container.get('missing')),
  head: (container) => container.head('missing'),
  getObject: (container) => container.driver.getObject(container.name, 'missing'),
  downloadObjectAsStream: (container) => {
    const { driver } = container
    return driver.downloadObjectAsStream(driver.object(container, 'missing')).bytes()
  },
  downloadObjectRangeAsStream: (container) => {
    const { driver } = container
    return driver.downloadObjectRangeAsStream(driver.object(container, 'missing'), 0, 1).bytes()
  },
  'head of a handle': (container) => container.driver.object(container, 'missing').head(),
}

/** A call in a container that is not there. */
const missingContainer: Readonly<Record<string, Call>> = {
  ...missingObject,
  put: (container) => container.put('object', 'x'),
  'put of a stream': (container) => container.put('object', ['x', 'y']),
  uploadObjectViaStream: (container) =>
    container.driver.uploadObjectViaStream(['x'], container, 'object'),
  list: (container) => collect(container.list()),
  deleteMany: (container) => container.deleteMany(['a', 'b']),
}

function failsWith(call: Call, code: StorageErrorCode, key: string | undefined) {
  return async (context: ConformanceContext): Promise<void> => {
    const { driver } = context
    const container =
      code === 'ContainerDoesNotExist'
        ? driver.container(context.containerName())
        : await context.container()
    const error = await rejects(() => call(container), code, 'the call')
    equal(error.provider, driver.provider, 'provider in the error')
    equal(error.container, container.name, 'container in the error')
    if (key !== undefined) equal(error.key, key, 'key in the error')
    check(error.operation, 'the error names no operation')
    check(
      error.message.includes(container.name),
      `the message does not name the container: ${error.message}`,
    )
    equal(error.retryable, false, 'retryable')
  }
}

export const errors: readonly ConformanceCase[] = [
  ...Object.entries(missingObject).flatMap(([name, call]) =>
    group('error codes', {
      [`${name} of a missing object is ObjectDoesNotExist`]: failsWith(
        call,
        'ObjectDoesNotExist',
        'missing',
      ),
    }),
  ),
  ...Object.entries(missingContainer).flatMap(([name, call]) =>
    group('error codes', {
      [`${name} in a missing container is ContainerDoesNotExist`]: failsWith(
        call,
        'ContainerDoesNotExist',
        undefined,
      ),
    }),
  ),
  ...group('error codes', {
    'exists is false for a missing object and for an object in a missing container': async (
      context,
    ) => {
      const { driver } = context
      const container = await context.container()
      equal(await container.exists('missing'), false, 'exists')
      equal(await driver.objectExists(container, 'missing'), false, 'objectExists')
      const missing = driver.container(context.containerName())
      equal(await driver.containerExists(missing.name), false, 'containerExists')
    },

    'a key below an object does not exist, and one above neither': async (context) => {
      const container = await context.container()
      await container.put('a/b', 'x')
      for (const key of ['a', 'a/', 'a/b/', 'a/b/c', 'A/B', 'a//b']) {
        equal(await container.exists(key), false, `exists ${key}`)
        await rejects(() => container.get(key).bytes(), 'ObjectDoesNotExist', `get ${key}`)
      }
    },

    'an unknown option is refused before anything is sent': async (context) => {
      const { driver, sent } = context.recording()
      const container = driver.container((await context.container()).name)
      const nonsense = { contenttype: 'text/plain' }
      const tries: Record<string, () => Promise<unknown>> = {
        put: () => container.put('object', 'x', nonsense as object),
        get: () => container.get('object', nonsense as object).bytes(),
        head: () => container.head('object', nonsense as object),
        list: () => collect(container.list(nonsense as object)),
        copy: () => container.copy('object', 'copy', nonsense as object),
        createContainer: () => driver.createContainer(container.name, nonsense as object),
      }
      for (const [name, call] of Object.entries(tries)) {
        const error = await rejects(call, 'InvalidArgument', name)
        check(
          error.message.includes('contenttype'),
          `the error of ${name} does not name the option`,
        )
      }
      sameList(sent, [], 'requests that reached the provider')
    },

    'an option that is undefined counts as absent': async (context) => {
      const container = await context.container()
      await container.put('object', 'x', {
        contentType: undefined,
        metadata: undefined,
        ifMatch: undefined,
        signal: undefined,
        onProgress: undefined,
      })
      const stream = container.get('object', { range: undefined, ifNoneMatch: undefined })
      equal(await stream.text(), 'x', 'contents')
      equal(
        (await collect(container.list({ prefix: undefined, limit: undefined }))).length,
        1,
        'objects',
      )
    },

    'options given in extra count, and twice is once too often': async (context) => {
      const { driver } = context
      const container = await context.container()
      if (driver.features.attributes.includes('contentType')) {
        const extra = { contentType: 'text/x-extra' }
        await driver.uploadObjectViaStream(['x'], container, 'object', { extra })
        equal((await container.head('object')).contentType, 'text/x-extra', 'content type')
      }
      await rejects(
        () =>
          container.put('object', 'x', {
            contentType: 'text/plain',
            extra: { contentType: 'text/html' },
          }),
        'InvalidArgument',
        'put',
      )
    },

    'errors are recognised, serialise and have a readable message': async (context) => {
      const container = await context.container()
      const error = await rejects(() => container.head('missing'), 'ObjectDoesNotExist', 'head')
      check(isStorageError(error), 'isStorageError is false')
      check(isStorageError(error, 'ObjectDoesNotExist', 'Network'), 'isStorageError with its code')
      check(!isStorageError(error, 'Network'), 'isStorageError with another code is true')
      check(error instanceof Error, 'it is no Error')
      const data: unknown = JSON.parse(JSON.stringify(error))
      check(typeof data === 'object' && data !== null, 'it does not serialise')
      equal(Reflect.get(data, 'code'), 'ObjectDoesNotExist', 'code as JSON')
      equal(Reflect.get(data, 'key'), 'missing', 'key as JSON')
      check(error.stack?.includes('ObjectDoesNotExist') !== undefined, 'it has no stack')
    },
  }),
]
