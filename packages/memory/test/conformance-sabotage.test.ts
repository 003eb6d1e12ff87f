import { conformanceCases, openSession } from '@cloudstore/conformance'
import { BaseStorageDriver, type ObjectPage, type StorageBackend } from '@cloudstore/core'
import { describe, expect, test } from '@jest/globals'
import { MemoryStorageDriver } from '../src/index.ts'

/** A way to get a provider wrong, and the cases that must see it. */
interface Sabotage {
  readonly breaks: (good: StorageBackend) => Partial<StorageBackend>
  readonly seenBy: readonly string[]
}

const sorted = (page: ObjectPage, compare: (a: string, b: string) => number): ObjectPage => ({
  ...page,
  objects: page.objects.toSorted((a, b) => compare(a.key, b.key)),
})

/** Every operation with the key changed. */
function withKeys(good: StorageBackend, change: (key: string) => string): Partial<StorageBackend> {
  const changed = <R extends { readonly key: string }>(request: R): R => ({
    ...request,
    key: change(request.key),
  })
  return {
    headObject: (request, call) => good.headObject(changed(request), call),
    getObject: (request, call) => good.getObject(changed(request), call),
    putObject: (request, call) => good.putObject(changed(request), call),
    deleteObject: (request, call) => good.deleteObject(changed(request), call),
  }
}

