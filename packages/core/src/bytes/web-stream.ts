import type { BodyReader } from '../contract/body.ts'
import { StorageError } from '../errors/errors.ts'
import type { WebStream } from '../surface/structural.ts'

/**
 * A web stream over a reader, pulled chunk by chunk and not before. Never a byte stream: that would take the buffers of its chunks away from
 * their owners, Node's shared pool among them.
 */
export function toWebStream(reader: BodyReader): WebStream {
  if (typeof ReadableStream !== 'function') {
    throw new StorageError('UnsupportedOperation', 'this runtime has no web streams')
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await reader.read()
        if (chunk === undefined) controller.close()
        else controller.enqueue(chunk)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
