import { describe, expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { BaseStorageDriver } from '../src/driver/base-driver.ts'
import type { StorageBackend } from '../src/contract/backend.ts'
import { StorageError } from '../src/errors/errors.ts'
import { setUp } from './support/recording-backend.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG'

/** A driver as a careless provider would write it: what is secret lies open on the backend. */
function careless() {
  const { backend } = setUp({
    backend: {
      headObject: async () => {
        throw new StorageError('AccessDenied', 'no')
      },
    },
  })
  const open: StorageBackend = { ...backend, ...{ credentials: { secret } } }
  return new BaseStorageDriver(open, { provider: 'careless' })
}

async function publicObjects(): Promise<Record<string, unknown>> {
  const driver = careless()
  const box = driver.container('box')
  const stored = await box.put('key', 'contents', { metadata: { a: 'b' } })
  const page = await box.listPage()
  const [container] = await driver.listContainers()
  return {
    driver,
    container: box,
    'a listed container': container,
    object: driver.object(box, 'key'),
    'a stored object': stored,
    'a page': page,
    stream: box.get('key', { range: { start: 0 } }),
    'a stream that is read': await (async () => {
      const stream = box.get('key')
      await stream.info()
      return stream
    })(),
    listing: box.list(),
    error: await box.head('key').catch((error: unknown) => error),
    statistics: driver.stats(),
  }
}

describe('no public object shows what is behind it', () => {
  const looks: Readonly<Record<string, (value: object) => unknown>> = {
    inspect: (value) => inspect(value, { depth: Infinity, showHidden: false, getters: true }),
    'JSON.stringify': (value) => JSON.stringify(value),
    spread: (value) => inspect({ ...value }, { depth: Infinity, showHidden: true }),
    'Object.entries': (value) => inspect(Object.entries(value), { depth: Infinity }),
    'for in': (value) => {
      const seen: unknown[] = []
      for (const name in value) seen.push(name, Reflect.get(value, name))
      return inspect(seen, { depth: Infinity })
    },
    structuredClone: (value) => inspect(structuredClone({ ...value }), { depth: Infinity }),
  }

  test.each(Object.entries(looks))('%s', async (_look, look) => {
    for (const [what, value] of Object.entries(await publicObjects())) {
      // A getter that leads to the driver is the API; what must not happen is that it leads on to the backend.
      const shown = String(look(value as object))
      expect(`${what}: ${shown}`).not.toContain(secret)
      expect(`${what}: ${shown}`).not.toMatch(/credentials|multipart|putObject/)
    }
  })

  test('what they show are their data', async () => {
    const { driver, container, object, stream } = await publicObjects()
    expect({ ...(driver as object) }).toEqual({ name: 'Recording', provider: 'careless' })
    expect(JSON.parse(JSON.stringify(driver))).toEqual({ name: 'Recording', provider: 'careless' })
    expect({ ...(container as object) }).toEqual({ name: 'box' })
    expect({ ...(object as object) }).toEqual({ key: 'key' })
    expect({ ...(stream as object) }).toEqual({ key: 'key' })
    expect(inspect(object)).toBe("KeyHandle { key: 'key' }")
  })
})
