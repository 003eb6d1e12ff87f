import type {
  Call,
  CompleteRequest,
  ObjectInfo,
  PartRef,
  StorageBackend,
} from '../../src/contract/backend.ts'
import type { Body } from '../../src/contract/body.ts'
import { bytesReader, readAll } from '../../src/bytes/chunks.ts'
import { BaseStorageDriver } from '../../src/driver/base-driver.ts'
import { StorageError } from '../../src/errors/errors.ts'
import type { Features } from '../../src/contract/features.ts'
import type { Container } from '../../src/surface/handles.ts'
import type { TransferOptions } from '../../src/surface/options.ts'
import { join, md5Of, type StoredBytes } from './stored-objects.ts'

/** One request that reached the backend. Bodies are left out: they can be read once. */
export interface Sent {
  readonly operation: string
  readonly request: Readonly<Record<string, unknown>>
  readonly call: Call | undefined
}

type Deep<T> = T extends readonly unknown[] ? T : { [K in keyof T]?: Deep<T[K]> | undefined }

export interface Setup {
  readonly features?: Deep<Features>
  /** Operations that shall do something else; they are recorded too. */
  readonly backend?: Partial<StorageBackend>
  readonly transfer?: TransferOptions
}

export interface Setting {
  readonly driver: BaseStorageDriver
  readonly backend: StorageBackend
  /** The container `box`. */
  readonly box: Container
  readonly sent: Sent[]
  /** The operations that were sent, in order. */
  operations(): string[]
  readonly stored: Map<string, StoredBytes>
  /** The bytes stored under a key of `box`. */
  bytes(key: string): Uint8Array
}

const all: Features = {
  containerNames: 'dns',
  list: { order: 'utf8', startAfter: true, delimiter: true, maxPage: 1000 },
  put: { unknownLength: false, oneShot: true, maxBytes: 5 * 1024 ** 3 },
  attributes: [
    'contentType',
    'cacheControl',
    'contentDisposition',
    'contentEncoding',
    'contentLanguage',
    'expires',
    'headers',
  ],
  multipart: {
    minPart: 1,
    maxPart: 5 * 1024 ** 3,
    maxParts: 10_000,
    equalParts: false,
    parallel: true,
    exclusivePerKey: false,
    abortFrees: true,
  },
  conditions: {
    read: ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'],
    put: ['ifMatch', 'ifNoneMatch'],
    complete: ['ifMatch', 'ifNoneMatch'],
    copy: ['ifMatch', 'ifNoneMatch', 'sourceIfMatch'],
    delete: ['ifMatch'],
  },
  metadata: { maxBytes: 2048 },
  acls: { objects: ['private', 'public-read'], containers: ['private', 'public-read'] },
  deleteObjects: { max: 1000 },
  presign: { methods: ['GET', 'HEAD', 'PUT', 'DELETE'], maxSeconds: 604_800 },
  extensions: { put: ['exOwn'], read: ['exOwn'], copy: ['exOwn'], createContainer: ['exOwn'] },
}

/** A driver over a backend that promises everything, keeps objects in a map and records what reaches it. */
export function setUp({ features, backend: changes, transfer }: Setup = {}): Setting {
  const stored = new Map<string, StoredBytes>()
  const sent: Sent[] = []
  const plain = { ...simpleBackend(stored), ...changes }
  const backend = recorded({ ...plain, features: merged(all, features ?? {}) as Features }, sent)
  const driver = new BaseStorageDriver(backend, { provider: 'recording', transfer })
  return {
    driver,
    backend,
    box: driver.container('box'),
    sent,
    operations: () => sent.map(({ operation }) => operation),
    stored,
    bytes(key) {
      const object = stored.get(`box/${key}`)
      if (object === undefined) throw new Error(`nothing is stored under ${key}`)
      return object.bytes
    },
  }
}

function merged(base: unknown, changes: unknown): unknown {
  if (changes === undefined || typeof changes !== 'object' || Array.isArray(changes)) return changes
  const result: Record<string, unknown> = { ...(base as object) }
  for (const [name, value] of Object.entries(changes as object)) {
    result[name] = merged(result[name], value)
  }
  return result
}

