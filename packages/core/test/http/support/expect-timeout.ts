import { expect } from '@jest/globals'
import { notesOf } from '../../../src/http/failure-notes.ts'
import type { TimeoutName } from '../../../src/http/timeouts.ts'
import { failureOf } from './send.ts'

/** Expects that something ends by this time-out, and when it is due. */
export async function expectTimeout(
  promise: Promise<unknown> | undefined | Uint8Array,
  name: TimeoutName,
  milliseconds: number,
): Promise<unknown> {
  const since = performance.now()
  const error = await failureOf(promise)
  const waited = performance.now() - since
  expect(error).toMatchObject({ code: 'Timeout' })
  expect(String(error)).toContain(`within ${milliseconds} ms (timeouts.${name})`)
  expect(notesOf(error).timeout).toBe(name)
  expect(waited).toBeGreaterThan(milliseconds - 20)
  expect(waited).toBeLessThan(milliseconds + 500)
  return error
}
