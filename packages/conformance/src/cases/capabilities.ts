import type { Container, StorageDriver } from '@cloudstore/core'
import { check, equal, rejects, sameList, throws } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'

/** That a call is refused and nothing reaches the provider, where the capability is absent. */
function absent(
  present: (driver: StorageDriver) => boolean,
  calls: (driver: StorageDriver, container: Container) => Record<string, () => Promise<unknown>>,
) {
  return async (context: ConformanceContext) => {
    if (present(context.driver)) notApplicable('the provider has it')
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    for (const [call, run] of Object.entries(calls(driver, driver.container(name)))) {
      const error = await rejects(run, 'UnsupportedOperation', call)
      equal(error.provider, driver.provider, `provider in the error of ${call}`)
      check(error.operation, `the error of ${call} names no operation`)
    }
    sameList(sent, [], 'requests that reached the provider')
  }
}

export const capabilities: readonly ConformanceCase[] = group('capabilities', {
  'copies are refused where there are none': absent(
    ({ backend }) => backend.copyObject !== undefined,
    (driver, container) => ({
      copy: () => container.copy('object', 'copy'),
      move: () => container.move('object', 'copy'),
      copyObject: () => driver.copyObject(driver.object(container, 'object'), container, 'copy'),
      moveObject: () => driver.moveObject(driver.object(container, 'object'), container, 'copy'),
    }),
  ),

  'ACL calls are refused where there are none': absent(
    ({ backend }) => backend.acl !== undefined,
    (driver, container) => ({
      getObjectAcl: () => driver.getObjectAcl(driver.object(container, 'object')),
      setObjectAcl: () => driver.setObjectAcl(driver.object(container, 'object'), 'private'),
      getContainerAcl: () => driver.getContainerAcl(container),
      setContainerAcl: () => driver.setContainerAcl(container, 'private'),
    }),
  ),

  'an ACL is refused where objects have none': absent(
    ({ features }) => features.acls.objects.length > 0,
    (_, container) => ({ put: () => container.put('object', 'x', { acl: 'private' }) }),
  ),

  'metadata is refused where there is none': absent(
    ({ features }) => features.metadata !== undefined,
    (_, container) => ({ put: () => container.put('object', 'x', { metadata: { a: 'b' } }) }),
  ),

  'raw headers are refused where the provider takes none': absent(
    ({ features }) => features.attributes.includes('headers'),
    (_, container) => ({ put: () => container.put('object', 'x', { headers: { 'x-own': 'a' } }) }),
  ),

  'presigning is refused where there is none': absent(
    ({ backend }) => backend.presign !== undefined,
    (driver, container) => ({
      presign: () => container.presign('object'),
      createPresignedUrl: () => driver.createPresignedUrl(driver.object(container, 'object')),
    }),
  ),

  'upload forms are refused where there are none': absent(
    ({ backend }) => backend.uploadForm !== undefined,
    (driver, container) => ({
      uploadForm: () => container.uploadForm('object'),
      createUploadForm: () => driver.createUploadForm(container, 'object'),
    }),
  ),

  'plain addresses are refused where objects have none': absent(
    ({ backend }) => backend.objectUrl !== undefined,
    (driver, container) => ({
      url: () => container.url('object'),
      'url of a handle': () => driver.object(container, 'object').url(),
      getObjectUrl: () => driver.getObjectUrl(driver.object(container, 'object')),
    }),
  ),

  'the CDN methods are refused where there is no CDN': absent(
    ({ backend }) => backend.cdn !== undefined,
    (driver, container) => ({
      cdnUrl: () => container.cdnUrl(),
      enableCdn: () => container.enableCdn(),
      'cdnUrl of a handle': () => driver.object(container, 'object').cdnUrl(),
      'enableCdn of a handle': () => driver.object(container, 'object').enableCdn(),
      getContainerCdnUrl: () => driver.getContainerCdnUrl(container),
      getObjectCdnUrl: () => driver.getObjectCdnUrl(driver.object(container, 'object')),
      enableContainerCdn: () => driver.enableContainerCdn(container),
      enableObjectCdn: () => driver.enableObjectCdn(driver.object(container, 'object')),
      disableContainerCdn: () => driver.disableContainerCdn(container),
      purgeContainerCdn: () => driver.purgeContainerCdn(container, ['*']),
    }),
  ),

  'parts are refused where there is no multipart upload': absent(
    ({ backend }) => backend.multipart !== undefined,
    (_, container) => ({ put: () => container.put('object', 'x', { partSize: 8 * 1024 * 1024 }) }),
  ),

  'a plain address names the object and sends nothing': async (context) => {
    if (!context.driver.backend.objectUrl) notApplicable('objects have no plain address')
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    const url = await container.url('folder/a b+c%.txt')
    check(url.includes('folder/a%20b%2Bc%25.txt'), `the address is ${url}`)
    check(/^https?:\/\/[^?#]+$/.test(url), `the address is ${url}`)
    equal(await driver.getObjectUrl(driver.object(container, 'x')), await container.url('x'), 'url')
    sameList(sent, [], 'requests')
  },

  'what the features say and what the backend has fit together': async ({ driver }) => {
    const { features, backend } = driver
    equal(driver.features, backend.features, 'features of the driver and of its backend')
    check(driver.name !== '' && driver.name === backend.name, `the name is "${driver.name}"`)
    equal(features.multipart === undefined, backend.multipart === undefined, 'multipart absent')
    equal(features.presign === undefined, backend.presign === undefined, 'presign absent')
    equal(
      features.deleteObjects === undefined,
      backend.deleteObjects === undefined,
      'deleteObjects absent',
    )
    if (features.acls.objects.length === 0) equal(backend.acl, undefined, 'acl without canned ACLs')
    if (!backend.copyObject) equal(features.conditions.copy.length, 0, 'conditions on copies')
    check(features.list.maxPage >= 1, 'pages hold nothing')
    const { multipart } = features
    if (multipart) {
      check(multipart.minPart <= multipart.maxPart, 'minPart is above maxPart')
      check(multipart.maxParts >= 1, 'maxParts is below 1')
    }
    check(
      features.put.unknownLength || multipart !== undefined || features.put.maxBytes > 0,
      'nothing can be uploaded',
    )
  },

  'features are frozen': async ({ driver }) => {
    const frozen = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      check(Object.isFrozen(value), `${path} is not frozen`)
      for (const [name, member] of Object.entries(value)) frozen(member, `${path}.${name}`)
    }
    frozen(driver.features, 'features')
  },

  'a driver that was closed refuses calls, and closing again is harmless': async (context) => {
    const { name } = await context.container()
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    await container.put('object', 'x')
    await driver.close()
    await driver.close()
    await driver[Symbol.asyncDispose]()
    sent.length = 0
    await rejects(() => container.put('object', 'y'), 'InvalidArgument', 'put')
    await rejects(() => container.get('object').bytes(), 'InvalidArgument', 'get')
    await rejects(() => driver.listContainers(), 'InvalidArgument', 'listContainers')
    sameList(sent, [], 'requests that reached the provider')
  },

  'stats count what goes on': async (context) => {
    const { name } = await context.container()
    const { driver } = context.recording()
    const container = driver.container(name)
    equal(driver.stats().succeeded, 0, 'succeeded at first')
    await container.put('object', 'twelve bytes')
    equal(await container.get('object').text(), 'twelve bytes', 'contents')
    await rejects(() => container.head('missing'), 'ObjectDoesNotExist', 'head')
    const stats = driver.stats()
    equal(stats.active, 0, 'active')
    equal(stats.succeeded, 2, 'succeeded')
    equal(stats.failed, 1, 'failed')
    equal(stats.bytesSent, 12, 'bytesSent')
    equal(stats.bytesReceived, 12, 'bytesReceived')
  },

  'handles throw at once for what can be no name': async ({ driver }) => {
    throws(() => driver.container(''), 'InvalidContainerName', 'container()')
    throws(() => driver.object('some-container', ''), 'InvalidObjectName', 'object()')
  },
})
