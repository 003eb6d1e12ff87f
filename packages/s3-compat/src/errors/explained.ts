import { withHint, type StorageError } from '@cloudstore/core'
import type { ServerHint } from '../profiles/profile.ts'

/** A failure that the server reported, with what it means at this provider where that is known. */
export function explained(
  error: StorageError,
  operation: string,
  hints: readonly ServerHint[],
): StorageError {
  const text = error.problem.toLowerCase()
  const found = hints.find(
    ({ operations, codes, says }) =>
      (operations?.includes(operation) ?? true) &&
      (codes?.includes(error.code) ?? true) &&
      (says === undefined || text.includes(says)),
  )
  return found === undefined ? error : withHint(error, found.hint)
}
