import { StorageError } from './errors.ts'

/** A server that has not been given everything has not stored everything, whatever it says. */
export function answeredEarly(who: string, status?: number): StorageError {
  return new StorageError(
    'MalformedResponse',
    `${who} reported success before it had taken all bytes`,
    { status, outcome: 'unknown', hint: 'Look at what is stored, and upload it again' },
  )
}
