import type { Body, BodyReader } from '@cloudstore/core'

/** Where a transfer breaks off, and what it fails with. */
export interface Break {
  /** Bytes that pass. A shorter body breaks at its end: what a test asked for happens in any case. */
  readonly after: number
  readonly error: Error
}

/** The body with a break in it, each time it is read. */
export function brokenBody(body: Body, broken: Break): Body {
  return {
    size: body.size,
    replayable: body.replayable,
    bytes: body.bytes,
    open: (purpose) => brokenReader(body.open(purpose), broken),
    md5: () => body.md5(),
  }
}

export function brokenReader(reader: BodyReader, { after, error }: Break): BodyReader {
  let left = after
  const pass = (chunk: Uint8Array | undefined): Uint8Array => {
    if (chunk === undefined) throw error
    const passed = chunk.subarray(0, left)
    left -= passed.byteLength
    return passed
  }
  return {
    read() {
      if (left === 0) throw error
      const next = reader.read()
      return next !== undefined && 'then' in next ? next.then(pass) : pass(next)
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
