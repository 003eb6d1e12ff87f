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
import { ContainerHandle, requireOwn } from './container.ts'
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
import { collect, listContainers } from './listing.ts'
import { checkObjectKey } from './object-key.ts'
import { readObject } from './object-stream.ts'
import { check, checkOptions, type OptionChecks } from './option-checks.ts'
import type {
  CallOptions,
  DeleteOptions,
  DownloadOptions,
  EnableCdnOptions,
  ListOptions,
  ReadOptions,
  TransferOptions,
} from './options.ts'
import { run, type Scope } from './scope.ts'
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
      closed: false,
    })
  }

  container(name: string): Container<T> {
    checkContainerName(name, this.features.containerNames)
    return new ContainerHandle<T>(this, scopeOf(this), name)
  }

  object(container: string | Container, key: string): ObjectHandle<T> {
    checkObjectKey(key)
    return new KeyHandle(
      typeof container === 'string' ? this.container(container) : own(this, container),
      key,
    )
  }

  async *iterateContainers(options?: CallOptions): AsyncGenerator<Container<T>, void, void> {
    const scope = scopeOf(this)
    for await (const { name, createdAt } of listContainers(scope, options)) {
      yield new ContainerHandle<T>(this, scope, name, createdAt)
    }
  }

  listContainers(options?: CallOptions): Promise<Container<T>[]> {
    return collect(this.iterateContainers(options), 'listContainers')
  }

  async getContainer(name: string, options?: CallOptions): Promise<Container<T>> {
    const { createdAt } = await headContainer(scopeOf(this), name, options)
    return new ContainerHandle<T>(this, scopeOf(this), name, createdAt)
  }

  containerExists(name: string, options?: CallOptions): Promise<boolean> {
    return containerExists(scopeOf(this), name, options)
  }

  async createContainer(name: string, options?: T['createContainer']): Promise<Container<T>> {
    const { createdAt } = await createContainer(scopeOf(this), name, options)
    return new ContainerHandle<T>(this, scopeOf(this), name, createdAt)
  }

  async deleteContainer(container: Container, options?: CallOptions): Promise<boolean> {
    return deleteContainer(scopeOf(this), own(this, container).name, options)
  }

  async *iterateContainerObjects(
    container: Container,
    options?: ListOptions,
  ): AsyncGenerator<StorageObject<T>, void, void> {
    yield* own<T>(this, container).list(options)
  }

  listContainerObjects(container: Container, options?: ListOptions): Promise<StorageObject<T>[]> {
    return collect(this.iterateContainerObjects(container, options), 'listContainerObjects')
  }

  async getObject(
    containerName: string,
    objectName: string,
    options?: ReadOptions,
  ): Promise<StorageObject<T>> {
    return this.container(containerName).head(objectName, options)
  }

  async objectExists(container: Container, key: string, options?: CallOptions): Promise<boolean> {
    return own(this, container).exists(key, options)
  }

  async uploadObject(
    filePath: string,
    container: Container,
    objectName: string,
    options?: T['upload'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, container).putFile(objectName, filePath, options)
  }

  async uploadObjectViaStream(
    source: UploadSource,
    container: Container,
    objectName: string,
    options?: T['upload'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, container).put(objectName, source, options)
  }

  async downloadObject(
    object: ObjectHandle,
    destinationPath: string,
    { overwriteExisting, deleteOnFailure, ...read }: DownloadOptions = {},
  ): Promise<boolean> {
    const stream = reading(this, object, 'downloadObject', read)
    return stream.toFile(destinationPath, { overwriteExisting, deleteOnFailure })
  }

  downloadObjectAsStream(object: ObjectHandle, options?: T['get']): ObjectStream<T> {
    return reading(this, object, 'downloadObjectAsStream', options)
  }

  async downloadObjectRange(
    object: ObjectHandle,
    destinationPath: string,
    startBytes: number,
    endBytes?: number,
    { overwriteExisting, deleteOnFailure, ...read }: DownloadOptions = {},
  ): Promise<boolean> {
    const stream = reading(this, object, 'downloadObjectRange', read, {
      start: startBytes,
      end: endBytes,
    })
    return stream.toFile(destinationPath, { overwriteExisting, deleteOnFailure })
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
    return own(this, object?.container).delete(object.key, options)
  }

  async deleteObjects(
    container: Container,
    keys: ManyKeys,
    options?: CallOptions,
  ): Promise<{ deleted: number }> {
    return own(this, container).deleteMany(keys, options)
  }

  async copyObject(
    source: ObjectHandle,
    container: Container,
    key: string,
    options?: T['copy'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, container).copy(source, key, options)
  }

  async moveObject(
    source: ObjectHandle,
    container: Container,
    key: string,
    options?: T['copy'],
  ): Promise<StorageObject<T>> {
    return own<T>(this, container).move(source, key, options)
  }

  async getObjectUrl(object: ObjectHandle): Promise<string> {
    return own(this, object?.container).url(object.key)
  }

  async createPresignedUrl(
    object: ObjectHandle,
    options?: T['presign'],
  ): Promise<PresignedRequest> {
    return own(this, object?.container).presign(object.key, options)
  }

  async createUploadForm(
    container: Container,
    key: string,
    options?: T['uploadForm'],
  ): Promise<UploadForm> {
    return own(this, container).uploadForm(key, options)
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
    const { signal } = options
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
    if (scope.closed) return
    scope.closed = true
    await this.backend.close?.()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  toJSON(): { name: string; provider: string } {
    return { name: this.name, provider: this.provider }
  }
}

/** A container that was passed to a method, as this driver's own. */
function own<T extends DriverOptionTypes>(
  driver: BaseStorageDriver<T>,
  container: Container,
): Container<T> {
  const scope = scopeOf(driver)
  requireOwn(scope, container)
  return new ContainerHandle<T>(driver, scope, container.name)
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
    requireOwn(scope, object?.container)
    if (range !== undefined && options?.range !== undefined) {
      throw new StorageError('InvalidArgument', 'the range is given twice: also as option range')
    }
  }
  const origin = { scope, container, key: object?.key, operation, check }
  return readObject(origin, range === undefined ? options : { ...options, range })
}

function onContainer<R, T extends DriverOptionTypes>(
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

function onObject<R, T extends DriverOptionTypes>(
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
    requireOwn(scope, object?.container)
    checkObjectKey(object.key)
    return work(scope, target, call)
  })
}
