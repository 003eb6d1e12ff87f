import {
  type AbortSignalLike,
  onAbort,
  StorageError,
  storageErrorCodes,
  type StorageErrorCode,
  throwIfAborted,
} from '@cloudstore/core'
import type { Break } from './broken-transfer.ts'
import { checkOperation, type MemoryOperation, memoryTransfers } from './operations.ts'

/** When a planned failure happens. */
export interface MemoryFailure {
  /** How often; `Infinity` for ever, `0` takes back what was planned for the operation. Default: 1. */
  times?: number | undefined
  /**
   * Bytes that are transferred before it happens, for `getObject`, `putObject` and `multipart.uploadPart`; at the end of the bytes when there
   * are no more of them. Absent: before the operation does anything.
   */
  after?: number | undefined
}

/** Failures and delays that a test has asked for. */
export interface Faults {
  fail(
    operation: MemoryOperation,
    error: StorageErrorCode | Error,
    how: number | MemoryFailure,
  ): void
  /** Without an operation: for all that have no delay of their own. */
  delay(milliseconds: number, operation?: MemoryOperation): void
  /**
   * Runs before an operation does its work: waits, and fails where that was asked for. Resolves to
   * the place where its transfer shall break off.
   */
  before(
    operation: MemoryOperation,
    signal: AbortSignalLike | undefined,
  ): Promise<Break | undefined>
}

interface PlannedFailure {
  readonly error: StorageErrorCode | Error
  readonly after: number | undefined
  left: number
}

export function createFaults(): Faults {
  const failures = new Map<MemoryOperation, PlannedFailure[]>()
  const delays = new Map<MemoryOperation, number>()
  let commonDelay = 0

  function takeFailure(operation: MemoryOperation): PlannedFailure | undefined {
    const planned = failures.get(operation)
    const first = planned?.[0]
    if (first === undefined) return undefined
    first.left -= 1
    if (first.left === 0) planned?.shift()
    return first
  }

  return {
    fail(operation, error, how) {
      checkOperation(operation)
      checkError(error)
      const { times, after } = failureOf(operation, how)
      if (times === 0) failures.delete(operation)
      else {
        const planned = failures.get(operation) ?? []
        failures.set(operation, [...planned, { error, after, left: times }])
      }
    },

    delay(milliseconds, operation) {
      checkMilliseconds(milliseconds)
      if (operation === undefined) {
        commonDelay = milliseconds
      } else {
        checkOperation(operation)
        delays.set(operation, milliseconds)
      }
    },

    async before(operation, signal) {
      throwIfAborted(signal)
      const milliseconds = delays.get(operation) ?? commonDelay
      // No timer when there is nothing to wait for: tests with fake timers would never get past it.
      if (milliseconds > 0) await pause(milliseconds, signal)
      const failure = takeFailure(operation)
      if (failure === undefined) return undefined
      const { after } = failure
      const error = errorOf(operation, failure)
      if (after === undefined) throw error
      return { after, error }
    },
  }
}

function errorOf(operation: MemoryOperation, { error, after }: PlannedFailure): Error {
  if (typeof error !== 'string') return error
  const asked = `a failure that driver.fail('${operation}', …) has asked for`
  return new StorageError(error, after === undefined ? asked : `${asked}, after ${after} bytes`)
}

function failureOf(
  operation: MemoryOperation,
  how: number | MemoryFailure,
): { times: number; after: number | undefined } {
  if (typeof how !== 'object' || how === null) {
    checkTimes(how)
    return { times: how, after: undefined }
  }
  const { times = 1, after, ...unknown } = how
  for (const name of Object.keys(unknown)) {
    throw invalid(`a failure has no option '${name}', only times and after`)
  }
  checkTimes(times)
  if (after === undefined) return { times, after }
  if (!memoryTransfers.includes(operation)) {
    throw invalid(
      `${operation} transfers no bytes: option after is for ${memoryTransfers.join(', ')}`,
    )
  }
  if (!Number.isSafeInteger(after) || after < 0) {
    throw invalid('after must be a whole number of bytes, 0 or more')
  }
  return { times, after }
}

function pause(milliseconds: number, signal: AbortSignalLike | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop()
      resolve()
    }, milliseconds)
    const stop = onAbort(signal, (reason) => {
      clearTimeout(timer)
      reject(reason)
    })
  })
}

function checkError(error: unknown): void {
  if (typeof error === 'string') {
    if (storageErrorCodes.some((code) => code === error)) return
    throw invalid(`'${error}' is not a code of StorageError`)
  }
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    throw invalid(`the failure must be an Error or a code of StorageError, not ${typeof error}`)
  }
}

function checkTimes(times: unknown): void {
  if (times === Infinity || (Number.isSafeInteger(times) && Number(times) >= 0)) return
  throw invalid('times must be a whole number or Infinity')
}

function checkMilliseconds(milliseconds: unknown): void {
  // Timers take no more than 31 bits and would fire at once.
  if (typeof milliseconds === 'number' && milliseconds >= 0 && milliseconds < 2 ** 31) return
  throw invalid('a delay must be a number of milliseconds from 0 to 2147483647')
}

function invalid(problem: string): StorageError {
  return new StorageError('InvalidArgument', problem)
}
