/**
 * Bytes on their way. One shape for both directions: what a download gives is what an upload takes.
 *
 * Chunks are never empty. Whoever receives one must not change it, and whoever gave it does not change it later; a
 * backend that keeps bytes copies them, since they may be the caller's own array.
 */
export interface BodyReader {
  /** The next chunk, or `undefined` at the end. Returned without a promise where it is at hand already. */
  read(): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** Stops early and releases what is held. Also called after an error; must not throw then. */
  cancel(reason?: unknown): Promise<void>
}

/** Bytes to be sent. */
export interface Body {
  /** Exact number of bytes; `undefined` only for backends with `features.put.unknownLength`. */
  readonly size: number | undefined
  /** Whether `open` can be called again and gives the same bytes: only then may a request be repeated. */
  readonly replayable: boolean
  /** All bytes, where they are in memory anyway. */
  readonly bytes?: Uint8Array | undefined
  /**
   * Starts reading. A body that is not replayable can be opened once.
   *
   * @param purpose - `'look'`: for a hash, say, that is needed before anything is sent; these bytes count as neither sent nor progress
   */
  open(purpose?: 'look'): BodyReader
  /**
   * Hex MD5 of all bytes: at any time when `bytes` is there, else once the last byte was read. `undefined` before that, and
   * when the caller turned hashing off.
   */
  md5(): string | undefined
}
