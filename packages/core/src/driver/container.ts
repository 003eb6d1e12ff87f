import type {
  Call,
  ObjectInfo,
  ObjectRequest,
  PresignedRequest,
  UploadForm,
} from '../contract/backend.ts'
import { copyObject, moveObject } from '../operations/copy.ts'
import { deleteMany } from '../operations/delete-many.ts'
import { isStorageError, StorageError } from '../errors/errors.ts'
import type {
  Container,
  DriverOptionTypes,
  ManyKeys,
  ObjectHandle,
  ObjectListPage,
  ObjectStream,
  StorageObject,
} from '../surface/handles.ts'
import { again, listObjects, listOnePage, listPrefixes } from '../listing/listing.ts'
import { checkObjectKey } from '../checks/object-key.ts'
import { readObject } from '../download/object-stream.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type {
  CallOptions,
  DeleteOptions,
  ListOptions,
  ListPageOptions,
  ReadOptions,
} from '../surface/options.ts'
import { requireOwnObject } from './ownership.ts'
import { presign, uploadForm } from '../operations/presigning.ts'
import { openFile, putObject } from '../upload/put-object.ts'
import { bareEtag, readConditions } from '../checks/condition-options.ts'
import { capability, run, type Scope } from './scope.ts'
import { discardSource, openSource } from '../upload/source.ts'
import type { OpenedSource } from '../upload/opened-source.ts'
import type { UploadSource } from '../surface/source-types.ts'
import type { StorageDriver } from '../surface/storage-driver.ts'
import { StoredObject } from './stored-object.ts'

const readChecks: OptionChecks<ReadOptions> = {
  signal: check.signal,
  ifMatch: check.etag,
  ifNoneMatch: check.etag,
  ifModifiedSince: check.date,
  ifUnmodifiedSince: check.date,
}

const deleteChecks: OptionChecks<DeleteOptions> = { signal: check.signal, ifMatch: check.etag }

/** Where the operations on objects live; drivers and object handles delegate to it. */
export class ContainerHandle<T extends DriverOptionTypes> implements Container<T> {
  readonly name: string
  declare readonly createdAt?: Date
  readonly #driver: StorageDriver<T>
  readonly #scope: Scope

  constructor(driver: StorageDriver<T>, scope: Scope, name: string, createdAt?: Date) {
    this.#driver = driver
    this.#scope = scope
    this.name = name
    if (createdAt !== undefined) this.createdAt = createdAt
  }

  get driver(): StorageDriver<T> {
    return this.#driver
  }

