/**
 * Marks what the application's own code threw (its source, its progress listener) on its way through backends and engines, which may
 * wrap errors. The call rejects with `error` itself, unchanged.
 */
export class CallerFailure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

/** What the caller's code threw, marked. */
export function failWith(error: unknown): unknown {
  return error instanceof CallerFailure ? error : new CallerFailure(error)
}

/** What the caller's code threw, as it was thrown. */
export function unmarked(error: unknown): unknown {
  return error instanceof CallerFailure ? error.error : error
}
