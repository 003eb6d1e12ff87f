import { type AbortSignalLike, onAbort, throwIfAborted } from '@cloudstore/core'

// By path, for all drivers of this process: they take turns here, without the file system.
const queues = new Map<string, (() => void)[]>()

/** Runs actions of the same name one after another, in the order in which they came. */
export async function oneAtATime<T>(
  name: string,
  signal: AbortSignalLike | undefined,
  action: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal)
  const queue = queues.get(name)
  if (queue === undefined) queues.set(name, [])
  else await turn(queue, signal)
  try {
    return await action()
  } finally {
    const next = queues.get(name)?.shift()
    if (next === undefined) queues.delete(name)
    else next()
  }
}

function turn(queue: (() => void)[], signal: AbortSignalLike | undefined): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const called = (): void => {
      stopListening()
      resolve()
    }
    queue.push(called)
    const stopListening = onAbort(signal, (reason) => {
      queue.splice(queue.indexOf(called), 1)
      reject(reason)
    })
  })
}
