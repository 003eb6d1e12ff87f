import type { Container, StorageDriver } from '@cloudstore/core'
import { check, equal, rejects, sameList } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'

const open = 'public-read'

/** Runs where objects have ACLs; where not, the opposite stands among the capabilities. */
function withAcls(
  run: (container: Container, driver: StorageDriver, context: ConformanceContext) => Promise<void>,
) {
  return async (context: ConformanceContext) => {
    const acls = context.driver.features.acls.objects
    if (!acls.includes(open)) notApplicable(`no ACL ${open}`)
    if (!context.driver.backend.acl) notApplicable('ACLs cannot be read')
    await run(await context.container(), context.driver, context)
  }
}

const aclOf = (container: Container, key: string) =>
  container.driver.getObjectAcl(container.driver.object(container, key))

export const acls: readonly ConformanceCase[] = group('ACLs', {
  'an object is private by default': withAcls(async (container) => {
    await container.put('object', 'x')
    equal(await aclOf(container, 'object'), 'private', 'ACL')
  }),

  'every ACL that is promised comes back': withAcls(async (container, driver) => {
    for (const acl of driver.features.acls.objects) {
      await container.put('object', 'x', { acl })
      const found = await aclOf(container, 'object')
      // Some are, once stored, the same grants as another.
      check(
        found === acl || driver.features.acls.objects.includes(found) || found === 'custom',
        `ACL ${found}`,
      )
      if (acl === 'private' || acl === open) equal(found, acl, 'ACL')
    }
  }),

  'an ACL is changed without touching the object': withAcls(async (container, driver) => {
    await container.put('object', 'contents')
    const object = driver.object(container, 'object')
    equal(await driver.setObjectAcl(object, open), true, 'setObjectAcl')
    equal(await driver.getObjectAcl(object), open, 'ACL')
    equal(await object.stream().text(), 'contents', 'contents')
    await driver.setObjectAcl(object, 'private')
    equal(await driver.getObjectAcl(object), 'private', 'ACL changed back')
  }),

  'overwriting without an ACL makes the object private again': withAcls(async (container) => {
    await container.put('object', 'x', { acl: open })
    await container.put('object', 'y')
    equal(await aclOf(container, 'object'), 'private', 'ACL')
  }),

  'a copy keeps the ACL of its source, unless told otherwise': withAcls(
    async (container, { backend }) => {
      if (!backend.copyObject) notApplicable('the provider has no copies')
      await container.put('source', 'x', { acl: open })
      await container.copy('source', 'copy')
      equal(await aclOf(container, 'copy'), open, 'ACL of the copy')
      await container.copy('source', 'own', { acl: 'private' })
      equal(await aclOf(container, 'own'), 'private', 'ACL of a copy with its own')
      await container.move('source', 'moved')
      equal(await aclOf(container, 'moved'), open, 'ACL after a move')
    },
  ),

  'a multipart upload has its ACL': withAcls(async (container, driver) => {
    const limits = driver.features.multipart
    if (!driver.backend.multipart || !limits) notApplicable('no multipart uploads')
    const partSize = Math.max(limits.minPart, 5 * 1024 * 1024)
    await container.put('object', new Uint8Array(partSize + 1), { partSize, acl: open })
    equal(await aclOf(container, 'object'), open, 'ACL')
  }),

  'a container has an ACL that can be changed': withAcls(async (_, driver, context) => {
    if (!driver.features.acls.containers.includes(open)) notApplicable('containers have no ACLs')
    const own = await context.ownContainer()
    equal(await driver.getContainerAcl(own), 'private', 'ACL of a new container')
    equal(await driver.setContainerAcl(own, open), true, 'setContainerAcl')
    equal(await driver.getContainerAcl(own), open, 'ACL')
    const created = await context.ownContainer({ acl: open })
    equal(await driver.getContainerAcl(created), open, 'ACL given at creation')
  }),

  'ACLs of what is not there fail by name': withAcls(async (container, driver, context) => {
    const object = driver.object(container, 'missing')
    await rejects(() => driver.getObjectAcl(object), 'ObjectDoesNotExist', 'getObjectAcl')
    await rejects(() => driver.setObjectAcl(object, open), 'ObjectDoesNotExist', 'setObjectAcl')
    if (!driver.features.acls.containers.includes(open)) return
    const missing = driver.container(context.containerName())
    await rejects(() => driver.getContainerAcl(missing), 'ContainerDoesNotExist', 'getContainerAcl')
    await rejects(
      () => driver.setContainerAcl(missing, open),
      'ContainerDoesNotExist',
      'setContainerAcl',
    )
  }),

  'an ACL that the provider does not have is refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    const code =
      driver.features.acls.objects.length === 0 ? 'UnsupportedOperation' : 'InvalidArgument'
    for (const acl of ['everybody', 'PRIVATE', '']) {
      await rejects(() => container.put('object', 'x', { acl }), code, `put with acl "${acl}"`)
    }
    const create = () => driver.createContainer(context.containerName(), { acl: 'everybody' })
    await rejects(create, code, 'createContainer')
    sameList(sent, [], 'requests that reached the provider')
  },
})
