/**
 * Whether something caught is an error, by its shape: errors of another realm (a worker, a test sandbox, a frame) are none of our `Error`.
 */
export function isError(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'name' in value
  )
}

/** The `code` of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return isError(error) && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

/** What an error says, or what else was thrown, as text. */
export function messageOf(error: unknown): string {
  if (isError(error)) return error.message
  // Not every object has a text: one without a prototype makes String() throw.
  return typeof error === 'object' && error !== null
    ? Object.prototype.toString.call(error)
    : String(error)
}
