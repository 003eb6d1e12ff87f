import type { AbortSignalLike } from '../../src/surface/structural.ts'

/** A signal that counts who listens to it: an application may hold one for as long as it runs. */
export interface ListenedSignal {
  readonly signal: AbortSignalLike
  listeners(): number
  abort(reason: unknown): void
}

export function listenedSignal(): ListenedSignal {
  const listeners = new Set<() => void>()
  const state: { aborted: boolean; reason: unknown } = { aborted: false, reason: undefined }
  return {
    signal: {
      get aborted() {
        return state.aborted
      },
      get reason() {
        return state.reason
      },
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    },
    listeners: () => listeners.size,
    abort(reason) {
      state.aborted = true
      state.reason = reason
      for (const listener of listeners) listener()
    },
  }
}
