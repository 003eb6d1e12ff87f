import { getContainerAcl, getObjectAcl, setContainerAcl, setObjectAcl } from './acl.ts'
import type {
  ByteRange,
  Call,
  ContainerRequest,
  ObjectRequest,
  PresignedRequest,
  StorageBackend,
  UploadForm,
} from './backend.ts'
import {
  containerCdnUrl,
  disableContainerCdn,
  enableContainerCdn,
  enableObjectCdn,
  objectCdnUrl,
  purgeContainerCdn,
} from './cdn.ts'
import { containerExists, createContainer, deleteContainer, headContainer } from './containers.ts'
import { ContainerHandle, requireOwn, requireOwnObject } from './container.ts'
import { checkRange } from './byte-range.ts'
import { checkContainerName } from './container-name.ts'
import { StorageError } from './errors.ts'
import type { Features } from './features.ts'
import type {
  Container,
  DriverOptionTypes,
  ManyKeys,
  ObjectHandle,
  ObjectStream,
  StorageObject,
} from './handles.ts'
import { again, collect, listContainers } from './listing.ts'
import { checkObjectKey } from './object-key.ts'
import { readObject } from './object-stream.ts'
import { check, checkOptions, type OptionChecks } from './option-checks.ts'
import type {
  CallOptions,
  DeleteOptions,
  DownloadOptions,
  EnableCdnOptions,
  ListOptions,
  TransferOptions,
} from './options.ts'
import { plan, run, type Scope, type Target } from './scope.ts'
import { discardSource } from './source.ts'
import type { UploadSource } from './source-types.ts'
import type { DriverStats, StorageDriver } from './storage-driver.ts'
import { KeyHandle } from './stored-object.ts'
import { checkTransfer } from './upload-plan.ts'

/** What a driver tells its base besides the backend. */
export interface DriverSettings {
  /** The provider's string. */
  readonly provider: string
  /** Tuning for all uploads of this driver. */
  readonly transfer?: TransferOptions | undefined
}

const callChecks: OptionChecks<CallOptions> = { signal: check.signal }

const downloadChecks: OptionChecks<DownloadOptions> = {
  signal: check.signal,
  onProgress: check.callback,
  ifMatch: check.etag,
  ifNoneMatch: check.etag,
  ifModifiedSince: check.date,
  ifUnmodifiedSince: check.date,
  verifyHash: check.boolean,
  overwriteExisting: check.boolean,
  deleteOnFailure: check.boolean,
}

// Outside of the class: a private member would make the types of the ESM and the CJS build incompatible.
const scopes = new WeakMap<object, Scope>()

function scopeOf(driver: object): Scope {
  const scope = scopes.get(driver)
  if (scope === undefined) {
    throw new StorageError('InvalidArgument', 'this method was called without its driver', {
      hint: 'Call it as driver.method(…), or bind it',
    })
  }
  return scope
}

/** The driver that every provider extends: all of `StorageDriver`, over a `StorageBackend`. */
export class BaseStorageDriver<
  T extends DriverOptionTypes = DriverOptionTypes,
