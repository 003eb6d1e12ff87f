import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { BodyReader } from '../contract/body.ts'
import { isError } from '../errors/error-shape.ts'
import type { NodeStream } from '../surface/structural.ts'
import type { LocalFiles, Md5 } from './platform.ts'

export { modulePlaces, processEnv } from './node-modules.ts'
export { createNodeTransport } from './node-transport.ts'

/** Whether requests can be sent on sockets of our own. */
export const hasSockets: boolean = true

// Node refuses 2 GiB and more.
const mostHashedAtOnce = 1024 ** 3

export function createMd5(): Md5 {
  const hash = createHash('md5')
  return {
    update(bytes) {
      for (let offset = 0; offset < bytes.byteLength; offset += mostHashedAtOnce) {
        hash.update(
          bytes.byteLength <= mostHashedAtOnce
            ? bytes
            : bytes.subarray(offset, offset + mostHashedAtOnce),
        )
      }
    },
    hex: () => hash.digest('hex'),
  }
}

export async function loadFiles(): Promise<LocalFiles> {
  return import('./node-files.ts')
}

/** A `Readable` over a reader, which is not read before the stream is. */
export function toNodeStream(reader: BodyReader): NodeStream {
  return new Readable({
    highWaterMark: 0,
    read() {
      const failed = (error: unknown): void => {
        this.destroy(isError(error) ? error : new Error(String(error), { cause: error }))
      }
      try {
        const next = reader.read()
        if (next !== undefined && 'then' in next) {
          next.then((chunk) => this.push(chunk ?? null), failed)
        } else this.push(next ?? null)
      } catch (error) {
        failed(error)
      }
    },
    destroy(error, callback) {
      reader.cancel(error ?? undefined).then(
        () => callback(error),
        (cancelError: unknown) => callback(error ?? (isError(cancelError) ? cancelError : null)),
      )
    },
  })
}
