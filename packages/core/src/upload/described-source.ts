import { onAbort } from '../abort.ts'
import type { ObjectInfo } from '../contract/backend.ts'
import type { BodyReader } from '../contract/body.ts'
import { failWith } from '../errors/caller-failure.ts'
import type { AbortSignalLike } from '../surface/structural.ts'
import { once, type OpenedSource } from './opened-source.ts'

/**
 * How an object that is being read lets itself be uploaded: a method under this key takes its bytes. A registered symbol, so that the
 * objects of another copy of this package work too.
 */
export const sourceSymbol: unique symbol = Symbol.for('cloudstore.source.v1')

/** What `sourceSymbol` gives, at once. Nobody else can consume the bytes after that. */
export interface SourceClaim {
  /** Sends the request. Fails when somebody had consumed the bytes already. */
  open(): Promise<DescribedSource>
  /** Gives the bytes up, unless they are somebody else's. */
  cancel(reason?: unknown): Promise<void>
}

export interface DescribedSource {
  readonly info: Partial<ObjectInfo>
  /** Bytes that will come: of the range, when one was asked for. */
  readonly size: number
  readonly reader: BodyReader
}

/** An object that is being read, of this copy of the package or another. */
export interface Describing {
  [sourceSymbol](): SourceClaim
}

export function isDescribing(value: object): value is Describing {
  return sourceSymbol in value && typeof value[sourceSymbol] === 'function'
}

/** Another object: what goes wrong with reading it is told as that, not as a failure of the upload. */
export async function fromDescribing(
  claim: SourceClaim,
  signal: AbortSignalLike | undefined,
): Promise<OpenedSource> {
  const failed = (error: unknown): never => {
    throw failWith(error)
  }
  const stopListening = onAbort(signal, (reason) => {
    claim.cancel(reason).catch(() => undefined)
  })
  const { info, size, reader } = await claim.open().catch(failed).finally(stopListening)
  const marked: BodyReader = {
    read() {
      try {
        const next = reader.read()
        return next !== undefined && 'then' in next ? next.catch(failed) : next
      } catch (error) {
        return failed(error)
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }
  return once(marked, { size, described: info })
}
