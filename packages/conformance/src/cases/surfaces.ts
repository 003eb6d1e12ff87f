import type { Container, ObjectHandle, StorageDriver, StorageObject } from '@cloudstore/core'
import { check, equal, sameList } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { byUtf8, collect } from '../samples.ts'

interface Surfaces {
  readonly driver: StorageDriver
  readonly container: Container
  readonly object: ObjectHandle
}

/** Runs the same thing through several surfaces; all must give the same. */
function alike(ways: Record<string, (given: Surfaces) => Promise<unknown>>) {
  return async (context: ConformanceContext): Promise<void> => {
    const { driver } = context
    const container = await context.container()
    await container.put('object', 'contents', { contentType: 'text/plain' })
    await container.put('other', 'x')
    const given = { driver, container, object: driver.object(container, 'object') }
    const found: [way: string, data: string][] = []
    for (const [way, run] of Object.entries(ways)) {
      found.push([way, JSON.stringify(await run(given)) ?? 'undefined'])
    }
    const [first] = found
    check(first, 'nothing to compare')
    for (const [way, data] of found) equal(data, first[1], `${way}, beside ${first[0]}`)
  }
}

const keysOf = (objects: readonly StorageObject[]) =>
  objects.map((object) => object.key).toSorted(byUtf8)

export const surfaces: readonly ConformanceCase[] = group('surfaces', {
  'head is the same from driver, container and handle': alike({
    'container.head': ({ container }) => container.head('object'),
    'driver.getObject': ({ driver, container }) => driver.getObject(container.name, 'object'),
    'object.head': ({ object }) => object.head(),
    'by container name': ({ driver, container }) => driver.object(container.name, 'object').head(),
    'container.get().info': async ({ container }) => {
      const stream = container.get('object')
      const info = await stream.info()
      await stream.cancel()
      return info
    },
  }),

  'reading is the same from driver, container and handle': alike({
    'container.get': ({ container }) => container.get('object').text(),
    'object.stream': ({ object }) => object.stream().text(),
    downloadObjectAsStream: ({ driver, object }) => driver.downloadObjectAsStream(object).text(),
    'from a listed object': async ({ container }) => {
      const objects = await collect(container.list({ prefix: 'object' }))
      return objects[0]?.stream().text()
    },
  }),

  'a range is the same from driver, container and handle': alike({
    'container.get': ({ container }) =>
      container.get('object', { range: { start: 2, end: 5 } }).text(),
    'object.stream': ({ object }) => object.stream({ range: { start: 2, end: 5 } }).text(),
    downloadObjectRangeAsStream: ({ driver, object }) =>
      driver.downloadObjectRangeAsStream(object, 2, 5).text(),
    downloadObjectAsStream: ({ driver, object }) =>
      driver.downloadObjectAsStream(object, { range: { start: 2, end: 5 } }).text(),
  }),

  'listing is the same from driver and container': alike({
    'container.list': async ({ container }) => keysOf(await collect(container.list())),
    listContainerObjects: async ({ driver, container }) =>
      keysOf(await driver.listContainerObjects(container)),
    iterateContainerObjects: async ({ driver, container }) =>
      keysOf(await collect(driver.iterateContainerObjects(container))),
    'container.listPage': async ({ container }) =>
      keysOf([...(await container.listPage()).objects]),
  }),

  'existence is the same from driver and container': alike({
    'container.exists': async ({ container }) => [
      await container.exists('object'),
      await container.exists('missing'),
    ],
    objectExists: async ({ driver, container }) => [
      await driver.objectExists(container, 'object'),
      await driver.objectExists(container, 'missing'),
    ],
  }),

  'uploading is the same from driver and container': alike({
    'container.put': async ({ container }) => {
      const { size, key } = await container.put('new', 'text')
      return { size, key, text: await container.get('new').text() }
    },
    uploadObjectViaStream: async ({ driver, container }) => {
      const { size, key } = await driver.uploadObjectViaStream('text', container, 'new')
      return { size, key, text: await container.get('new').text() }
    },
  }),

  'deleting is the same from driver, container and handle': alike({
    'container.delete': async ({ container }) => {
      await container.put('gone', 'x')
      return [await container.delete('gone'), await container.exists('gone')]
    },
    deleteObject: async ({ driver, container }) => {
      const object = await container.put('gone', 'x')
      return [await driver.deleteObject(object), await container.exists('gone')]
    },
    'object.delete': async ({ container }) => {
      const object = await container.put('gone', 'x')
      return [await object.delete(), await container.exists('gone')]
    },
  }),

  'copying is the same from driver and container': async (context) => {
    if (!context.driver.backend.copyObject) notApplicable('the provider has no copies')
    const copied = async (copy: Promise<StorageObject>) => {
      const { key, size } = await copy
      return { key, size }
    }
    await alike({
      'container.copy by key': ({ container }) => copied(container.copy('object', 'copy')),
      'container.copy of a handle': ({ container, object }) =>
        copied(container.copy(object, 'copy')),
      copyObject: ({ driver, container, object }) =>
        copied(driver.copyObject(object, container, 'copy')),
    })(context)
  },

  'what put gives is an object to go on with': async (context) => {
    const container = await context.container()
    const stored = await container.put('object', 'contents')
    equal(stored.name, 'object', 'name')
    equal(stored.container.name, container.name, 'container')
    equal(await stored.stream().text(), 'contents', 'contents')
    equal((await stored.head()).size, 8, 'size by head')
    equal(await context.driver.downloadObjectAsStream(stored).text(), 'contents', 'by the driver')
    equal(await stored.delete(), true, 'delete')
  },

  'what put gives agrees with head': async (context) => {
    const container = await context.container()
    const stored = await container.put('object.txt', 'contents', {
      ...(context.driver.features.metadata && { metadata: { a: 'b' } }),
    })
    const head = await container.head('object.txt')
    for (const [name, value] of Object.entries(stored.toJSON())) {
      if (name === 'lastModified') continue
      const found: unknown = Reflect.get(head.toJSON(), name)
      equal(JSON.stringify(found), JSON.stringify(value), name)
    }
  },

  'objects and containers turn into plain data': async (context) => {
    const container = await context.container()
    const stored = await container.put('object', 'contents')
    const data = stored.toJSON()
    equal(data.key, 'object', 'key')
    equal(data.container, container.name, 'container')
    equal(data.size, 8, 'size')
    equal(container.toJSON().name, container.name, 'name of the container')
    const { driver } = context
    sameList(Object.keys(driver.toJSON()).toSorted(), ['name', 'provider'], 'fields of the driver')
    equal(driver.toJSON().provider, driver.provider, 'provider')
  },
})
