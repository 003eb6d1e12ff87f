import { expect, test } from '@jest/globals'
import type { AbortSignalLike } from '@cloudstore/core'
import { oneAtATime } from '../../src/locks/serial.ts'

/** A signal of an old library: without a reason. */
function plainSignal(): { signal: AbortSignalLike; listeners: Set<() => void>; abort(): void } {
  const listeners = new Set<() => void>()
  let aborted = false
  return {
    listeners,
    signal: {
      get aborted() {
        return aborted
      },
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (_type, listener) => listeners.delete(listener),
    },
    abort() {
      aborted = true
      for (const listener of listeners) listener()
    },
  }
}

test('those that wait share one listener, and leave in order with a reason', async () => {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const { signal, listeners, abort } = plainSignal()
  const first = oneAtATime('name', undefined, () => gate)
  const waiting = Array.from({ length: 20 }, () => oneAtATime('name', signal, async () => 'never'))
  const patient = oneAtATime('name', undefined, async () => 'last')
  expect(listeners.size).toBe(1)
  abort()
  for (const each of waiting) await expect(each).rejects.toMatchObject({ name: 'AbortError' })
  expect(listeners.size).toBe(0)
  release()
  await first
  expect(await patient).toBe('last')
})
