import {
  type AbortSignalLike,
  onAbort,
  StorageError,
  storageErrorCodes,
  type StorageErrorCode,
  throwIfAborted,
} from '@cloudstore/core'
import { checkOperation, type MemoryOperation } from './operations.ts'

/** Failures and delays that a test has asked for. */
export interface Faults {
  fail(operation: MemoryOperation, error: StorageErrorCode | Error, times: number): void
  /** Without an operation: for all that have no delay of their own. */
  delay(milliseconds: number, operation?: MemoryOperation): void
  /** Runs before an operation does its work: waits, and fails where that was asked for. */
  before(operation: MemoryOperation, signal: AbortSignalLike | undefined): Promise<void>
}

interface PlannedFailure {
  readonly error: StorageErrorCode | Error
  left: number
}

export function createFaults(): Faults {
  const failures = new Map<MemoryOperation, PlannedFailure[]>()
  const delays = new Map<MemoryOperation, number>()
  let commonDelay = 0

  function takeFailure(operation: MemoryOperation): StorageErrorCode | Error | undefined {
    const planned = failures.get(operation)
    const first = planned?.[0]
    if (first === undefined) return undefined
    first.left -= 1
    if (first.left === 0) planned?.shift()
    return first.error
  }

  return {
    fail(operation, error, times) {
      checkOperation(operation)
      checkError(error)
      checkTimes(times)
      if (times === 0) failures.delete(operation)
      else failures.set(operation, [...(failures.get(operation) ?? []), { error, left: times }])
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
      const error = takeFailure(operation)
      if (error === undefined) return
      if (typeof error !== 'string') throw error
      throw new StorageError(error, `a failure that driver.fail('${operation}', …) has asked for`)
    },
  }
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