> implements StorageDriver<T> {
  readonly name: string
  readonly provider: string
  declare readonly backend: StorageBackend
  declare readonly features: Features

  constructor(backend: StorageBackend, settings: DriverSettings) {
    this.name = backend.name
    this.provider = settings.provider
    // Not enumerable: printing or spreading a driver shows what it is, not how it works.
    Object.defineProperty(this, 'backend', { value: backend })
    Object.defineProperty(this, 'features', { value: backend.features })
    const counters = {
      active: 0,
      succeeded: 0,
      failed: 0,
      bytesSent: 0,
      bytesReceived: 0,
      strandedUploads: 0,
    }
    const transfer = checkTransfer(settings.transfer ?? {}, backend.features)
    scopes.set(this, {
      driver: this,
      backend,
      provider: settings.provider,
      transfer,
      counters,
      closing: undefined,
    })
  }

  container(name: string): Container<T> {
    const scope = scopeOf(this)
    checkContainerName(name, scope.backend.features.containerNames)
    return new ContainerHandle<T>(this, scope, name)
  }

  object(container: string | Container, key: string): ObjectHandle<T> {
    const scope = scopeOf(this)
    checkObjectKey(key)
    if (typeof container === 'string') return new KeyHandle(this.container(container), key)
    requireOwn(scope, container)
    return new KeyHandle(new ContainerHandle<T>(this, scope, container.name), key)
  }

  iterateContainers(options?: CallOptions): AsyncIterable<Container<T>> {
    return again(() => containersOf(this, options))
  }

  async listContainers(options?: CallOptions): Promise<Container<T>[]> {
    const { provider } = scopeOf(this)
    const context = { operation: 'listContainers', provider }
    return collect(this.iterateContainers(options), context, true)
  }

  async getContainer(name: string, options?: CallOptions): Promise<Container<T>> {
    const { createdAt } = await headContainer(scopeOf(this), name, options)
    return new ContainerHandle<T>(this, scopeOf(this), name, createdAt)
  }

  async containerExists(name: string, options?: CallOptions): Promise<boolean> {
    return containerExists(scopeOf(this), name, options)
  }

  async createContainer(name: string, options?: T['createContainer']): Promise<Container<T>> {
    const { createdAt } = await createContainer(scopeOf(this), name, options)
    return new ContainerHandle<T>(this, scopeOf(this), name, createdAt)
  }

  async deleteContainer(container: Container, options?: CallOptions): Promise<boolean> {
    const { name } = own(this, 'deleteContainer', container)
    return deleteContainer(scopeOf(this), name, options)
  }

  iterateContainerObjects(
    container: Container,
    options?: ListOptions,
  ): AsyncIterable<StorageObject<T>> {
    return again(() => listOf(this, container, options))
  }

  async listContainerObjects(
    container: Container,
    options?: ListOptions,
  ): Promise<StorageObject<T>[]> {
    const { provider } = scopeOf(this)
    const context = { operation: 'listContainerObjects', provider, container: container?.name }
    const unlimited = options?.limit === undefined
    return collect(this.iterateContainerObjects(container, options), context, unlimited)
  }

  async getObject(
    containerName: string,
    objectName: string,
    options?: T['read'],
  ): Promise<StorageObject<T>> {
    const target = { container: containerName, key: objectName }
    const container = plan(scopeOf(this), 'getObject', target, options, () =>
      this.container(containerName),
    )
    return container.head(objectName, options)
  }

  async objectExists(container: Container, key: string, options?: CallOptions): Promise<boolean> {
    return own(this, 'objectExists', container).exists(key, options)
  }

  async uploadObject(
    filePath: string,
    container: Container,
    objectName: string,
    options?: T['upload'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, 'uploadObject', container).putFile(objectName, filePath, options)
  }

  async uploadObjectViaStream(
    source: UploadSource,
    container: Container,
    objectName: string,
    options?: T['upload'],
  ): Promise<StorageObject<T>> {
    let into: Container<T>
    try {
      into = own<T>(this, 'uploadObjectViaStream', container)
    } catch (error) {
      discardSource(source, error)
      throw error
    }
    return into.put(objectName, source, options)
  }

  async downloadObject(
    object: ObjectHandle,
    destinationPath: string,
    options: T['download'] = {},
  ): Promise<boolean> {
    return download(this, 'downloadObject', object, destinationPath, options)
  }

  downloadObjectAsStream(object: ObjectHandle, options?: T['get']): ObjectStream<T> {
    return reading(this, object, 'downloadObjectAsStream', options)
  }

  async downloadObjectRange(
    object: ObjectHandle,
    destinationPath: string,
    startBytes: number,
    endBytes?: number,
    options: T['download'] = {},
  ): Promise<boolean> {
    const range = { start: startBytes, end: endBytes }
    return download(this, 'downloadObjectRange', object, destinationPath, options, range)
  }

  downloadObjectRangeAsStream(
    object: ObjectHandle,
    startBytes: number,
    endBytes?: number,
    options?: T['get'],
  ): ObjectStream<T> {
    const range = { start: startBytes, end: endBytes }
    return reading(this, object, 'downloadObjectRangeAsStream', options, range)
  }

  async deleteObject(object: ObjectHandle, options?: DeleteOptions): Promise<boolean> {
    return ownerOf(this, 'deleteObject', object).delete(object.key, options)
  }

  async deleteObjects(
    container: Container,
    keys: ManyKeys,
    options?: CallOptions,
  ): Promise<{ deleted: number }> {
    return own(this, 'deleteObjects', container).deleteMany(keys, options)
  }

  async copyObject(
    source: ObjectHandle,
    container: Container,
    key: string,
    options?: T['copy'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, 'copyObject', container).copy(source, key, options)
  }

  async moveObject(
    source: ObjectHandle,
    container: Container,
    key: string,
    options?: T['copy'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, 'moveObject', container).move(source, key, options)
  }

  async getObjectUrl(object: ObjectHandle): Promise<string> {
    return ownerOf(this, 'getObjectUrl', object).url(object.key)
  }

  async createPresignedUrl(
    object: ObjectHandle,
    options?: T['presign'],
  ): Promise<PresignedRequest> {
    return ownerOf(this, 'createPresignedUrl', object).presign(object.key, options)
  }

  async createUploadForm(
    container: Container,
    key: string,
    options?: T['uploadForm'],
  ): Promise<UploadForm> {
    return own(this, 'createUploadForm', container).uploadForm(key, options)
  }

  getObjectAcl(object: ObjectHandle, options?: CallOptions): Promise<T['acl'] | 'custom'> {
    return onObject(this, 'getObjectAcl', object, options, getObjectAcl)
  }

  setObjectAcl(object: ObjectHandle, acl: T['acl'], options?: CallOptions): Promise<boolean> {
    return onObject(this, 'setObjectAcl', object, options, (scope, target, call) =>
      setObjectAcl(scope, target, acl, call),
    )
  }

  getContainerAcl(container: Container, options?: CallOptions): Promise<T['acl'] | 'custom'> {
    return onContainer(this, 'getContainerAcl', container, options, getContainerAcl)
  }

  setContainerAcl(container: Container, acl: T['acl'], options?: CallOptions): Promise<boolean> {
    return onContainer(this, 'setContainerAcl', container, options, (scope, target, call) =>
      setContainerAcl(scope, target, acl, call),
    )
  }

  enableContainerCdn(container: Container, options: EnableCdnOptions = {}): Promise<boolean> {
    const signal = options?.signal
    return onContainer(this, 'enableContainerCdn', container, { signal }, (scope, target, call) =>
      enableContainerCdn(scope, target, options, call),
    )
  }

  enableObjectCdn(object: ObjectHandle, options?: CallOptions): Promise<boolean> {
    return onObject(this, 'enableObjectCdn', object, options, enableObjectCdn)
  }

  disableContainerCdn(container: Container, options?: CallOptions): Promise<boolean> {
    return onContainer(this, 'disableContainerCdn', container, options, disableContainerCdn)
  }

  purgeContainerCdn(
    container: Container,
    paths: readonly string[],
    options?: CallOptions,
  ): Promise<boolean> {
    return onContainer(this, 'purgeContainerCdn', container, options, (scope, target, call) =>
      purgeContainerCdn(scope, target, paths, call),
    )
  }

  getContainerCdnUrl(container: Container, options?: CallOptions): Promise<string> {
    return onContainer(this, 'getContainerCdnUrl', container, options, containerCdnUrl)
  }

  getObjectCdnUrl(object: ObjectHandle, options?: CallOptions): Promise<string> {
    return onObject(this, 'getObjectCdnUrl', object, options, objectCdnUrl)
  }

  stats(): DriverStats {
    return { ...scopeOf(this).counters }
  }

  async close(): Promise<void> {
    const scope = scopeOf(this)
    scope.closing ??= (async () => scope.backend.close?.())()
    await scope.closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  toJSON(): { name: string; provider: string } {
    return { name: this.name, provider: this.provider }
  }
}

/**
 * Runs an operation that a provider has beyond the portable ones: with the checks, the counting and the context of errors that all operations have.
 *
 * @param operation - the method's name, for errors
 */
export function runOperation<R>(
  driver: BaseStorageDriver,
  operation: string,
  target: Target,
  options: CallOptions | undefined,
  work: (call: Call) => Promise<R>,
): Promise<R> {
  return run(scopeOf(driver), operation, target, options, (call) => {
    checkOptions(options ?? {}, callChecks)
    return work(call)
  })
}

async function* containersOf<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  options?: CallOptions,
): AsyncGenerator<Container<T>, void, void> {
  const scope = scopeOf(driver)
  for await (const { name, createdAt } of listContainers(scope, options)) {
    yield new ContainerHandle<T>(driver, scope, name, createdAt)
  }
}

