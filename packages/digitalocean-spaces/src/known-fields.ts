import { StorageError } from '@cloudstore/core'

/**
 * Refuses what is no object, and fields that there are not: one with a spelling mistake would be left out in silence.
 *
 * @param what - what the value is called in the error
 */
export function checkFields(value: unknown, known: readonly string[], what: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StorageError('InvalidArgument', `${what} must be an object`, {
      hint: `Its fields are ${known.join(', ')}`,
    })
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new StorageError(
    'InvalidArgument',
    `${what}: unknown field ${unknown} (there are ${known.join(', ')})`,
  )
}
