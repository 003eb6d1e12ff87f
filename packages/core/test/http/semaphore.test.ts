import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { notesOf } from '../../src/http/failure-notes.ts'
import { semaphore, type Slot } from '../../src/http/semaphore.ts'
import { failureOf } from './support/send.ts'

const origin = 'https://storage.test'

beforeEach(() => {
  jest.useFakeTimers()
})

afterEach(() => {
  jest.useRealTimers()
})

function taken(slot: Slot | undefined): Slot {
  if (slot === undefined) throw new Error('no slot')
  return slot
}

describe('semaphore', () => {
  test('hands out as many slots as there are, then none', () => {
    const slots = semaphore(2, origin)
    const first = taken(slots.tryAcquire())
    taken(slots.tryAcquire())
    expect(slots.tryAcquire()).toBeUndefined()
    first.release()
    first.release()
    taken(slots.tryAcquire())
    expect(slots.tryAcquire()).toBeUndefined()
    expect(slots.counts()).toEqual({ active: 2, unread: 0, queued: 0 })
  })

  test('serves those that wait in their order, and nobody jumps the queue', async () => {
    const slots = semaphore(1, origin)
    let held = taken(slots.tryAcquire())
    const order: number[] = []
    const all = [1, 2, 3].map(async (number) => {
      held = await slots.acquire({ queue: 1000 })
      order.push(number)
    })
    for (let round = 0; round < 3; round += 1) {
      held.release()
      expect(slots.tryAcquire()).toBeUndefined()
      await Promise.resolve()
      await Promise.resolve()
    }
    await Promise.all(all)
    expect(order).toEqual([1, 2, 3])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('forgets who stops waiting', async () => {
    const slots = semaphore(1, origin)
    const held = taken(slots.tryAcquire())
    const controller = new AbortController()
    const cancelled = slots.acquire({ queue: 1000, signal: controller.signal })
    const patient = slots.acquire({ queue: 1000 })
    controller.abort('enough')
    await expect(cancelled).rejects.toBe('enough')
    expect(slots.counts()).toMatchObject({ queued: 1 })
    held.release()
    taken(await patient).release()
    expect(slots.counts()).toEqual({ active: 0, unread: 0, queued: 0 })
    await expect(slots.acquire({ queue: 1, signal: controller.signal })).rejects.toBe('enough')
  })

  test.each([
    [0, 'lower', 'raise maxConnections'],
    [2, 'unread', 'Read every body'],
  ])('says why nothing became free (%i unread)', async (unread, _, hint) => {
    const slots = semaphore(3, origin)
    for (let index = 0; index < 3; index += 1) taken(slots.tryAcquire()).unread = index < unread
    const failure = failureOf(slots.acquire({ queue: 30_000 }))
    jest.advanceTimersByTime(29_999)
    expect(slots.counts().queued).toBe(1)
    jest.advanceTimersByTime(1)
    const error = await failure
    expect(error).toMatchObject({ code: 'Timeout', hint: expect.stringContaining(hint) })
    expect(String(error)).toContain(
      `no connection to ${origin} became free within 30000 ms (timeouts.queue): ` +
        `3 are in use, ${unread} of them by answers that nobody reads`,
    )
    expect(notesOf(error)).toEqual({ timeout: 'queue', sent: 'nothing' })
  })

  test('a deadline that is sooner counts', async () => {
    const slots = semaphore(1, origin)
    taken(slots.tryAcquire())
    const deadline = { at: performance.now() + 50, total: 80 }
    const failure = failureOf(slots.acquire({ queue: 100, deadline }))
    jest.advanceTimersByTime(50)
    expect(String(await failure)).toContain('within 80 ms (timeouts.total)')
  })

  test('waits for ever if told so', async () => {
    const slots = semaphore(1, origin)
    const held = taken(slots.tryAcquire())
    const waiting = slots.acquire({ queue: Infinity })
    expect(jest.getTimerCount()).toBe(0)
    held.release()
    taken(await waiting)
  })

  test('refuses everybody once closed', async () => {
    const slots = semaphore(1, origin)
    const held = taken(slots.tryAcquire())
    const waiting = failureOf(slots.acquire({ queue: 1000 }))
    slots.close()
    expect(await waiting).toMatchObject({ code: 'InvalidArgument' })
    held.release()
    expect(slots.tryAcquire()).toBeUndefined()
    expect(await failureOf(slots.acquire({ queue: 1 }))).toMatchObject({ code: 'InvalidArgument' })
  })
})