async function* listOf<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  container: Container,
  options?: ListOptions,
): AsyncGenerator<StorageObject<T>, void, void> {
  yield* own<T>(driver, 'listContainerObjects', container).list(options)
}

/** A container that was passed to a method, as this driver's own. */
function own<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  operation: string,
  container: Container,
): Container<T> {
  const scope = scopeOf(driver)
  return plan(scope, operation, { container: container?.name }, undefined, () => {
    requireOwn(scope, container)
    return new ContainerHandle<T>(driver, scope, container.name)
  })
}

/** The container of an object that was passed to a method. */
function ownerOf<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  operation: string,
  object: ObjectHandle,
): Container<T> {
  const scope = scopeOf(driver)
  const target = { container: object?.container?.name, key: object?.key }
  return plan(scope, operation, target, undefined, () => {
    requireOwnObject(scope, object)
    return new ContainerHandle<T>(driver, scope, object.container.name)
  })
}

async function download<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  operation: string,
  object: ObjectHandle,
  path: string,
  options: DownloadOptions,
  range?: ByteRange,
): Promise<boolean> {
  const scope = scopeOf(driver)
  const target = { container: object?.container?.name, key: object?.key }
  // Before the destination is touched.
  plan(scope, operation, target, options, () => {
    requireOwnObject(scope, object)
    checkObjectKey(object.key)
    checkOptions(options, downloadChecks, scope.backend.features.extensions?.read)
    checkRange(range)
  })
  const { overwriteExisting, deleteOnFailure, ...read } = options
  const stream = reading(driver, object, operation, read, range)
  return stream.toFile(path, { overwriteExisting, deleteOnFailure })
}

