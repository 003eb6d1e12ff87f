import type { ByteRange } from '../contract/backend.ts'
import type { BodyReader } from '../contract/body.ts'
import { chunksOf, readAll, rechunked } from '../bytes/chunks.ts'
import { downloadToFile } from './download-file.ts'
import { StorageError } from '../errors/errors.ts'
import type {
  Container,
  DriverOptionTypes,
  ObjectStream,
  StorageObject,
} from '../surface/handles.ts'
import { ObjectReading, type ReadOrigin } from './object-reading.ts'
import { checkResponseOptions, toResponse } from './object-response.ts'
import type { FileOptions, GetOptions, ResponseOptions } from '../surface/options.ts'
import { sourceSymbol, type SourceClaim } from '../upload/described-source.ts'
import { StoredObject } from '../driver/stored-object.ts'
import type { Bytes, NodeStream, WebResponse, WebStream } from '../surface/structural.ts'
import { toNodeStream } from '#platform'
import { toWebStream } from '../bytes/web-stream.ts'

/** One reading of an object: the request goes out on first use, the bytes are consumed once. */
export function readObject<T extends DriverOptionTypes>(
  origin: ReadOrigin<T>,
  options?: GetOptions,
): ObjectStream<T> {
  return new StoredObjectStream(origin, options)
}

class StoredObjectStream<T extends DriverOptionTypes> implements ObjectStream<T> {
  readonly key: string
  readonly #container: Container<T>
  readonly #options: GetOptions
  readonly #reading: ObjectReading<T>
  #consumed = false

  constructor(origin: ReadOrigin<T>, options: GetOptions = {}) {
    this.key = origin.key
    this.#container = origin.container
    this.#options = options
    this.#reading = new ObjectReading(origin, options)
  }

  get container(): Container<T> {
    return this.#container
  }

  async info(): Promise<StorageObject<T>> {
    const { info } = await this.#reading.open()
    return new StoredObject(this.#container, info)
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return this.#give(chunksOf)
  }

  async bytes(): Promise<Bytes> {
    this.#consume()
    const { size } = await this.#reading.open()
    return this.#orCancel(() => readAll(this.#reading, size))
  }

  async text(): Promise<string> {
    const bytes = await this.bytes()
    try {
      return new TextDecoder().decode(bytes)
    } catch (cause) {
      throw this.#reading.explain(
        new StorageError('TooLarge', `${bytes.byteLength} bytes are too many for one string`, {
          cause,
          hint: 'Read the object as a stream, through a TextDecoderStream',
        }),
      )
    }
  }

  async json<V = unknown>(): Promise<V> {
    const text = await this.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw this.#reading.explain(
        new StorageError('MalformedResponse', 'the object is not JSON', { cause }),
      )
    }
  }

  toWeb(): WebStream {
    return this.#give(toWebStream)
  }

  toNode(): NodeStream {
    return this.#give(toNodeStream)
  }

  async toFile(path: string, options: FileOptions = {}): Promise<boolean> {
    this.#consume()
    await this.#orCancel(() =>
      downloadToFile({ key: this.key, reader: this.#reading, path, options }),
    )
    return true
  }

  async response(options: ResponseOptions = {}): Promise<WebResponse> {
    this.#consume()
    return this.#orCancel(async () => {
      checkResponseOptions(options)
      const { info, size } = await this.#reading.open()
      const { range } = this.#options
      return toResponse({ info, size, range, body: toWebStream(this.#chunks()), options })
    })
  }

  cancel(reason?: unknown): Promise<void> {
    this.#consumed = true
    return this.#reading.cancel(reason)
  }

  [sourceSymbol](): SourceClaim {
    const isOurs = !this.#consumed
    this.#consumed = true
    return {
      open: async () => {
        if (!isOurs) throw this.#reading.spent()
        const { info, size } = await this.#reading.open()
        const {
          key: _key,
          size: _size,
          etag: _etag,
          md5: _md5,
          lastModified: _date,
          ...described
        } = info
        return { info: described, size, reader: this.#reading }
      },
      cancel: async (reason) => {
        if (isOurs) await this.#reading.cancel(reason)
      },
    }
  }

  toJSON(): { container: string; key: string; range?: ByteRange } {
    const range = this.#options?.range
    return { container: this.#container.name, key: this.key, ...(range !== undefined && { range }) }
  }

  /** For those who answer with a promise: a second one is refused before anything is sent. */
  #consume(): void {
    if (this.#consumed) throw this.#reading.spent()
    this.#consumed = true
  }

  /** For those who answer with a stream or an iterable: a second one fails when it is first read. */
  #give<S>(make: (reader: BodyReader) => S): S {
    const given = make(this.#consumed ? this.#spentReader() : this.#chunks())
    this.#consumed = true
    return given
  }

  #chunks(): BodyReader {
    const chunkSize = this.#options?.chunkSize
    return chunkSize === undefined ? this.#reading : rechunked(this.#reading, chunkSize)
  }

  #spentReader(): BodyReader {
    return {
      read: () => {
        throw this.#reading.spent()
      },
      cancel: async () => undefined,
    }
  }

  /** What fails here gives the bytes up. */
  async #orCancel<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work()
    } catch (error) {
      const told = this.#reading.explain(error)
      await this.#reading.cancel(told).catch(() => undefined)
      throw told
    }
  }
}