const sabotages: Readonly<Record<string, Sabotage>> = {
  'drops metadata': {
    breaks: (good) => ({
      putObject: ({ metadata: _lost, ...request }, call) => good.putObject(request, call),
    }),
    seenBy: [
      'metadata comes back',
      'a copy has the bytes, attributes and metadata of its source',
      'an object that is being read is stored, with its type and metadata',
    ],
  },
  'drops the cache control': {
    breaks: (good) => ({
      putObject: ({ cacheControl: _lost, ...request }, call) => good.putObject(request, call),
    }),
    seenBy: ['cache control comes back', 'all attributes together come back'],
  },
  'drops the description of multipart uploads': {
    breaks: (good) => ({
      multipart: good.multipart && {
        ...good.multipart,
        create: ({ container, key }, call) => good.multipart!.create({ container, key }, call),
        complete: ({ metadata: _lost, cacheControl: _too, ...request }, call) =>
          good.multipart!.complete(request, call),
      },
    }),
    seenBy: ['a multipart upload keeps attributes and metadata'],
  },
  'lists by UTF-16 units': {
    breaks: (good) => ({
      listObjects: async (request, call) =>
        sorted(await good.listObjects(request, call), (a, b) => (a < b ? -1 : 1)),
    }),
    seenBy: ['keys are ordered by their UTF-8 bytes'],
  },
  'lists one page and says that it is all': {
    breaks: (good) => ({
      listObjects: async (request, call) => {
        const { cursor: _lost, ...page } = await good.listObjects(request, call)
        return page
      },
    }),
    seenBy: [
      '2,500 objects are all listed, each once',
      'a small page size changes nothing of what is listed',
      'prefixes come once, however many objects and pages they sum up',
    ],
  },
  'gives the first page again for every cursor': {
    breaks: (good) => ({
      listObjects: ({ cursor: _lost, ...request }, call) => good.listObjects(request, call),
    }),
    seenBy: ['2,500 objects are all listed, each once'],
  },
  'leaves out the last key of a page': {
    breaks: (good) => ({
      listObjects: async (request, call) => {
        const page = await good.listObjects(request, call)
        return page.cursor === undefined ? page : { ...page, objects: page.objects.slice(0, -1) }
      },
    }),
    seenBy: ['pages continue by their cursor, without gap or repetition'],
  },
  'ignores the delimiter': {
    breaks: (good) => ({
      listObjects: ({ delimiter: _lost, ...request }, call) => good.listObjects(request, call),
    }),
    seenBy: [
      'a delimiter sums up what is below the top level',
      'a delimiter need not be a slash',
      'listPrefixes goes by / when no delimiter is given',
    ],
  },
  'ignores startAfter': {
    breaks: (good) => ({
      listObjects: ({ startAfter: _lost, ...request }, call) => good.listObjects(request, call),
    }),
    seenBy: ['startAfter gives the keys after it, whether it exists or not'],
  },
  'takes a prefix for a folder': {
    breaks: (good) => ({
      listObjects: ({ prefix = '', ...request }, call) =>
        good.listObjects(
          { ...request, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` },
          call,
        ),
    }),
    seenBy: ['a prefix is a beginning of the key, not a folder'],
  },
  'ignores ifNoneMatch on a put': {
    breaks: (good) => ({
      putObject: ({ ifNoneMatch: _lost, ...request }, call) => good.putObject(request, call),
    }),
    seenBy: [
      'ifNoneMatch * onto an existing key is ObjectAlreadyExists',
      'ifNoneMatch * with 1 KiB onto an existing key',
      'ifNoneMatch * with 20 MiB onto an existing key',
      'ifNoneMatch * with 20 MiB of unknown length onto an existing key',
      'of writers that race with ifNoneMatch * exactly one wins',
    ],
  },
  'looks first and writes later': {
    breaks: (good) => ({
      putObject: async ({ ifNoneMatch, ...request }, call) => {
        if (ifNoneMatch !== undefined) {
          await good.headObject(request, call).then(
            () => good.putObject({ ...request, ifNoneMatch }, call),
            () => new Promise((resolve) => setTimeout(resolve, 5)),
          )
        }
        return good.putObject(request, call)
      },
    }),
    seenBy: ['of writers that race with ifNoneMatch * exactly one wins'],
  },
  'ignores ifMatch on a put': {
    breaks: (good) => ({
      putObject: ({ ifMatch: _lost, ...request }, call) => good.putObject(request, call),
    }),
    seenBy: [
      'ifMatch with an earlier etag is PreconditionFailed',
      'of writers that race with ifMatch exactly one wins',
    ],
  },
  'ignores conditions on the end of a multipart upload': {
    breaks: (good) => ({
      multipart: good.multipart && {
        ...good.multipart,
        create: ({ ifNoneMatch: _lost, ...request }, call) => good.multipart!.create(request, call),
        complete: ({ ifNoneMatch: _lost, ...request }, call) =>
          good.multipart!.complete(request, call),
      },
    }),
    seenBy: ['a condition on the end of a multipart upload holds or is refused'],
  },
  'ignores conditions on reads': {
    breaks: (good) => ({
      headObject: ({ container, key }, call) => good.headObject({ container, key }, call),
      getObject: ({ container, key, range }, call) =>
        good.getObject({ container, key, range }, call),
    }),
    seenBy: [
      'ifMatch with another etag is PreconditionFailed',
      'ifNoneMatch with the etag is NotModified',
      'ifModifiedSince the time of the object is NotModified',
      'a range may have a condition',
    ],
  },
  'takes the end of a range for inclusive': {
    breaks: (good) => ({
      getObject: ({ range, ...request }, call) =>
        good.getObject(
          {
            ...request,
            range: range?.end === undefined ? range : { ...range, end: range.end + 1 },
          },
          call,
        ),
    }),
    seenBy: ['start is inclusive and end exclusive', 'one byte'],
  },
  'counts the start of a range from 1': {
    breaks: (good) => ({
      getObject: ({ range, ...request }, call) =>
        good.getObject(
          {
            ...request,
            range:
              range?.end === undefined ? range : { start: range.start + 1, end: range.end + 1 },
          },
          call,
        ),
    }),
    seenBy: ['start is inclusive and end exclusive', 'the first byte'],
  },
  'ignores ranges': {
    breaks: (good) => ({
      getObject: ({ range: _lost, ...request }, call) => good.getObject(request, call),
    }),
    seenBy: ['start is inclusive and end exclusive', 'without an end, to the end of the object'],
  },
  'collapses slashes': {
    breaks: (good) => withKeys(good, (key) => key.replaceAll(/\/+/g, '/')),
    seenBy: [
      'key "a//b" comes back from every operation',
      'keys "dir//x" and "dir/x" are two objects',
    ],
  },
  'resolves dots': {
    breaks: (good) => withKeys(good, (key) => key.replaceAll('a/../', '')),
    seenBy: [
      'key "a/../b" comes back from every operation',
      'keys "a/../x" and "x" are two objects',
    ],
  },
  'decodes percent signs': {
    breaks: (good) => withKeys(good, (key) => key.replaceAll('%2F', '/')),
    seenBy: [
      'key "percent%2Fslash" comes back from every operation',
      'keys "a/b" and "a%2Fb" are two objects',
    ],
  },
  'takes plus for space': {
    breaks: (good) => withKeys(good, (key) => key.replaceAll('+', ' ')),
    seenBy: [
      'key "plus+plus" comes back from every operation',
      'keys "a b" and "a+b" are two objects',
    ],
  },
  'composes letters and their accents': {
    breaks: (good) => withKeys(good, (key) => key.normalize('NFC')),
    seenBy: ['keys "caf\\u00e9" and "cafe\\u0301" are two objects'],
  },
  'does not tell upper from lower case': {
    breaks: (good) => withKeys(good, (key) => key.toLowerCase()),
    seenBy: ['keys "a" and "A" are two objects', 'key "CON" comes back from every operation'],
  },
  'trims keys': {
    breaks: (good) => withKeys(good, (key) => key.trim() || key),
    seenBy: ['key " leading space" comes back from every operation'],
  },
  'loses metadata on copies': {
    breaks: (good) => ({
      copyObject: (request, call) => good.copyObject!({ ...request, replace: {} }, call),
    }),
    seenBy: [
      'a copy has the bytes, attributes and metadata of its source',
      'a move leaves the object in the new place alone',
    ],
  },
  'loses the ACL on copies': {
    breaks: (good) => ({
      copyObject: (request, call) => good.copyObject!({ acl: 'private', ...request }, call),
    }),
    seenBy: ['a copy keeps the ACL of its source, unless told otherwise'],
  },
  'ignores the ACL of a put': {
    breaks: (good) => ({
      putObject: ({ acl: _lost, ...request }, call) => good.putObject(request, call),
    }),
    seenBy: ['every ACL that is promised comes back'],
  },
  'complains when a key to delete is not there': {
    breaks: (good) => ({
      deleteObject: async (request, call) => {
        await good.headObject(request, call)
        await good.deleteObject(request, call)
      },
    }),
    seenBy: ['delete is true, also when the key was not there'],
  },
  'deletes by prefix': {
    breaks: (good) => ({
      deleteObject: async (request, call) => {
        const { objects } = await good.listObjects({ ...request, prefix: request.key }, call)
        for (const { key } of objects) await good.deleteObject({ ...request, key }, call)
      },
    }),
    seenBy: ['delete removes this key alone'],
  },
  'keeps the failures of a batch to itself': {
    breaks: (good) => ({
      deleteObjects: async (request, call) => {
        await good.deleteObjects?.(request, call).catch(() => undefined)
        return []
      },
    }),
    seenBy: ['a deletion of many that fails tells which keys failed'],
  },
  'forgets to abort uploads': {
    breaks: (good) => ({
      multipart: good.multipart && { ...good.multipart, abort: async () => undefined },
    }),
    seenBy: [
      'a source that fails in the middle leaves the old object and no upload',
      'aborting in the middle rejects with the reason and leaves no upload',
    ],
  },
  'puts parts together in the order of their arrival': {
    breaks: (good) => ({
      multipart: good.multipart && {
        ...good.multipart,
        uploadPart: (request, call) =>
          good.multipart!.uploadPart({ ...request, number: request.number % 2 ? 2 : 1 }, call),
      },
    }),
    seenBy: ['bytes in memory go in parts when a part size is given'],
  },
  'publishes an object before its upload ends': {
    breaks: (good) => ({
      multipart: good.multipart && {
        ...good.multipart,
        create: async (request, call) => {
          const bytes = new Uint8Array(0)
          const read = () => undefined
          const open = () => ({ read, cancel: async () => undefined })
          const body = { size: 0, bytes, replayable: true, open, md5: () => undefined }
          await good.putObject({ container: request.container, key: request.key, body }, call)
          return good.multipart!.create(request, call)
        },
      },
    }),
    seenBy: [
      'an upload in parts is not seen before its end',
      'a source that fails in the middle leaves the old object and no upload',
    ],
  },
  'answers success for a container that exists': {
    breaks: (good) => ({
      createContainer: ({ container, acl }, call) =>
        good
          .headContainer({ container }, call)
          .catch(() => good.createContainer({ container, acl }, call)),
    }),
    seenBy: ['createContainer of an existing one is ContainerAlreadyExists'],
  },
  'empties a container to delete it': {
    breaks: (good) => ({
      deleteContainer: async (request, call) => {
        const { objects } = await good.listObjects(request, call)
        for (const { key } of objects) await good.deleteObject({ ...request, key }, call)
        await good.deleteContainer(request, call)
      },
    }),
    seenBy: ['deleteContainer never empties: ContainerIsNotEmpty'],
  },
  'does not tell a missing container from a missing object': {
    breaks: (good) => ({
      headObject: async (request, call) => {
        const found = await good.headContainer(request, call).catch(() => undefined)
        return good.headObject(found ? request : { ...request, container: 'nowhere' }, call)
      },
      listObjects: (request, call) =>
        good.listObjects(request, call).catch(() => ({ objects: [], prefixes: [] })),
    }),
    seenBy: ['a missing container fails, it does not list nothing'],
  },
  'gives ETags with quotes': {
    breaks: (good) => ({
      headObject: async (request, call) => {
        const info = await good.headObject(request, call)
        return { ...info, etag: `"${info.etag}"` }
      },
    }),
    seenBy: ['the etag changes with the contents and is stable between reads'],
  },
  'invents a content type': {
    breaks: (good) => ({
      headObject: async (request, call) => ({
        ...(await good.headObject(request, call)),
        contentType: 'text/html',
      }),
    }),
    seenBy: [
      'content type comes back',
      'a name that says nothing gets no invented type',
      'the content type is guessed from the name',
    ],
  },
  'ends a download too early': {
    breaks: (good) => ({
      getObject: async (request, call) => {
        const { info, body } = await good.getObject(request, call)
        let chunks = 0
        const read = () => (chunks++ === 0 ? body.read() : undefined)
        return { info: { ...info, size: info.size + 1 }, body: { ...body, read } }
      },
    }),
    seenBy: ['a Uint8Array is stored', 'downloadObject writes a file'],
  },
  'keeps the credentials where anybody finds them': {
    breaks: (good) => ({ name: `${good.name} as ${secret}` }),
    seenBy: ['JSON of public objects shows no secret', 'inspecting public objects shows no secret'],
  },
  'hides the credentials in a symbol': {
    breaks: () => ({ [Symbol('credentials')]: { secret } }),
    seenBy: ['own properties of public objects reach no secret'],
  },
  'promises what it does not have': {
    breaks: () => ({ copyObject: undefined, multipart: undefined }),
    seenBy: ['what the features say and what the backend has fit together'],
  },
  'makes up its features at every look': {
    breaks: ({ features }) => ({
      features: {
        ...features,
        get list() {
          return { ...features.list }
        },
      },
    }),
    seenBy: ['features are frozen'],
  },
}

const secret = 'a-secret-that-nobody-should-see'

function sessionOver(breaks: Sabotage['breaks']) {
  return openSession(() => {
    const { backend } = new MemoryStorageDriver()
    const driver = new BaseStorageDriver({ ...backend, ...breaks(backend) }, { provider: 'memory' })
    return { driver, secrets: [secret] }
  })
}

function caseNamed(name: string) {
  const found = conformanceCases.find((testCase) => testCase.name === name)
  if (!found) throw new Error(`there is no case ${name}`)
  return found
}

describe.each(Object.entries(sabotages))('a provider that %s', (_, { breaks, seenBy }) => {
  test.each(seenBy)(
    'fails: %s',
    async (name) => {
      const testCase = caseNamed(name)
      // That it fails means something only when the sound backend passes.
      await expect(sessionOver(() => ({})).run(testCase)).resolves.toBe('passed')
      await expect(sessionOver(breaks).run(testCase)).rejects.toMatchObject({
        name: expect.stringMatching(/^(ConformanceFailure|StorageError)$/),
      })
    },
    30_000,
  )
})
