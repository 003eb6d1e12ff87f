// What a user's compiler makes of the published declarations. Never run.
import {
  getDriver,
  isStorageError,
  openDriver,
  Provider,
  type Container,
  type StorageDriver,
  type StorageObject,
} from '@cloudstore/core'
import { LocalStorageDriver } from '@cloudstore/local'
import '@cloudstore/memory'

export async function use(): Promise<number> {
  const Memory = getDriver(Provider.MEMORY)
  const memory = new Memory({})
  const container: Container = await memory.createContainer('a-container')
  await container.put('key', 'text', { contentType: 'text/plain', metadata: { a: 'b' } })
  // @ts-expect-error -- an option that does not exist
  await container.put('key', 'text', { contentTyp: 'text/plain' })
  // @ts-expect-error -- a number is no source
  await container.put('key', 42)

  const Local = getDriver('local')
  const local: LocalStorageDriver = new Local({ root: '.' })
  // @ts-expect-error -- an option that does not exist
  new Local({ root: '.', rot: '.' })

  const opened = await openDriver({ provider: 'local', root: '.' })
  const same: LocalStorageDriver = opened
  // @ts-expect-error -- an unknown option of a known provider
  await openDriver({ provider: 'local', root: '.', rot: '.' })

  let total = 0
  for (const driver of [memory, local, same]) total += await sizeOf(driver)
  return total
}

async function sizeOf(driver: StorageDriver): Promise<number> {
  let total = 0
  try {
    for await (const object of driver.iterateContainerObjects(driver.container('c'))) {
      const known: StorageObject = object
      total += known.size
    }
  } catch (error) {
    if (isStorageError(error, 'ContainerDoesNotExist', 'AccessDenied')) {
      const code: 'ContainerDoesNotExist' | 'AccessDenied' = error.code
      // @ts-expect-error -- narrowed away
      if (code === 'Timeout') return -1
      return 0
    }
    throw error
  }
  return total
}
