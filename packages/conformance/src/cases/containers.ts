import type { Container } from '@cloudstore/core'
import { check, equal, rejects, sameList, throws } from '../assert.ts'
import { group, type ConformanceCase } from '../case.ts'
import { collect } from '../samples.ts'

const badNames = [
  '',
  '.',
  '..',
  'a/b',
  '../escape',
  '/absolute',
  'nul\u0000byte',
  'back\\slash',
  'half\uD83Dpair',
  'x'.repeat(256),
]

/** Names that only the rules of S3 refuse. */
const badDnsNames = [
  'ab',
  'x'.repeat(64),
  'UPPER',
  'under_score',
  '-dash',
  'dash-',
  'dot..dot',
  '.dot',
  '192.168.1.1',
  'grün',
  'with space',
]

export const containers: readonly ConformanceCase[] = group('containers', {
  'a container is created, found, listed and deleted': async (context) => {
    const { driver } = context
    const name = context.containerName()
    equal(await driver.containerExists(name), false, 'exists before')
    const created = await driver.createContainer(name)
    equal(created.name, name, 'name of the container created')
    equal(await driver.containerExists(name), true, 'exists after')
    equal((await driver.getContainer(name)).name, name, 'name by getContainer')
    const names = async () => (await driver.listContainers()).map((container) => container.name)
    check((await names()).includes(name), 'it is not listed')
    equal(await driver.deleteContainer(created), true, 'deleteContainer')
    equal(await driver.containerExists(name), false, 'exists after deletion')
    check(!(await names()).includes(name), 'it is listed after deletion')
  },

  'iterating containers gives what listing gives, each once': async (context) => {
    const { driver } = context
    const own = [await context.ownContainer(), await context.ownContainer()]
    const iterated = (await collect(driver.iterateContainers())).map(({ name }) => name)
    for (const { name } of own) {
      equal(iterated.filter((other) => other === name).length, 1, `times that ${name} is iterated`)
    }
    for await (const { createdAt } of driver.iterateContainers()) {
      check(createdAt === undefined || createdAt.getTime() > 0, 'createdAt is no time')
      break
    }
  },

  'a container handle sends nothing': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container('no-such-container-here')
    const object = driver.object(container, 'no such object')
    equal(container.name, 'no-such-container-here', 'name')
    equal(object.container.name, 'no-such-container-here', 'name through the object')
    sameList(sent, [], 'requests')
  },

  'createContainer of an existing one is ContainerAlreadyExists': async (context) => {
    const container = await context.ownContainer()
    await container.put('object', 'x')
    const again = () => context.driver.createContainer(container.name)
    const error = await rejects(again, 'ContainerAlreadyExists', 'createContainer')
    equal(error.container, container.name, 'container in the error')
    equal(await container.get('object').text(), 'x', 'contents afterwards')
  },

  'createContainer with ifExists return gives the existing one': async (context) => {
    const container = await context.ownContainer()
    await container.put('object', 'x')
    const { driver } = context
    const again = await driver.createContainer(container.name, { ifExists: 'return' })
    equal(again.name, container.name, 'name')
    equal(await again.get('object').text(), 'x', 'contents')
    const fresh = await driver.createContainer(context.containerName(), { ifExists: 'return' })
    equal(await driver.containerExists(fresh.name), true, 'exists')
  },

  'getContainer of a missing one is ContainerDoesNotExist': async (context) => {
    const name = context.containerName()
    const get = () => context.driver.getContainer(name)
    const error = await rejects(get, 'ContainerDoesNotExist', 'getContainer')
    equal(error.container, name, 'container in the error')
    equal(error.operation, 'getContainer', 'operation in the error')
    equal(error.provider, context.driver.provider, 'provider in the error')
  },

  'deleteContainer of a missing one is ContainerDoesNotExist': async (context) => {
    const { driver } = context
    const missing = driver.container(context.containerName())
    await rejects(() => driver.deleteContainer(missing), 'ContainerDoesNotExist', 'deleteContainer')
  },

  'deleteContainer never empties: ContainerIsNotEmpty': async (context) => {
    const { driver } = context
    const container = await context.ownContainer()
    await container.put('deep/down/object', 'x')
    await rejects(() => driver.deleteContainer(container), 'ContainerIsNotEmpty', 'deleteContainer')
    equal(await container.get('deep/down/object').text(), 'x', 'contents afterwards')
    await container.delete('deep/down/object')
    equal(await driver.deleteContainer(container), true, 'deleteContainer when empty')
  },

  'a name can be used again, and the new container is empty': async (context) => {
    const { driver } = context
    const container = await context.ownContainer()
    await container.put('object', 'x')
    await container.delete('object')
    await driver.deleteContainer(container)
    const again = await driver.createContainer(container.name)
    sameList(await collect(again.list()), [], 'objects')
  },

  'objects of one container are not in another': async (context) => {
    const [one, other] = [await context.container(), await context.container()]
    await one.put('object', 'of one')
    equal(await other.exists('object'), false, 'exists in the other')
    await other.put('object', 'of the other')
    equal(await one.get('object').text(), 'of one', 'contents in the one')
    await one.delete('object')
    equal(await other.get('object').text(), 'of the other', 'contents in the other')
  },

  'a name that could be no container anywhere is InvalidContainerName': async (context) => {
    const { driver, sent } = context.recording()
    for (const name of badNames) {
      const shown = JSON.stringify(name).slice(0, 40)
      throws(() => driver.container(name), 'InvalidContainerName', `container(${shown})`)
      for (const call of ['createContainer', 'getContainer', 'containerExists'] as const) {
        await rejects(() => driver[call](name), 'InvalidContainerName', `${call}(${shown})`)
      }
      await rejects(
        () => driver.getObject(name, 'key'),
        'InvalidContainerName',
        `getObject(${shown})`,
      )
    }
    sameList(sent, [], 'requests that reached the provider')
  },

  'the rules of S3 for names hold where the driver promises them': async (context) => {
    const { driver, sent } = context.recording()
    for (const name of badDnsNames) {
      if (driver.features.containerNames === 'dns') {
        throws(() => driver.container(name), 'InvalidContainerName', `container(${name})`)
        const create = () => driver.createContainer(name)
        await rejects(create, 'InvalidContainerName', `createContainer(${name})`)
      } else {
        equal(driver.container(name).name, name, 'name')
      }
    }
    sameList(sent, [], 'requests that reached the provider')
  },

  'a name that is no string is refused': async (context) => {
    const { driver } = context
    for (const name of [undefined, null, 7, {}] as unknown as string[]) {
      await rejects(
        () => driver.getContainer(name),
        ['InvalidContainerName', 'InvalidArgument'],
        `getContainer(${String(name)})`,
      )
    }
  },

  'the container of another driver is refused before anything is sent': async (context) => {
    const foreign = await context.container()
    await foreign.put('object', 'x')
    const { driver, sent } = context.recording()
    const object = context.driver.object(foreign, 'object')
    const tries: Record<string, () => Promise<unknown>> = {
      deleteContainer: () => driver.deleteContainer(foreign),
      listContainerObjects: () => driver.listContainerObjects(foreign),
      iterateContainerObjects: () => collect(driver.iterateContainerObjects(foreign)),
      objectExists: () => driver.objectExists(foreign, 'object'),
      uploadObjectViaStream: () => driver.uploadObjectViaStream(['x'], foreign, 'object'),
      downloadObjectAsStream: () => driver.downloadObjectAsStream(object).bytes(),
      deleteObject: () => driver.deleteObject(object),
      deleteObjects: () => driver.deleteObjects(foreign, ['object']),
      'copyObject from': () => driver.copyObject(object, driver.container(foreign.name), 'copy'),
      getObjectUrl: () => driver.getObjectUrl(object),
      createPresignedUrl: () => driver.createPresignedUrl(object),
    }
    for (const [name, call] of Object.entries(tries)) await rejects(call, 'InvalidArgument', name)
    throws(() => driver.object(foreign, 'object'), 'InvalidArgument', 'object()')
    sameList(sent, [], 'requests that reached the provider')
    equal(await foreign.get('object').text(), 'x', 'contents afterwards')
  },

  'what is no container is refused': async (context) => {
    const { driver } = context
    for (const thing of [undefined, null, {}, { name: 'container' }] as unknown as Container[]) {
      await rejects(
        () => driver.listContainerObjects(thing),
        'InvalidArgument',
        `listContainerObjects(${JSON.stringify(thing)})`,
      )
    }
  },
})
