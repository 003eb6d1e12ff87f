import { bytesReader, createMd5, readAll, readerOf } from '@cloudstore/core'
import type { Body, Call, PutObjectRequest } from '@cloudstore/core'
import { memoryBackend } from '../src/backend.ts'

export const call: Call = { operation: 'test' }

/** A body as core makes them. */
export function bodyOf(source: string | Uint8Array): Body {
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source
  const md5 = createMd5()
  md5.update(bytes)
  const hex = md5.hex()
  return {
    size: bytes.byteLength,
    replayable: true,
    bytes,
    open: () => bytesReader(bytes),
    md5: () => hex,
  }
}

/** A body of unknown length that nobody hashes. */
export function streamBody(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Body {
  return {
    size: undefined,
    replayable: false,
    open: () => readerOf(chunks),
    md5: () => undefined,
  }
}

export const second = 1000
export const noon = Date.UTC(2026, 2, 1, 12)

/** A backend with the container `box`, whose clock stands at noon until it is moved. */
export async function openBackend() {
  const time = { now: noon }
  const backend = memoryBackend(() => time.now)
  await backend.createContainer({ container: 'box' }, call)
  return {
    backend,
    time,
    put: (key: string, source: string | Uint8Array, options: Partial<PutObjectRequest> = {}) =>
      backend.putObject({ container: 'box', key, body: bodyOf(source), ...options }, call),
    head: (key: string) => backend.headObject({ container: 'box', key }, call),
    text: async (key: string) => {
      const { body } = await backend.getObject({ container: 'box', key }, call)
      return new TextDecoder().decode(await readAll(body))
    },
    keys: async (request: { prefix?: string; delimiter?: string; startAfter?: string } = {}) => {
      const { objects } = await backend.listObjects({ container: 'box', ...request }, call)
      return objects.map(({ key }) => key)
    },
  }
}
