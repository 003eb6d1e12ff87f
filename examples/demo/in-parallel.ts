/**
 * Works on items, some at a time. After the first failure no other item is begun, those under way are cancelled, and all of them have ended when this
 * rejects.
 */
export async function inParallel<I>(
  items: readonly I[],
  width: number,
  outer: AbortSignal,
  work: (item: I, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController()
  const signal = AbortSignal.any([outer, failure.signal])
  const queue = items.values()
  const takeFromQueue = async (): Promise<void> => {
    try {
      for (const item of queue) {
        signal.throwIfAborted()
        await work(item, signal)
      }
    } catch (error) {
      failure.abort(error)
      throw error
    }
  }
  const workers = Array.from({ length: width }, takeFromQueue)
  await Promise.allSettled(workers)
  await Promise.all(workers)
}
