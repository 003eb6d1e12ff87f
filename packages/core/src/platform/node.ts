import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { BodyReader } from '../body.ts'
import { isError } from '../error-shape.ts'
import type { NodeStream } from '../structural.ts'
import type { LocalFiles, Md5 } from './platform.ts'

export { modulePlaces, processEnv } from './node-modules.ts'
export { createNodeTransport } from './node-transport.ts'

export function createMd5(): Md5 {
  const hash = createHash('md5')
  return {
    update(bytes) {
      hash.update(bytes)
    },
    hex: () => hash.digest('hex'),
  }
}

export async function loadFiles(): Promise<LocalFiles> {
  return import('./node-files.ts')
}

/** A `Readable` that asks `open` for its bytes when it is first read. */
export function toNodeStream(open: () => BodyReader): NodeStream {
  let reader: BodyReader | undefined
  return new Readable({
    highWaterMark: 0,
    read() {
      reader ??= open()
      Promise.resolve()
        .then(() => reader?.read())
        .then(
          (chunk) => this.push(chunk ?? null),
          (error: unknown) => this.destroy(isError(error) ? error : new Error(String(error))),
        )
    },
    destroy(error, callback) {
      const cancelled = (reader ?? open()).cancel(error ?? undefined)
      cancelled.then(
        () => callback(error),
        () => callback(error),
      )
    },
  })
}
