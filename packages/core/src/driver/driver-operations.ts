import type { ByteRange, Call, ContainerRequest, ObjectRequest } from '../contract/backend.ts'
import { checkRange } from '../download/byte-range.ts'
import { ContainerHandle } from './container.ts'
import { scopeOf } from './driver-scope.ts'
import { StorageError } from '../errors/errors.ts'
import type {
  Container,
  DriverOptionTypes,
  ObjectHandle,
  ObjectStream,
  StorageObject,
} from '../surface/handles.ts'
import { listContainers } from '../listing/listing.ts'
import { checkObjectKey } from '../checks/object-key.ts'
import { readObject } from '../download/object-stream.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type { CallOptions, DownloadOptions, ListOptions } from '../surface/options.ts'
import { requireOwn, requireOwnObject } from './ownership.ts'
import { plan, run, type Scope, type Target } from './scope.ts'
import type { StorageDriver } from '../surface/storage-driver.ts'

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

/**
 * Runs an operation that a provider has beyond the portable ones: with the checks, the counting and the context of errors that all operations have.
 *
 * @param operation - the method's name, for errors
 */
export function runOperation<R>(
  driver: StorageDriver,
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

/** The containers of a driver, as handles. */
export async function* containersOf<T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
  options?: CallOptions,
): AsyncGenerator<Container<T>, void, void> {
  const scope = scopeOf(driver)
  for await (const { name, createdAt } of listContainers(scope, options)) {
    yield new ContainerHandle<T>(driver, scope, name, createdAt)
  }
}

/** The objects of a container that was passed to a method. */
export async function* listOf<T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
  container: Container,
  options?: ListOptions,
): AsyncGenerator<StorageObject<T>, void, void> {
  yield* own<T>(driver, 'listContainerObjects', container).list(options)
}

/** A container that was passed to a method, as this driver's own. */
export function own<T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
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
export function ownerOf<T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
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

/** Downloads to a file, after everything that can be wrong was looked at. */
export async function download<T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
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

/** A reading of an object that was passed to a method. */
export function reading<T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
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

/** Runs an operation on a container that was passed to a method. */
export async function onContainer<R, T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
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

/** Runs an operation on an object that was passed to a method. */
export async function onObject<R, T extends DriverOptionTypes>(
  driver: StorageDriver<T>,
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
