import {
  isStorageError,
  sleep,
  StorageError,
  withHint,
  type Call,
  type RetryPolicy,
} from '@cloudstore/core'
import type { SlidingWindow } from '../api/sliding-window.ts'

/** The most paths of one request: as many as may be purged in 20 seconds. */
const perRequest = 50
/** Twenty requests, more than six minutes. */
const mostPaths = 1_000
const longestPath = 1_024

/** Checks paths, and drops those that another one covers. Nothing else is done to them: they are the keys as they are. */
export function planPurge(paths: readonly string[]): string[] {
  const problem = paths.map(pathProblem).find((found) => found !== undefined)
  if (problem !== undefined) throw problem
  const distinct = [...new Set(paths)]
  if (distinct.includes('*')) return ['*']
  if (distinct.length <= mostPaths) return distinct
  throw new StorageError(
    'InvalidArgument',
    `${distinct.length} paths are more than the ${mostPaths} that one call purges`,
    {
      hint: "DigitalOcean takes 50 paths in 20 seconds. A wildcard counts as one: 'folder/*', or '*' for everything",
    },
  )
}

function pathProblem(path: string): StorageError | undefined {
  if (path === '') {
    return new StorageError('InvalidArgument', 'a path to purge is empty', {
      hint: "'*' purges everything",
    })
  }
  if (/^https?:\/\//i.test(path)) {
    return new StorageError('InvalidArgument', 'a path to purge is a URL', {
      hint: "Pass the object's key, such as 'photos/cat.jpg', without host and encoding",
    })
  }
  if (path.startsWith('/')) {
    return new StorageError(
      'InvalidArgument',
      'a path to purge begins with a slash, and those of the API begin without one',
      {
        hint: "Write the key without it: 'logo.svg'. For a key that itself begins with one, purge '*'",
      },
    )
  }
  if (new TextEncoder().encode(path).byteLength > longestPath) {
    return new StorageError(
      'InvalidArgument',
      `a path to purge has more than ${longestPath} bytes, as no key has`,
    )
  }
  return undefined
}

/** Purges in batches, each when its turn has come. */
export async function purgeInBatches(
  paths: readonly string[],
  work: {
    readonly purge: (files: readonly string[]) => Promise<void>
    readonly window: SlidingWindow
    readonly retries: RetryPolicy
    readonly signal: Call['signal']
  },
): Promise<void> {
  const { window, signal } = work
  for (let start = 0; start < paths.length; start += perRequest) {
    const batch = paths.slice(start, start + perRequest)
    await window.take(batch.length, { signal })
    try {
      await purgeBatch(batch, work)
    } catch (error) {
      if (start === 0 || !isStorageError(error)) throw error
      const done = `The first ${start} of ${paths.length} paths were purged`
      throw withHint(error, error.hint === undefined ? done : `${done}. ${error.hint}`)
    }
  }
}

type Work = Parameters<typeof purgeInBatches>[1]

/** Two purges of the same paths cannot run at once: the second waits for the first, somebody else's maybe. */
async function purgeBatch(
  batch: readonly string[],
  { purge, retries, signal }: Work,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await purge(batch)
    } catch (error) {
      if (!isPurgeInProgress(error) || attempt >= retries.attempts) throw error
      await sleep(Math.min(retries.maxDelay, 5 * retries.baseDelay * 2 ** (attempt - 1)), signal)
    }
  }
}

// The API does not document how it says so.
function isPurgeInProgress(error: unknown): boolean {
  if (isStorageError(error, 'Conflict')) return true
  return (
    isStorageError(error, 'InvalidArgument') &&
    error.status !== 404 &&
    /in progress|already|pending|concurrent/i.test(error.problem)
  )
}
