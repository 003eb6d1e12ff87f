import { StorageError } from '@cloudstore/core'

/** The error for an answer that is not what it should be. `excerpt` is cut to what fits into a log line. */
export function malformed(
  problem: string,
  excerpt?: string,
  cause?: unknown,
): StorageError<'MalformedResponse'> {
  const shown = excerpt?.slice(0, 200).replaceAll(/\s+/g, ' ').trim()
  const text = shown === undefined || shown === '' ? '' : `: ${JSON.stringify(shown)}`
  return new StorageError('MalformedResponse', `the server's answer ${problem}${text}`, { cause })
}
