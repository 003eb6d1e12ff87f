import { StorageError } from '../errors/errors.ts'
import type { Features } from '../contract/features.ts'

type Limits = NonNullable<Features['multipart']>

// For providers that keep parts themselves. Each fails with `InvalidArgument`.

/** Refuses a part number that is none. */
export function checkPartNumber(number: number, { maxParts }: Limits): void {
  if (!Number.isInteger(number) || number < 1 || number > maxParts) {
    throw invalid(`parts have numbers from 1 to ${maxParts}; this is ${number}`)
  }
}

/** Refuses a part that is too large; whether it is too small shows when the upload is completed. */
export function checkPartSize(number: number, size: number, { maxPart }: Limits): void {
  if (size <= maxPart) return
  throw invalid(`part ${number} has ${size} bytes; at most ${maxPart} are taken`)
}

/** What S3 publishes as one object: parts in ascending order, large enough but for the last. */
export function checkPartList(
  parts: readonly { readonly number: number; readonly size: number }[],
  { minPart }: Limits,
): void {
  if (parts.length === 0) throw invalid('an upload can only be completed with at least one part')
  for (const [index, { number, size }] of parts.entries()) {
    const next = parts[index + 1]
    if (next === undefined) return
    if (next.number <= number) {
      throw invalid(`parts must be in ascending order; ${next.number} stands behind ${number}`)
    }
    if (size < minPart) {
      throw invalid(`part ${number} has ${size} bytes; all but the last need at least ${minPart}`)
    }
  }
}

function invalid(problem: string): StorageError {
  return new StorageError('InvalidArgument', problem)
}