function reading<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  object: ObjectHandle,
  operation: string,
  options?: T['get'],
  range?: ByteRange,
): ObjectStream<T> {
  const scope = scopeOf(driver)
  // A stream fails when it is read, not when it is made: so what is wrong with the object waits until then.
  const container = new ContainerHandle<T>(driver, scope, object?.container?.name)
  const check = (): void => {
    requireOwnObject(scope, object)
    if (range !== undefined && options?.range !== undefined) {
      throw new StorageError('InvalidArgument', 'the range is given twice: also as option range')
    }
  }
  const origin = { scope, container, key: object?.key, operation, check }
  return readObject(origin, range === undefined ? options : { ...options, range })
}

async function onContainer<R, T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  operation: string,
  container: Container,
  options: CallOptions = {},
  work: (scope: Scope, target: ContainerRequest, call: Call) => Promise<R>,
): Promise<R> {
  const scope = scopeOf(driver)
  return run(scope, operation, { container: container?.name }, options, async (call) => {
    checkOptions(options, callChecks)
    requireOwn(scope, container)
    return work(scope, { container: container.name }, call)
  })
}

async function onObject<R, T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  operation: string,
  object: ObjectHandle,
  options: CallOptions = {},
  work: (scope: Scope, target: ObjectRequest, call: Call) => Promise<R>,
): Promise<R> {
  const scope = scopeOf(driver)
  const target = { container: object?.container?.name, key: object?.key }
  return run(scope, operation, target, options, async (call) => {
    checkOptions(options, callChecks)
    requireOwnObject(scope, object)
    checkObjectKey(object.key)
    return work(scope, target, call)
  })
}
