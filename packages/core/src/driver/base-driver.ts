import { getContainerAcl, getObjectAcl, setContainerAcl, setObjectAcl } from '../operations/acl.ts'
import type { PresignedRequest, StorageBackend, UploadForm } from '../contract/backend.ts'
import {
  containerCdnUrl,
  disableContainerCdn,
  enableContainerCdn,
  enableObjectCdn,
  objectCdnUrl,
  purgeContainerCdn,
} from '../operations/cdn.ts'
import {
  containerExists,
  createContainer,
  deleteContainer,
  headContainer,
} from '../operations/containers.ts'
import { ContainerHandle } from './container.ts'
import { checkContainerName } from '../checks/container-name.ts'
import {
  containersOf,
  download,
  listOf,
  onContainer,
  onObject,
  own,
  ownerOf,
  reading,
} from './driver-operations.ts'
import { scopeOf, setScope } from './driver-scope.ts'
import type { Features } from '../contract/features.ts'
import { frozen } from './frozen.ts'
import type {
  Container,
  DriverOptionTypes,
  ManyKeys,
  ObjectHandle,
  ObjectStream,
  StorageObject,
} from '../surface/handles.ts'
import { again, collect } from '../listing/listing.ts'
import { checkObjectKey } from '../checks/object-key.ts'
import type {
  CallOptions,
  DeleteOptions,
  ListOptions,
  TransferOptions,
} from '../surface/options.ts'
import { requireOwn } from './ownership.ts'
import { closeScope, plan } from './scope.ts'
import { RunningUploads } from '../upload/running-uploads.ts'
import { discardSource } from '../upload/source.ts'
import type { UploadSource } from '../surface/source-types.ts'
import type { DriverStats, StorageDriver } from '../surface/storage-driver.ts'
import { KeyHandle } from './stored-object.ts'
import { checkTransfer } from '../upload/upload-plan.ts'

/** What a driver tells its base besides the backend. */
export interface DriverSettings {
  /** The provider's string. */
  readonly provider: string
  /** Tuning for all uploads of this driver. */
  readonly transfer?: TransferOptions | undefined
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
    Object.defineProperty(this, 'features', { value: frozen(backend.features) })
    const counters = {
      active: 0,
      succeeded: 0,
      failed: 0,
      bytesSent: 0,
      bytesReceived: 0,
      strandedUploads: 0,
    }
    const transfer = checkTransfer(settings.transfer ?? {}, backend.features)
    setScope(this, {
      driver: this,
      backend,
      provider: settings.provider,
      transfer,
      counters,
      uploads: new RunningUploads(),
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
    return collect(this.iterateContainers(options), context)
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
    const most = options?.limit === undefined ? undefined : Infinity
    return collect(this.iterateContainerObjects(container, options), context, most)
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

  enableContainerCdn(container: Container, options?: T['enableCdn']): Promise<boolean> {
    const signal = options?.signal
    return onContainer(this, 'enableContainerCdn', container, { signal }, (scope, target, call) =>
      enableContainerCdn(scope, target, options === undefined ? {} : options, call),
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
    scope.closing ??= closeScope(scope)
    await scope.closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  toJSON(): { name: string; provider: string } {
    return { name: this.name, provider: this.provider }
  }
}