/** Every function of the backend and of its groups, recorded under its path. */
function recorded<T extends object>(inner: T, sent: Sent[], path = ''): T {
  const outer: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(inner)) {
    if (typeof member === 'function') {
      outer[name] = (request: Record<string, unknown>, call: Call | undefined): unknown => {
        const { body: _body, ...rest } = request ?? {}
        sent.push({ operation: path + name, request: rest, call })
        return Reflect.apply(member, inner, [request, call])
      }
    } else if (typeof member === 'object' && ['multipart', 'acl', 'cdn'].includes(name)) {
      outer[name] = member && recorded(member as object, sent, `${name}.`)
    } else outer[name] = member
  }
  return outer as T
}

/** The bytes of a body, as a backend reads them. */
export async function taken(body: Body): Promise<Uint8Array> {
  return body.bytes === undefined ? readAll(body.open()) : body.bytes.slice()
}

function simpleBackend(stored: Map<string, StoredBytes>): Omit<StorageBackend, 'features'> {
  const parts = new Map<string, Map<number, Uint8Array>>()
  let uploads = 0
  const store = (container: string, key: string, bytes: Uint8Array, info: object): ObjectInfo => {
    const md5 = md5Of(bytes)
    const whole: ObjectInfo = { ...info, key, size: bytes.byteLength, etag: md5, md5 }
    stored.set(`${container}/${key}`, { info: whole, bytes })
    return { key, size: bytes.byteLength, etag: md5, md5 }
  }
  const find = (container: string, key: string): StoredBytes => {
    const found = stored.get(`${container}/${key}`)
    if (found !== undefined) return found
    throw new StorageError('ObjectDoesNotExist', 'there is no such object')
  }
  return {
    name: 'Recording',
    listContainers: async () => ({ containers: [{ name: 'box' }] }),
    headContainer: async ({ container }) => ({ name: container }),
    createContainer: async ({ container }) => ({ name: container }),
    deleteContainer: async () => undefined,
    async listObjects() {
      const objects = [...stored.values()].map(({ info }) => info)
      return { objects: objects.toSorted((a, b) => (a.key < b.key ? -1 : 1)), prefixes: [] }
    },
    headObject: async ({ container, key }) => find(container, key).info,
    async getObject({ container, key, range }) {
      const { info, bytes } = find(container, key)
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end)
      return { info, body: bytesReader(part) }
    },
    async putObject({ container, key, body, contentType, metadata }) {
      return store(container, key, await taken(body), { contentType, metadata })
    },
    async deleteObject({ container, key }) {
      stored.delete(`${container}/${key}`)
    },
    multipart: {
      async create() {
        uploads += 1
        parts.set(`upload-${uploads}`, new Map())
        return `upload-${uploads}`
      },
      async uploadPart({ upload, number, body }): Promise<PartRef> {
        const bytes = await taken(body)
        parts.get(upload)?.set(number, bytes)
        return { number, size: bytes.byteLength, etag: md5Of(bytes) }
      },
      async complete({ container, key, upload, parts: refs }: CompleteRequest) {
        const held = parts.get(upload)
        const bytes = join(refs.map(({ number }) => held?.get(number) ?? new Uint8Array()))
        const { md5: _md5, ...info } = store(container, key, bytes, {})
        return info
      },
      async abort({ upload }) {
        parts.delete(upload)
      },
    },
    async copyObject({ container, key, source }) {
      return store(container, key, find(source.container, source.key).bytes, {})
    },
    async deleteObjects({ container, keys }) {
      for (const key of keys) stored.delete(`${container}/${key}`)
      return []
    },
    objectUrl: ({ container, key }) => `https://example.test/${container}/${key}`,
    presign: async ({ method }) => ({
      method,
      url: 'https://example.test/presigned',
      headers: {},
      expiresAt: new Date(0),
    }),
    uploadForm: async () => ({
      url: 'https://example.test/form',
      fields: {},
      expiresAt: new Date(0),
    }),
    acl: {
      getObjectAcl: async () => 'private',
      setObjectAcl: async () => undefined,
      getContainerAcl: async () => 'private',
      setContainerAcl: async () => undefined,
    },
    cdn: {
      containerUrl: async ({ container }) => `https://${container}.cdn.example.test`,
      objectUrl: async ({ container, key }) => `https://${container}.cdn.example.test/${key}`,
      enableContainer: async () => undefined,
      enableObject: async () => undefined,
      disableContainer: async () => undefined,
      purgeContainer: async () => undefined,
    },
    close: async () => undefined,
  }
}
