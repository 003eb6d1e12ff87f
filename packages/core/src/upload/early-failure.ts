/**
 * Hears what a Node stream fails with before it is read (a file that does not exist, while a connection is being made): without a listener that would end the
 * process. From the first step on, the iteration listens itself.
 */
export function earlyFailure(value: object): { check(): void; stop(): void } | undefined {
  if (!('pipe' in value && 'on' in value && 'removeListener' in value)) return undefined
  const { on, removeListener } = value
  if (typeof on !== 'function' || typeof removeListener !== 'function') return undefined
  let failure: { readonly error: unknown } | undefined
  const hear = (error: unknown): void => {
    failure ??= { error }
  }
  on.call(value, 'error', hear)
  return {
    check() {
      if (failure !== undefined) throw failure.error
    },
    stop() {
      removeListener.call(value, 'error', hear)
    },
  }
}
