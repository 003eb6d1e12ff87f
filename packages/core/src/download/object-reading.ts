import { newStop, onAbort, throwIfAborted, type Stop } from '../abort.ts'
import { InterruptibleReader } from '../bytes/abortable-reader.ts'
import type { GetObjectRequest, ObjectInfo } from '../contract/backend.ts'
import type { BodyReader } from '../contract/body.ts'
import { boundsOfRange, checkRange } from './byte-range.ts'
import { StorageError } from '../errors/errors.ts'
import type { Container, DriverOptionTypes } from '../surface/handles.ts'
import { checkObjectKey } from '../checks/object-key.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type { GetOptions } from '../surface/options.ts'
import { reportProgress } from '../bytes/progress.ts'
import { readConditions } from '../checks/condition-options.ts'
import { explain, requireOpen, type Scope } from '../driver/scope.ts'
import { unmarked } from '../errors/caller-failure.ts'
import type { AbortSignalLike } from '../surface/structural.ts'
import { verified } from './verified-reader.ts'

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

/** What is known when the headers are there. */
export interface Opened {
  readonly info: ObjectInfo
  /** How many bytes will come. */
  readonly size: number
  readonly body: BodyReader
}

/** The request behind an `ObjectStream`: sent once, on first use; ended by its last byte, a failure or being cancelled. */
export class ObjectReading<T extends DriverOptionTypes> {
  readonly #origin: ReadOrigin<T>
  readonly #options: GetOptions
  readonly #lifetime: Lifetime
  #stop: Stop | undefined
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined
  #cancelled = false
  #told: { readonly error: unknown } | undefined

  constructor(origin: ReadOrigin<T>, options: GetOptions) {
    this.#origin = origin
    this.#options = options
    this.#lifetime = new Lifetime(origin.scope.counters)
  }

  async open(): Promise<Opened> {
    if (this.#cancelled) throw this.spent()
    this.#opening ??= this.#send()
    return this.#opening
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#cancelled) throw this.spent()
    return this.#opened === undefined
      ? this.open().then(({ body }) => body.read())
      : this.#opened.body.read()
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#cancelled = true
    if (this.#opening === undefined) return
    if (this.#opened === undefined) this.#stop?.abort(reason)
    // Whoever waits for the headers learns why they don't come.
    const opened = await this.#opening.catch(() => undefined)
    this.#lifetime.end('failed')
    await opened?.body.cancel(reason)
  }

  /** What a second reading of the bytes gets. */
  spent(): unknown {
    return this.explain(
      new StorageError(
        'InvalidArgument',
        'this reading of the object was consumed or cancelled already',
        { hint: 'Call get() again: every reading is a request of its own' },
      ),
    )
  }

  /** The error that the application gets; one that it got from here already stays as it is. */
  explain(error: unknown): unknown {
    if (this.#told !== undefined && this.#told.error === error) return error
    const { scope, container, key, operation } = this.#origin
    return explain(scope, operation, { container: container.name, key }, this.#options, error)
  }

  async #send(): Promise<Opened> {
    const { scope, operation } = this.#origin
    this.#lifetime.begin()
    let body: InterruptibleReader | undefined
    try {
      const request = this.#request()
      const stop = newStop()
      this.#stop = stop
      const { signal } = stop
      this.#lifetime.follow(this.#options.signal, stop)
      const answer = await scope.backend.getObject(request, { operation, signal })
      body = new InterruptibleReader(answer.body)
      throwIfAborted(signal)
      this.#lifetime.hold(body)
      this.#opened = this.#checked(answer.info, body)
      return this.#opened
    } catch (error) {
      this.#lifetime.end('failed')
      drop(body, error)
      throw this.#tell(error)
    }
  }

  /** Everything that can be wrong is found here, before anything is sent. */
  #request(): GetObjectRequest {
    const { scope, container, key, check: checkOrigin } = this.#origin
    throwIfAborted(this.#options?.signal)
    requireOpen(scope)
    checkOrigin?.()
    checkObjectKey(key)
    const { features } = scope.backend
    const extensions = checkOptions(this.#options, getChecks, features.extensions?.read)
    const { range } = this.#options
    checkRange(range)
    return {
      container: container.name,
      key,
      ...readConditions(this.#options, features.conditions.read),
      ...(range !== undefined && { range }),
      ...(extensions !== undefined && { extensions }),
    }
  }

  #checked(info: ObjectInfo, body: BodyReader): Opened {
    const { range, verifyHash, onProgress } = this.#options
    const { transfer, counters } = this.#origin.scope
    const { start, end } = boundsOfRange(range, info.size)
    const size = end - start
    const verifies = verifyHash ?? transfer.verifyHash ?? true
    const checked = verified(body, {
      size,
      md5: range === undefined && verifies ? info.md5 : undefined,
      progress: reportProgress(onProgress, size),
      received: (bytes) => {
        counters.bytesReceived += bytes
      },
    })
    return { info, size, body: this.#watched(checked) }
  }

  /** The end of the operation, and failures with their context; what has failed is given up. */
  #watched(reader: BodyReader): BodyReader {
    const failed = (error: unknown): never => {
      this.#lifetime.end('failed')
      drop(reader, error)
      throw this.#tell(error)
    }
    const passed = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
      if (chunk === undefined) this.#lifetime.end('succeeded')
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

  #tell(error: unknown): unknown {
    // Whoever cancelled knows best why.
    const told = this.#cancelled ? error : this.explain(error)
    this.#told = { error: told }
    return told
  }
}

function drop(body: BodyReader | undefined, reason: unknown): void {
  // The failure of the reading is the news, not what the body says of being cancelled.
  body?.cancel(unmarked(reason)).catch(() => undefined)
}

// A listener is left on the caller's signal for as long as a reading lasts, and one that nobody has any more never ends.
const forgotten = new FinalizationRegistry<Lifetime>((lifetime) => lifetime.end('failed'))

/**
 * How long a reading counts as active. The caller's signal may hold this for ever, so it refers to no reading: one that nobody has any more must
 * be collectable, so that its connection is given up. Only a read that waits is held, since nothing else may refer to it.
 */
class Lifetime {
  readonly #counters: Scope['counters']
  #active = false
  #follows = false
  #release: (() => void) | undefined
  #body: WeakRef<InterruptibleReader> | undefined
  #waiting: InterruptibleReader | undefined

  constructor(counters: Scope['counters']) {
    this.#counters = counters
  }

  begin(): void {
    this.#active = true
    this.#counters.active += 1
  }

  /** Stops the request when the caller's signal aborts. */
  follow(signal: AbortSignalLike | undefined, stop: Stop): void {
    this.#follows = signal !== undefined
    this.#release = onAbort(signal, (reason) => {
      stop.abort(reason)
      const body = this.#waiting ?? this.#body?.deref()
      body?.interrupt(reason)
      this.end('failed')
    })
  }

  /** Stops the body, too. */
  hold(body: InterruptibleReader): void {
    if (!this.#follows) return
    this.#body = new WeakRef(body)
    forgotten.register(body, this)
    body.onWait = (waits) => {
      this.#waiting = waits ? body : undefined
    }
  }

  end(how: 'succeeded' | 'failed'): void {
    this.#release?.()
    if (!this.#active) return
    this.#active = false
    this.#counters.active -= 1
    this.#counters[how] += 1
  }
}
