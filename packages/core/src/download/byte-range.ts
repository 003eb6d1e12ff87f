import type { ByteRange } from '../contract/backend.ts'
import { describeType } from '../errors/describe-type.ts'
import { StorageError } from '../errors/errors.ts'

/** Refuses ranges that mean nothing: before any request, whatever the object's size. */
export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return
  const { start, end } = range
  // { start, length } would otherwise read to the end of the object.
  const unknown = Object.keys(range).find((name) => name !== 'start' && name !== 'end')
  if (unknown !== undefined) throw invalid(`a range has start and end, not ${unknown}`)
  if (!isPosition(start)) {
    throw invalid(
      `the start of a range must be a whole number from 0, not ${typeof start === 'number' ? start : describeType(start)}`,
    )
  }
  if (end === undefined) return
  if (!isPosition(end))
    throw invalid(
      `the end of a range must be a whole number, not ${typeof end === 'number' ? end : describeType(end)}`,
      typeof end === 'object'
        ? 'Options come after the end: pass undefined for the end of the object'
        : undefined,
    )
  if (end <= start) {
    throw invalid(
      `the range from ${start} to ${end} is empty: the end is exclusive and must be after the start`,
    )
  }
}

function isPosition(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function invalid(problem: string, hint?: string): StorageError {
  return new StorageError('InvalidRange', problem, { hint })
}

/**
 * The bytes of an object that a range covers, the end exclusive: for backends that hold the bytes themselves.
 *
 * Fails with `InvalidRange` when it starts at or after the end.
 */
export function boundsOfRange(
  range: ByteRange | undefined,
  size: number,
): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: size }
  if (range.start >= size) {
    throw invalid(`the range starts at byte ${range.start}, but the object has ${size} bytes`)
  }
  return { start: range.start, end: Math.min(range.end ?? size, size) }
}
