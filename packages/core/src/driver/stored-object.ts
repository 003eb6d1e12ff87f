import type { ObjectInfo } from '../contract/backend.ts'
import type {
  Container,
  DriverOptionTypes,
  ObjectHandle,
  ObjectStream,
  StorageObject,
  StorageObjectData,
} from '../surface/handles.ts'
import type { CallOptions, DeleteOptions } from '../surface/options.ts'

/** An object by key: every method is one line to its container or driver. */
export class KeyHandle<T extends DriverOptionTypes> implements ObjectHandle<T> {
  readonly key: string
  // Private, so that printing or spreading an object shows its facts and not the whole driver.
  readonly #container: Container<T>

  constructor(container: Container<T>, key: string) {
    this.#container = container
    this.key = key
  }

  get name(): string {
    return this.key
  }

  get container(): Container<T> {
    return this.#container
  }

  stream(options?: T['get']): ObjectStream<T> {
    return this.#container.get(this.key, options)
  }

  download(path: string, options?: T['download']): Promise<boolean> {
    return this.#container.driver.downloadObject(this, path, options)
  }

  downloadRange(
    path: string,
    start: number,
    end?: number,
    options?: T['download'],
  ): Promise<boolean> {
    return this.#container.driver.downloadObjectRange(this, path, start, end, options)
  }

  delete(options?: DeleteOptions): Promise<boolean> {
    return this.#container.delete(this.key, options)
  }

  head(options?: T['read']): Promise<StorageObject<T>> {
    return this.#container.head(this.key, options)
  }

  url(): Promise<string> {
    return this.#container.url(this.key)
  }

  cdnUrl(options?: CallOptions): Promise<string> {
    return this.#container.driver.getObjectCdnUrl(this, options)
  }

  enableCdn(options?: CallOptions): Promise<boolean> {
    return this.#container.driver.enableObjectCdn(this, options)
  }

  toJSON(): { key: string; container: string } {
    return { key: this.key, container: this.#container.name }
  }
}

/** An object with what the provider said of it; what it did not say is absent. */
export class StoredObject<T extends DriverOptionTypes>
  extends KeyHandle<T>
  implements StorageObject<T>
{
  readonly size: number
  declare readonly etag?: string
  declare readonly hash?: string
  declare readonly lastModified?: Date
  declare readonly contentType?: string
  declare readonly cacheControl?: string
  declare readonly contentDisposition?: string
  declare readonly contentEncoding?: string
  declare readonly contentLanguage?: string
  declare readonly expires?: Date
  declare readonly metadata?: Readonly<Record<string, string>>
  declare readonly storageClass?: string
  declare readonly versionId?: string

  constructor(container: Container<T>, info: ObjectInfo) {
    super(container, info.key)
    this.size = info.size
    // One by one, and only those that are known: a listing makes thousands of these.
    if (info.etag !== undefined) this.etag = info.etag
    if (info.md5 !== undefined) this.hash = info.md5
    if (info.lastModified !== undefined) this.lastModified = info.lastModified
    if (info.contentType !== undefined) this.contentType = info.contentType
    if (info.cacheControl !== undefined) this.cacheControl = info.cacheControl
    if (info.contentDisposition !== undefined) this.contentDisposition = info.contentDisposition
    if (info.contentEncoding !== undefined) this.contentEncoding = info.contentEncoding
    if (info.contentLanguage !== undefined) this.contentLanguage = info.contentLanguage
    if (info.expires !== undefined) this.expires = info.expires
    if (info.metadata !== undefined) this.metadata = info.metadata
    if (info.storageClass !== undefined) this.storageClass = info.storageClass
    if (info.versionId !== undefined) this.versionId = info.versionId
  }

  override toJSON(): StorageObjectData {
    return { ...this, container: this.container.name }
  }
}
