import type { TimeoutName } from './timeouts.ts'

/** What the sender of a request knows about its failure and the reader of the error need not. */
export interface FailureNotes {
  /**
   * How much of the request may have reached the server: `'nothing'`, or `'part'` of a body that was announced whole. Absent: all of
   * it. A server cannot have acted on less than all.
   */
  readonly sent?: 'nothing' | 'part' | undefined
  /** Which timeout it was. */
  readonly timeout?: TimeoutName | undefined
}

const notes = new WeakMap<object, FailureNotes>()
const nothingKnown: FailureNotes = Object.freeze({})

/** Adds to what is known about an error, without touching the error: it may be the caller's own. */
export function noteFailure(error: unknown, known: FailureNotes): void {
  if (typeof error === 'object' && error !== null)
    notes.set(error, { ...notes.get(error), ...known })
}

export function notesOf(error: unknown): FailureNotes {
  return (typeof error === 'object' && error !== null && notes.get(error)) || nothingKnown
}
