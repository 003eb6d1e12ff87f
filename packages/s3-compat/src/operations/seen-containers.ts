/**
 * The containers that have answered lately. A 404 without a body does not tell a missing key from a missing container; a container that was
 * there within the last minute need not be asked for again.
 */
export interface SeenContainers {
  add(container: string): void
  forget(container: string): void
  has(container: string): boolean
}

const lifetime = 60_000
const most = 1000

export function seenContainers(clock: () => number = () => performance.now()): SeenContainers {
  const until = new Map<string, number>()
  return {
    add(container) {
      until.delete(container)
      until.set(container, clock() + lifetime)
      const [oldest] = until.keys()
      if (until.size > most && oldest !== undefined) until.delete(oldest)
    },
    forget(container) {
      until.delete(container)
    },
    has: (container) => (until.get(container) ?? 0) > clock(),
  }
}
