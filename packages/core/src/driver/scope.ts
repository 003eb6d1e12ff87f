import { reasonOf, throwIfAborted } from '../abort.ts'
import type { Call, Capability, StorageBackend } from '../contract/backend.ts'
import { isError, messageOf } from '../errors/error-shape.ts'
import { isStorageError, StorageError, withContext } from '../errors/errors.ts'
import type { CallOptions, TransferOptions } from '../surface/options.ts'
import { CallerFailure } from '../errors/caller-failure.ts'
import type { RunningUploads } from '../upload/running-uploads.ts'
import type { DriverStats } from '../surface/storage-driver.ts'

/** What the operations of one driver share. */
export interface Scope {
  /** Whose operations these are; containers and objects of any other are refused. */
  readonly driver: object
  readonly backend: StorageBackend
  readonly provider: string
  readonly transfer: TransferOptions
  readonly counters: { -readonly [K in keyof DriverStats]: DriverStats[K] }
  readonly uploads: RunningUploads
  /** The end of the driver, once it was closed. */
  closing: Promise<void> | undefined
}

/** What an operation is about, for its errors. */
export interface Target {
  readonly container?: string | undefined
  readonly key?: string | undefined
}

/**
 * Runs one operation: counts it, refuses it on a closed driver or an aborted signal, and gives its failure the context that only the caller
 * knows.
 */
export async function run<R>(
  scope: Scope,
  operation: string,
  target: Target,
  options: CallOptions | undefined,
  work: (call: Call) => Promise<R>,
): Promise<R> {
  const signal = options?.signal
  scope.counters.active += 1
  try {
    throwIfAborted(signal)
    requireOpen(scope)
    const result = await work({ operation, signal })
    scope.counters.succeeded += 1
    return result
  } catch (error) {
    scope.counters.failed += 1
    throw explain(scope, operation, target, options, error)
  } finally {
    scope.counters.active -= 1
  }
}

/** What comes before the first request of an operation that sends several: refused and explained as `run` does it. */
export function plan<R>(
  scope: Scope,
  operation: string,
  target: Target,
  options: CallOptions | undefined,
  work: () => R,
): R {
  try {
    throwIfAborted(options?.signal)
    requireOpen(scope)
    return work()
  } catch (error) {
    scope.counters.failed += 1
    throw explain(scope, operation, target, options, error)
  }
}

export function requireOpen(scope: Scope): void {
  if (scope.closing !== undefined) throw wasClosed()
}

function wasClosed(): StorageError {
  return new StorageError('InvalidArgument', 'the driver was closed', {
    hint: 'Close a driver after its last call',
  })
}

// Longer than removing an upload takes, shorter than what supervisors give a process to end (Docker: 10 seconds).
const closingPatience = 8_000

/** Ends the uploads that go on while the backend can still remove their parts, then the backend. */
export async function closeScope({ uploads, backend }: Scope): Promise<void> {
  await uploads.end(wasClosed(), closingPatience)
  await backend.close?.()
}

/**
 * The error that the application gets: the reason of its own signal, whatever its own code threw, or a `StorageError` with context.
 */
export function explain(
  { provider }: Scope,
  operation: string,
  target: Target,
  options: CallOptions | undefined,
  error: unknown,
): unknown {
  const callers = callerFailure(error)
  if (callers !== undefined) return callers.error
  if (options?.signal?.aborted === true) return reasonOf(options.signal)
  const context = { operation, provider, ...target }
  if (isStorageError(error)) return withContext(error, context)
  return new StorageError('Unknown', messageOf(error), { ...context, cause: error })
}

/** A backend may have wrapped what the application's own code threw. */
function callerFailure(error: unknown): CallerFailure | undefined {
  let current = error
  for (let depth = 0; depth < 4; depth += 1) {
    if (current instanceof CallerFailure) return current
    if (!isError(current)) return undefined
    current = current.cause
  }
  return undefined
}

/** A capability of the backend, or `UnsupportedOperation`. */
export function capability<K extends Capability>(
  { backend }: Scope,
  name: K,
  what: string,
): NonNullable<StorageBackend[K]> {
  const member = backend[name]
  if (member !== undefined) return member
  throw new StorageError('UnsupportedOperation', `this provider has no ${what}`, {
    hint: backend.absent?.[name],
  })
}
