import type { Body, BodyReader } from '../../../src/contract/body.ts'
import { readAll } from '../../../src/bytes/chunks.ts'
import { defaultTimeouts, type TimeoutOptions } from '../../../src/http/timeouts.ts'
import type { HttpOrigin, HttpRequest } from '../../../src/http/transport.ts'

type Overrides = Partial<Omit<HttpRequest, 'timeouts'>> & { timeouts?: TimeoutOptions }

/** A request with what the test does not care about filled in. */
export function requestTo(origin: HttpOrigin, overrides: Overrides = {}): HttpRequest {
  const { timeouts, ...rest } = overrides
  return {
    method: rest.body === undefined ? 'GET' : 'PUT',
    origin,
    path: '/key',
    headers: {},
    timeouts: { ...defaultTimeouts, ...timeouts } as HttpRequest['timeouts'],
    ...rest,
  }
}

/** A body in memory. */
export function bytesBody(bytes: Uint8Array | string): Body {
  const all = Buffer.from(bytes)
  return {
    size: all.length,
    replayable: true,
    bytes: all,
    md5: () => undefined,
    open() {
      throw new Error('the bytes are there')
    },
  }
}

/** A body that is read once, from a reader. */
export function streamBody(size: number, reader: BodyReader): Body {
  return { size, replayable: false, md5: () => undefined, open: () => reader }
}

/** A reader that gives a chunk every time it is asked, `count` times. */
export function repeated(
  chunk: Uint8Array,
  count: number,
): BodyReader & { reads: number; cancelled: unknown[] } {
  return {
    reads: 0,
    cancelled: [],
    read() {
      if (this.reads >= count) return undefined
      this.reads += 1
      return chunk
    },
    async cancel(reason) {
      this.cancelled.push(reason)
    },
  }
}

export async function textOf(reader: BodyReader): Promise<string> {
  return Buffer.from(await readAll(reader)).toString()
}

/** What a promise rejects with. */
export async function failureOf(
  promise: Promise<unknown> | undefined | Uint8Array,
): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

/** Waits until something holds; fails after two seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const end = performance.now() + 2_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
