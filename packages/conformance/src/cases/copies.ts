import type { Container, StorageObject, UploadOptions } from '@cloudstore/core'
import { check, equal, rejects, sameBytes, sameList, sameRecord } from '../assert.ts'
import {
  group,
  notApplicable,
  slow,
  type ConformanceCase,
  type ConformanceContext,
} from '../case.ts'
import { mebi, sample } from '../samples.ts'

/** Runs where the provider copies; where not, the opposite stands among the capabilities. */
function copying(run: (container: Container, context: ConformanceContext) => Promise<void>) {
  return async (context: ConformanceContext) => {
    if (!context.driver.backend.copyObject) notApplicable('the provider has no copies')
    await run(await context.container(), context)
  }
}

/** Everything that can be stored beside the bytes here. */
function described({ driver }: Container): UploadOptions {
  const { features } = driver
  const all: UploadOptions = {
    contentType: 'text/x-conformance',
    cacheControl: 'max-age=7',
    contentDisposition: 'inline',
    contentLanguage: 'de',
    expires: new Date('2031-01-01T00:00:00Z'),
  }
  const kept = Object.entries(all).filter(([name]) =>
    features.attributes.some((attribute) => attribute === name),
  )
  return {
    ...Object.fromEntries(kept),
    ...(features.metadata && { metadata: { colour: 'blue', 'with-dash': 'x y' } }),
  }
}

function sameDescription(object: StorageObject, options: UploadOptions) {
  equal(object.contentType, options.contentType, 'content type')
  equal(object.cacheControl, options.cacheControl, 'cache control')
  equal(object.contentDisposition, options.contentDisposition, 'content disposition')
  equal(object.contentLanguage, options.contentLanguage, 'content language')
  equal(object.expires?.toISOString(), options.expires?.toISOString(), 'expires')
  sameRecord(object.metadata, { ...options.metadata }, 'metadata')
}