  async put(key: string, source: UploadSource, options?: T['upload']): Promise<StorageObject<T>> {
    try {
      return await this.#put(
        'uploadObjectViaStream',
        key,
        ({ signal }) => openSource(source, signal),
        [key],
        options,
      )
    } catch (error) {
      discardSource(source, error)
      throw error
    }
  }

  putFile(key: string, path: string, options?: T['upload']): Promise<StorageObject<T>> {
    return this.#put('uploadObject', key, () => openFile(path, key), [key, path], options)
  }

  async #put(
    operation: string,
    key: string,
    open: (call: Call) => Promise<OpenedSource>,
    names: readonly string[],
    options: T['upload'] = {},
  ): Promise<StorageObject<T>> {
    return this.#run(operation, key, options, async (call) =>
      this.#stored(await putObject(this.#scope, this.#target(key), open, names, options, call)),
    )
  }

  get(key: string, options?: T['get']): ObjectStream<T> {
    return readObject(
      { scope: this.#scope, container: this, key, operation: 'downloadObjectAsStream' },
      options,
    )
  }

  head(key: string, options: T['read'] = {}): Promise<StorageObject<T>> {
    const { backend } = this.#scope
    return this.#run('getObject', key, options, async (call) => {
      const extensions = checkOptions(options, readChecks, backend.features.extensions?.read)
      const request = {
        ...this.#target(key),
        ...readConditions(options, backend.features.conditions.read),
        ...(extensions !== undefined && { extensions }),
      }
      return this.#stored(await backend.headObject(request, call))
    })
  }

  exists(key: string, options: CallOptions = {}): Promise<boolean> {
    return this.#run('objectExists', key, options, async (call) => {
      checkOptions(options, { signal: check.signal })
      try {
        await this.#scope.backend.headObject(this.#target(key), call)
        return true
      } catch (error) {
        if (isStorageError(error, 'ObjectDoesNotExist', 'ContainerDoesNotExist')) return false
        throw error
      }
    })
  }

  list(options?: ListOptions): AsyncIterable<StorageObject<T>> {
    return again(() => listObjects(this.#scope, this.name, options, (info) => this.#stored(info)))
  }

  async listPage(options?: ListPageOptions): Promise<ObjectListPage<T>> {
    const { objects, prefixes, cursor } = await listOnePage(this.#scope, this.name, options)
    return {
      objects: objects.map((info) => this.#stored(info)),
      prefixes,
      ...(cursor !== undefined && { cursor }),
    }
  }

  listPrefixes(options?: ListOptions): AsyncIterable<string> {
    return again(() => listPrefixes(this.#scope, this.name, options))
  }

  delete(key: string, options: DeleteOptions = {}): Promise<boolean> {
    const { backend } = this.#scope
    return this.#run('deleteObject', key, options, async (call) => {
      checkOptions(options, deleteChecks)
      const { ifMatch } = options
      if (ifMatch !== undefined && !backend.features.conditions.delete.includes('ifMatch')) {
        throw new StorageError(
          'UnsupportedOperation',
          'option ifMatch is not known to be enforced by this provider on deletes',
        )
      }
      await backend.deleteObject(
        { ...this.#target(key), ...(ifMatch !== undefined && { ifMatch: bareEtag(ifMatch) }) },
        call,
      )
      return true
    })
  }

  deleteMany(keys: ManyKeys, options: CallOptions = {}): Promise<{ deleted: number }> {
    return run(this.#scope, 'deleteObjects', { container: this.name }, options, (call) => {
      checkOptions(options, { signal: check.signal })
      const keyOf = (item: string | ObjectHandle): string =>
        typeof item === 'string' ? item : this.#own(item).key
      return deleteMany(this.#scope.backend, this.name, keys, keyOf, call)
    })
  }

  copy(
    source: string | ObjectHandle,
    key: string,
    options: T['copy'] = {},
  ): Promise<StorageObject<T>> {
    return this.#run('copyObject', key, options, async (call) =>
      this.#stored(
        await copyObject(this.#scope, this.#source(source), this.#target(key), options, call),
      ),
    )
  }

  move(
    source: string | ObjectHandle,
    key: string,
    options: T['copy'] = {},
  ): Promise<StorageObject<T>> {
    return this.#run('moveObject', key, options, async (call) =>
      this.#stored(
        await moveObject(this.#scope, this.#source(source), this.#target(key), options, call),
      ),
    )
  }

  presign(key: string, options: T['presign'] = {}): Promise<PresignedRequest> {
    return this.#run('createPresignedUrl', key, options, (call) =>
      presign(this.#scope, this.#target(key), options, call),
    )
  }

  uploadForm(key: string, options: T['uploadForm'] = {}): Promise<UploadForm> {
    return this.#run('createUploadForm', key, options, (call) =>
      uploadForm(this.#scope, this.#target(key), options, call),
    )
  }

  url(key: string): Promise<string> {
    return this.#run('getObjectUrl', key, undefined, async () => {
      const url = capability(this.#scope, 'objectUrl', 'addresses for its objects')
      return url.call(this.#scope.backend, this.#target(key))
    })
  }

  cdnUrl(options?: CallOptions): Promise<string> {
    return this.driver.getContainerCdnUrl(this, options)
  }

  enableCdn(options?: T['enableCdn']): Promise<boolean> {
    return this.driver.enableContainerCdn(this, options)
  }

  toJSON(): { name: string; createdAt?: Date } {
    return { ...this }
  }

  #target(key: string): ObjectRequest {
    return { container: this.name, key }
  }

  #stored(info: ObjectInfo): StoredObject<T> {
    return new StoredObject(this, info)
  }

  #run<R>(
    operation: string,
    key: string,
    options: CallOptions | undefined,
    work: Parameters<typeof run<R>>[4],
  ): Promise<R> {
    return run(this.#scope, operation, this.#target(key), options, async (call) => {
      checkObjectKey(key)
      return work(call)
    })
  }

  #source(source: string | ObjectHandle): ObjectRequest {
    if (typeof source !== 'string') {
      requireOwnObject(this.#scope, source)
      return { container: source.container.name, key: source.key }
    }
    checkObjectKey(source)
    return this.#target(source)
  }

  #own(object: ObjectHandle): ObjectHandle {
    requireOwnObject(this.#scope, object)
    if (object.container.name === this.name) return object
    throw new StorageError(
      'InvalidArgument',
      `object ${JSON.stringify(object.key)} is in container ${JSON.stringify(object.container.name)}, not in this one`,
    )
  }
}
