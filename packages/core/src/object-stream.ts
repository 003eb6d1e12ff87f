import { abortable, throwIfAborted } from './abort.ts'
import type { ByteRange, Call, GetObjectRequest, ObjectInfo } from './backend.ts'
import type { BodyReader } from './body.ts'
import { checkRange, rangeLength } from './byte-range.ts'
import { chunksOf, readAll, rechunked } from './chunks.ts'
import { downloadToFile } from './download-file.ts'
import { StorageError } from './errors.ts'
import type { Container, DriverOptionTypes, ObjectStream, StorageObject } from './handles.ts'
import { toResponse } from './object-response.ts'
import { checkObjectKey } from './object-key.ts'
import { check, checkOptions, type OptionChecks } from './option-checks.ts'
import type { FileOptions, GetOptions, ResponseOptions } from './options.ts'
import { trackProgress } from './progress.ts'
import { readConditions } from './read-conditions.ts'
import { explain, requireOpen, type Scope } from './scope.ts'
import { sourceSymbol, type DescribedSource } from './source.ts'
import { StoredObject } from './stored-object.ts'
import type { Bytes, NodeStream, WebResponse, WebStream } from './structural.ts'
import { toNodeStream } from '#platform'
import { verified } from './verified-reader.ts'
import { toWebStream } from './web-stream.ts'

const getChecks: OptionChecks<GetOptions> = {
  signal: check.signal,
  onProgress: check.callback,
  ifMatch: check.etag,
  ifNoneMatch: check.etag,
  ifModifiedSince: check.date,
  ifUnmodifiedSince: check.date,
  range: check.record,
  chunkSize: check.count,
  verifyHash: check.boolean,
}

interface Opened {
  readonly info: ObjectInfo
  /** How many bytes will come. */
  readonly size: number
  readonly body: BodyReader
}

/** Where an operation of reading comes from, for its errors. */
export interface ReadOrigin<T extends DriverOptionTypes> {
  readonly scope: Scope
  readonly container: Container<T>
  readonly key: string
  /** The method that the application called. */
  readonly operation: string
  /** Refuses what is wrong with the object itself, at the first read. */
  readonly check?: (() => void) | undefined
}

/** One reading of an object: the request goes out on first use, the bytes are consumed once. */
export function readObject<T extends DriverOptionTypes>(
  origin: ReadOrigin<T>,
  options?: GetOptions,
): ObjectStream<T> {
  return new StoredObjectStream(origin, options)
}

class StoredObjectStream<T extends DriverOptionTypes> implements ObjectStream<T> {
  readonly key: string
  readonly #origin: ReadOrigin<T>
  readonly #options: GetOptions
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined
  #consumed = false
  #cancelled = false
  #ended = false

  constructor(origin: ReadOrigin<T>, options: GetOptions = {}) {
    this.key = origin.key
    this.#origin = origin
    this.#options = options
  }

  get container(): Container<T> {
    return this.#origin.container
  }

