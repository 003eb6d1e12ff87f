/**
 * The shapes of platform objects that the API takes and gives, described structurally, so that the types work without
 * DOM types and without `@types/node`, and values of another realm or library are accepted.
 */

/** An `AbortSignal`, of any realm. */
export interface AbortSignalLike {
  readonly aborted: boolean
  readonly reason?: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** A `Blob` or `File`. */
export interface BlobLike {
  readonly size: number
  readonly type: string
  slice(start?: number, end?: number): BlobLike
  stream(): WebStreamLike<Uint8Array>
  arrayBuffer(): Promise<ArrayBuffer>
}

/** A web `ReadableStream`. */
export interface WebStreamLike<T> {
  readonly locked: boolean
  cancel(reason?: unknown): Promise<void>
  getReader(): {
    read(): Promise<{ done: boolean; value?: T | undefined }>
    cancel(reason?: unknown): Promise<void>
    releaseLock(): void
  }
}

/** A Node `Readable`. */
export interface NodeStreamLike {
  readonly readable: boolean
  pipe<T>(destination: T, options?: { end?: boolean }): T
  destroy(error?: Error): unknown
  [Symbol.asyncIterator](): AsyncIterator<unknown>
}

/** A web `Response`, as far as anything here relies on it. */
export interface ResponseLike {
  readonly status: number
  readonly body: WebStreamLike<Uint8Array> | null
}

type IsAny<T> = 0 extends 1 & T ? true : false

/** The runtime's own `ReadableStream` of bytes where its types are installed, else the structural one. */
export type WebStream = typeof globalThis extends { Response: { prototype: { body: infer B } } }
  ? NonNullable<B>
  : WebStreamLike<Uint8Array>

/** The runtime's own `Response` where its types are installed, else the structural one. */
export type WebResponse = typeof globalThis extends { Response: { prototype: infer R } }
  ? R
  : ResponseLike

/** The runtime's own `AbortSignal` where its types are installed, else the structural one. */
export type PlatformAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : AbortSignalLike

/** @ts-ignore -- resolves only where `@types/node` is installed */
type MaybeReadable = import('node:stream').Readable

/** Node's `Readable` where `@types/node` is installed, else the structural one. */
export type NodeStream = IsAny<MaybeReadable> extends true ? NodeStreamLike : MaybeReadable

/** `Uint8Array<ArrayBuffer>` from TypeScript 5.7 on, `Uint8Array` before: fits `new Blob([bytes])` and `crypto.subtle`. */
export type Bytes = ReturnType<typeof Uint8Array.of>
