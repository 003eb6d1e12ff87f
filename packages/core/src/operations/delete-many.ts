import { throwIfAborted, untilAborted } from '../abort.ts'
import type { Call, KeyFailure, StorageBackend } from '../contract/backend.ts'
import { returnIterator } from '../bytes/chunks.ts'
import { messageOf } from '../errors/error-shape.ts'
import { isStorageError, StorageError, type ObjectFailure } from '../errors/errors.ts'
import type { ManyKeys, ObjectHandle } from '../surface/handles.ts'
import { checkObjectKey } from '../checks/object-key.ts'
import { describeType } from '../errors/describe-type.ts'
import { failWith } from '../errors/caller-failure.ts'
import type { AbortSignalLike } from '../surface/structural.ts'

// Where the provider has no batches, and only there.
const singleDeletesAtOnce = 16

/**
 * Deletes many keys, in batches where the provider has them. A key that fails does not keep the others from being deleted; the error that is
 * thrown at the end lists all that failed.
 */
export async function deleteMany(
  backend: StorageBackend,
  container: string,
  keys: ManyKeys,
  keyOf: (item: string | ObjectHandle) => string,
  call: Call,
): Promise<{ deleted: number }> {
  const size =
    backend.deleteObjects === undefined
      ? singleDeletesAtOnce
      : (backend.features.deleteObjects?.max ?? 1000)
  const failures: ObjectFailure[] = []
  let cause: unknown
  let asked = 0
  requireMany(keys)
  for await (const batch of batches(keys, keyOf, size, call.signal)) {
    asked += batch.length
    const failed = await deleteBatch(backend, container, batch, call)
    cause ??= failed[0]?.error
    for (const { key, error } of failed) failures.push(describe(key, error))
  }
  if (failures.length > 0) throw manyFailed(failures, asked, cause)
  return { deleted: asked }
}

/** Text can be iterated too, and its characters are keys. */
function requireMany(keys: unknown): void {
  if (
    typeof keys === 'object' &&
    keys !== null &&
    (Symbol.iterator in keys || Symbol.asyncIterator in keys)
  )
    return
  throw new StorageError(
    'InvalidArgument',
    `the keys must be an iterable of keys or objects, not ${describeType(keys)}`,
    {
      hint: 'For one object: container.delete(key)',
    },
  )
}

/** What the caller's iterable gives, until the signal aborts, even while it is silent; what it throws is the caller's. */
async function* given<I>(
  items: Iterable<I> | AsyncIterable<I>,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<I, void, void> {
  const iterator = iteratorOf(items)
  let ended = false
  try {
    for (;;) {
      const next = nextOf(iterator, signal)
      const step = 'then' in next ? await next : next
      ended = step.done === true
      if (step.done === true) return
      yield step.value
    }
  } finally {
    if (!ended) returnIterator(iterator)
  }
}

function iteratorOf<I>(items: Iterable<I> | AsyncIterable<I>): Iterator<I> | AsyncIterator<I> {
  try {
    return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  } catch (error) {
    throw failWith(error)
  }
}

function nextOf<I>(
  iterator: Iterator<I> | AsyncIterator<I>,
  signal: AbortSignalLike | undefined,
): IteratorResult<I> | Promise<IteratorResult<I>> {
  const failed = (error: unknown): never => {
    throw failWith(error)
  }
  try {
    throwIfAborted(signal)
    const next = iterator.next()
    return 'then' in next ? untilAborted(next.catch(failed), signal) : next
  } catch (error) {
    return failed(error)
  }
}

async function* batches(
  keys: ManyKeys,
  keyOf: (item: string | ObjectHandle) => string,
  size: number,
  signal: AbortSignalLike | undefined,
): AsyncGenerator<string[], void, void> {
  // Each key once: one request that names a key twice makes Ceph (16.2.15) die of a segmentation fault.
  let batch = new Set<string>()
  let read = 0
  for await (const item of given(keys, signal)) {
    const key = keyOf(item)
    checkObjectKey(key)
    batch.add(key)
    read += 1
    if (read === size) {
      yield [...batch]
      batch = new Set()
      read = 0
    }
  }
  if (batch.size > 0) yield [...batch]
}

async function deleteBatch(
  backend: StorageBackend,
  container: string,
  keys: readonly string[],
  call: Call,
): Promise<readonly KeyFailure[]> {
  if (backend.deleteObjects !== undefined) {
    try {
      return await backend.deleteObjects({ container, keys }, call)
    } catch (error) {
      throwIfAborted(call.signal)
      return keys.map((key) => ({ key, error }))
    }
  }
  const outcomes = await Promise.all(
    keys.map((key) =>
      backend.deleteObject({ container, key }, call).then(
        () => undefined,
        (error: unknown) => ({ key, error }),
      ),
    ),
  )
  throwIfAborted(call.signal)
  return outcomes.filter((outcome) => outcome !== undefined)
}

function describe(key: string, error: unknown): ObjectFailure {
  if (isStorageError(error)) return { key, code: error.code, message: error.problem }
  return { key, code: 'Unknown', message: messageOf(error) }
}

/** @param cause - the first failure as it came: with the server's status and the id of the request */
function manyFailed(
  failures: readonly ObjectFailure[],
  asked: number,
  cause: unknown,
): StorageError {
  const codes = new Set(failures.map(({ code }) => code))
  const [first] = failures
  const code = codes.size === 1 && first !== undefined ? first.code : 'Unknown'
  return new StorageError(
    code,
    `${failures.length} of ${asked} objects could not be deleted: ${first?.message}`,
    {
      failures,
      cause,
      hint: 'See failures for each of them',
    },
  )
}