  async info(): Promise<StorageObject<T>> {
    const { info } = await this.#open()
    return new StoredObject(this.#origin.container, info)
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return chunksOf(this.#reader())
  }

  async bytes(): Promise<Bytes> {
    const reader = this.#reader()
    return readAll(reader, (await this.#open()).size)
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  async json<V = unknown>(): Promise<V> {
    const text = await this.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw this.#explain(
        new StorageError('MalformedResponse', 'the object is not JSON', { cause }),
      )
    }
  }

  toWeb(): WebStream {
    return toWebStream(this.#reader())
  }

  toNode(): NodeStream {
    return toNodeStream(() => this.#reader())
  }

  async toFile(path: string, options: FileOptions = {}): Promise<boolean> {
    const reader = this.#reader()
    try {
      await downloadToFile({ key: this.key, reader, path, options })
      return true
    } catch (error) {
      await reader.cancel(error)
      throw this.#explain(error)
    }
  }

  async response(options: ResponseOptions = {}): Promise<WebResponse> {
    const reader = this.#reader()
    const { info, size } = await this.#open()
    return toResponse({
      info,
      size,
      range: this.#options.range,
      body: toWebStream(reader),
      options,
    })
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#consumed = true
    this.#cancelled = true
    if (this.#opening === undefined) return
    const opened = await this.#opening.catch(() => undefined)
    await opened?.body.cancel(reason)
    this.#end('failed')
  }

  async [sourceSymbol](): Promise<DescribedSource> {
    const reader = this.#reader()
    const { info, size } = await this.#open()
    const {
      key: _key,
      size: _size,
      etag: _etag,
      md5: _md5,
      lastModified: _date,
      ...described
    } = info
    return { info: described, size, reader }
  }

  toJSON(): { container: string; key: string; range?: ByteRange } {
    const { range } = this.#options
    return { container: this.container.name, key: this.key, ...(range !== undefined && { range }) }
  }

  /** The bytes, for the one who consumes them. The request is sent by the first read. */
  #reader(): BodyReader {
    const taken = this.#consumed
    this.#consumed = true
    const reader: BodyReader = {
      read: () => {
        if (taken || this.#cancelled) throw this.#explain(consumedTwice())
        return this.#opened === undefined
          ? this.#open().then(({ body }) => body.read())
          : this.#opened.body.read()
      },
      cancel: (reason) => (taken ? Promise.resolve() : this.cancel(reason)),
    }
    const { chunkSize } = this.#options
    return chunkSize === undefined ? reader : rechunked(reader, chunkSize)
  }

  async #open(): Promise<Opened> {
    if (this.#cancelled) throw this.#explain(consumedTwice())
    this.#opening ??= this.#send()
    return this.#opening
  }

  async #send(): Promise<Opened> {
    const { scope, container, key, operation, check: checkOrigin } = this.#origin
    const { signal, range, verifyHash, onProgress } = this.#options
    scope.counters.active += 1
    try {
      throwIfAborted(signal)
      requireOpen(scope)
      checkOrigin?.()
      checkObjectKey(key)
      const extensions = checkOptions(
        this.#options,
        getChecks,
        scope.backend.features.extensions?.read,
      )
      checkRange(range)
      const request: GetObjectRequest = {
        container: container.name,
        key,
        ...readConditions(this.#options, scope.backend.features.conditions.read),
        ...(range !== undefined && { range }),
        ...(extensions !== undefined && { extensions }),
      }
      const call: Call = { operation, signal }
      const { info, body } = await scope.backend.getObject(request, call)
      const size = rangeLength(range, info.size)
      const checked = verified(abortable(body, signal), {
        size,
        md5: range === undefined && verifyHash !== false ? info.md5 : undefined,
        track: trackProgress(onProgress, size)(),
        received: (bytes) => {
          scope.counters.bytesReceived += bytes
        },
      })
      this.#opened = { info, size, body: this.#watched(checked) }
      return this.#opened
    } catch (error) {
      this.#end('failed')
      throw this.#explain(error)
    }
  }

  /** Failures of reading with their context, and the end of the operation. */
  #watched(reader: BodyReader): BodyReader {
    const failed = (error: unknown): never => {
      this.#end('failed')
      throw this.#explain(error)
    }
    const passed = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
      if (chunk === undefined) this.#end('succeeded')
      return chunk
    }
    return {
      read() {
        try {
          const next = reader.read()
          return next !== undefined && 'then' in next ? next.then(passed, failed) : passed(next)
        } catch (error) {
          return failed(error)
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }
  }

  #end(how: 'succeeded' | 'failed'): void {
    if (this.#ended) return
    this.#ended = true
    const { counters } = this.#origin.scope
    counters.active -= 1
    counters[how] += 1
  }

  #explain(error: unknown): unknown {
    const { scope, container, key, operation } = this.#origin
    return explain(scope, operation, { container: container.name, key }, this.#options, error)
  }
}

function consumedTwice(): StorageError {
  return new StorageError(
    'InvalidArgument',
    'this reading of the object was consumed or cancelled already',
    {
      hint: 'Call get() again: every reading is a request of its own',
    },
  )
}