export const copies: readonly ConformanceCase[] = group('copying and moving', {
  'a copy has the bytes, attributes and metadata of its source': copying(async (container) => {
    const options = described(container)
    await container.put('source', 'contents', options)
    const copy = await container.copy('source', 'copy')
    equal(copy.key, 'copy', 'key by copy')
    equal(copy.size, 8, 'size by copy')
    equal(await container.get('copy').text(), 'contents', 'contents')
    sameDescription(await container.head('copy'), options)
    equal(await container.get('source').text(), 'contents', 'contents of the source')
  }),

  'a copy is independent of its source': copying(async (container) => {
    await container.put('source', 'before')
    await container.copy('source', 'copy')
    await container.put('source', 'after')
    equal(await container.get('copy').text(), 'before', 'contents after the source changed')
    await container.delete('source')
    equal(await container.get('copy').text(), 'before', 'contents after the source was deleted')
  }),

  'a copy goes to another container': copying(async (container, context) => {
    const other = await context.container()
    const options = described(container)
    await container.put('dir/source', 'contents', options)
    const object = context.driver.object(container, 'dir/source')
    const copy = await other.copy(object, 'copy')
    equal(copy.container.name, other.name, 'container by copy')
    equal(await other.get('copy').text(), 'contents', 'contents')
    sameDescription(await other.head('copy'), options)
    equal(await container.exists('copy'), false, 'exists in the container of the source')
  }),

  'a copy with replace has the new description and nothing of the old': copying(
    async (container) => {
      const { features } = container.driver
      await container.put('source', 'contents', described(container))
      const replace = {
        ...(features.attributes.includes('contentType') && { contentType: 'text/x-new' }),
        ...(features.metadata && { metadata: { shape: 'round' } }),
      }
      await container.copy('source', 'copy', { replace })
      sameDescription(await container.head('copy'), replace)
      equal(await container.get('copy').text(), 'contents', 'contents')
    },
  ),

  'a copy onto itself changes the description alone': copying(async (container) => {
    const { features } = container.driver
    const replace = {
      ...(features.attributes.includes('contentType') && { contentType: 'text/x-new' }),
      ...(features.metadata && { metadata: { shape: 'round' } }),
    }
    await container.put('object', 'contents')
    await container.copy('object', 'object', { replace })
    sameDescription(await container.head('object'), replace)
    equal(await container.get('object').text(), 'contents', 'contents')
    await rejects(
      () => container.copy('object', 'object'),
      'InvalidArgument',
      'copy that changes nothing',
    )
  }),

  'a copy overwrites': copying(async (container) => {
    await container.put('source', 'new')
    await container.put('copy', 'old and longer', described(container))
    await container.copy('source', 'copy')
    equal(await container.get('copy').text(), 'new', 'contents')
    sameRecord((await container.head('copy')).metadata, {}, 'metadata')
  }),

  'a copy of an empty object is empty': copying(async (container) => {
    await container.put('source', '')
    await container.copy('source', 'copy')
    equal((await container.head('copy')).size, 0, 'size')
  }),

  'a copy of a missing object is ObjectDoesNotExist': copying(async (container) => {
    const copy = () => container.copy('missing', 'copy')
    const error = await rejects(copy, 'ObjectDoesNotExist', 'copy')
    equal(error.key, 'missing', 'key in the error')
    equal(await container.exists('copy'), false, 'exists')
  }),

  'a copy into or from a missing container is ContainerDoesNotExist': copying(
    async (container, { driver, containerName }) => {
      await container.put('source', 'x')
      const missing = driver.container(containerName())
      const object = driver.object(container, 'source')
      await rejects(() => missing.copy(object, 'copy'), 'ContainerDoesNotExist', 'copy into it')
      const nowhere = driver.object(missing, 'source')
      await rejects(() => container.copy(nowhere, 'copy'), 'ContainerDoesNotExist', 'copy from it')
    },
  ),

  'conditions on a copy hold or are refused': copying(async ({ name }, context) => {
    const { driver, sent } = context.recording()
    const container = driver.container(name)
    const { copy } = driver.features.conditions
    await container.put('source', 'new')
    await container.put('copy', 'old')
    sent.length = 0
    const conditional = () => container.copy('source', 'copy', { ifNoneMatch: '*' })
    if (copy.includes('ifNoneMatch')) {
      await rejects(conditional, 'ObjectAlreadyExists', 'copy with ifNoneMatch')
      await container.copy('source', 'free', { ifNoneMatch: '*' })
      equal(await container.exists('free'), true, 'exists')
    } else {
      await rejects(conditional, 'UnsupportedOperation', 'copy with ifNoneMatch')
      sameList(sent, [], 'requests that reached the provider')
    }
    const other = () => container.copy('source', 'copy', { sourceIfMatch: 'abc' })
    await rejects(other, ['PreconditionFailed', 'UnsupportedOperation'], 'copy with sourceIfMatch')
    equal(await container.get('copy').text(), 'old', 'contents')
  }),

  'a move leaves the object in the new place alone': copying(async (container) => {
    const options = described(container)
    await container.put('source', 'contents', options)
    const moved = await container.move('source', 'deep/target')
    equal(moved.key, 'deep/target', 'key by move')
    equal(await container.exists('source'), false, 'exists at the old place')
    equal(await container.get('deep/target').text(), 'contents', 'contents')
    sameDescription(await container.head('deep/target'), options)
  }),

  'a move goes to another container': copying(async (container, context) => {
    const other = await context.container()
    await container.put('object', 'contents')
    await other.move(context.driver.object(container, 'object'), 'object')
    equal(await container.exists('object'), false, 'exists at the old place')
    equal(await other.get('object').text(), 'contents', 'contents')
  }),

  'a move onto itself loses nothing': copying(async (container) => {
    await container.put('object', 'contents')
    await rejects(() => container.move('object', 'object'), 'InvalidArgument', 'move')
    equal(await container.get('object').text(), 'contents', 'contents')
  }),

  'a move of a missing object changes nothing': copying(async (container) => {
    await container.put('target', 'old')
    await rejects(() => container.move('missing', 'target'), 'ObjectDoesNotExist', 'move')
    equal(await container.get('target').text(), 'old', 'contents')
  }),

  'a multipart object is copied': slow(async (context) => {
    const { multipart } = context.driver.features
    if (!context.driver.backend.copyObject) notApplicable('the provider has no copies')
    if (!multipart) notApplicable('no multipart uploads')
    const container = await context.container()
    const partSize = Math.max(5 * mebi, multipart.minPart)
    const bytes = sample(partSize + 10)
    await container.put('source', bytes, { partSize })
    await container.copy('source', 'copy')
    sameBytes(await container.get('copy').bytes(), bytes, 'bytes read back')
    await container.move('copy', 'moved')
    equal((await container.head('moved')).size, bytes.length, 'size')
  }),

  'an object streams from one container into another, with its description': async (context) => {
    const [one, other] = [await context.container(), await context.container()]
    const options = described(one)
    await one.put('source', 'contents', options)
    await other.put('copy', one.get('source'))
    equal(await other.get('copy').text(), 'contents', 'contents')
    sameDescription(await other.head('copy'), options)
    await other.put('part', one.get('source', { range: { start: 2, end: 5 } }))
    equal(await other.get('part').text(), 'nte', 'contents of a range')
  },

  'streaming a missing object into another place stores nothing': async (context) => {
    const container = await context.container()
    const put = () => container.put('copy', container.get('missing'))
    const error = await rejects(put, 'ObjectDoesNotExist', 'put')
    equal(error.key, 'missing', 'key in the error')
    equal(await container.exists('copy'), false, 'exists')
  },

  'options win over what the object that is streamed says': async (context) => {
    const container = await context.container()
    if (!context.driver.features.attributes.includes('contentType')) {
      notApplicable('objects have no content type')
    }
    await container.put('source', 'x', { contentType: 'text/x-old' })
    await container.put('copy', container.get('source'), { contentType: 'text/x-new' })
    const { contentType } = await container.head('copy')
    check(contentType === 'text/x-new', `content type is ${String(contentType)}`)
  },
})
