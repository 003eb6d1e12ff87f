import { onAbort, reasonOf } from '../abort.ts'
import { StorageError } from '../errors/errors.ts'
import type { AbortSignalLike } from '../surface/structural.ts'
import { noteFailure } from './failure-notes.ts'
import { deadlineError, startTimer, stopTimer, timeoutError, type Deadline } from './timeouts.ts'

/** The right to use one connection. */
export interface Slot {
  /** The answer is there and nobody reads it at the moment. Kept up to date by whoever holds the slot. */
  unread: boolean
  release(): void
}

export interface SlotRequest {
  /** Milliseconds to wait at most: `timeouts.queue`. */
  readonly queue: number
  readonly deadline?: Deadline | undefined
  readonly signal?: AbortSignalLike | undefined
}

/** Hands out a fixed number of slots, first come, first served. */
export interface Semaphore {
  /** A slot, if one is free and nobody waits for it. */
  tryAcquire(): Slot | undefined
  /** A slot as soon as it is this one's turn. */
  acquire(request: SlotRequest): Promise<Slot>
  counts(): { active: number; unread: number; queued: number }
  /** Refuses those that wait and those that come. */
  close(): void
}

interface Waiter {
  grant(slot: Slot): void
  refuse(error: unknown): void
}

/** @param origin - for messages */
export function semaphore(maxConnections: number, origin: string): Semaphore {
  const held = new Set<Slot>()
  const waiting = new Set<Waiter>()
  let closed = false

  const newSlot = (): Slot => {
    const slot: Slot = {
      unread: false,
      release() {
        if (!held.delete(slot)) return
        const [next] = waiting
        if (next === undefined) return
        waiting.delete(next)
        next.grant(newSlot())
      },
    }
    held.add(slot)
    return slot
  }

  const counts = (): { active: number; unread: number; queued: number } => {
    let unread = 0
    for (const slot of held) if (slot.unread) unread += 1
    return { active: held.size, unread, queued: waiting.size }
  }

  const queueTimeout = (milliseconds: number): StorageError => {
    const { active, unread } = counts()
    const error = timeoutError('queue', milliseconds, origin, {
      detail: `: ${active} are in use, ${unread} of them by answers that nobody reads`,
      hint:
        unread > 0
          ? 'Read every body to its end or cancel it'
          : 'Do less at the same time, or raise maxConnections',
    })
    noteFailure(error, { sent: 'nothing' })
    return error
  }

  return {
    tryAcquire() {
      return closed || held.size >= maxConnections ? undefined : newSlot()
    },
    acquire({ queue, deadline, signal }) {
      return new Promise<Slot>((resolve, reject) => {
        if (closed) {
          reject(closedError())
          return
        }
        if (signal?.aborted === true) {
          reject(reasonOf(signal))
          return
        }
        const settle = (): void => {
          waiting.delete(waiter)
          stopTimer(timer)
          stopListening()
        }
        const waiter: Waiter = {
          grant(slot) {
            settle()
            resolve(slot)
          },
          refuse(error) {
            settle()
            reject(error)
          },
        }
        const left = deadline === undefined ? Infinity : deadline.at - performance.now()
        // Keeps the process alive: nothing else may, since paused connections don't.
        const timer = startTimer(Math.min(queue, left), true, () => {
          waiter.refuse(
            deadline !== undefined && left <= queue
              ? deadlineError(deadline, origin, 'nothing')
              : queueTimeout(queue),
          )
        })
        waiting.add(waiter)
        const stopListening = onAbort(signal, (reason) => waiter.refuse(reason))
      })
    },
    counts,
    close() {
      closed = true
      for (const waiter of waiting) waiter.refuse(closedError())
    },
  }
}

/** What every request gets that a closed transport is asked for. */
export function closedError(): StorageError {
  const error = new StorageError('InvalidArgument', 'the transport was closed', {
    hint: 'Make a new driver, or close it only when nothing uses it any more',
  })
  noteFailure(error, { sent: 'nothing' })
  return error
}
