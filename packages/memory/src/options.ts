import { invalidConfig, type TransferOptions } from '@cloudstore/core'
import * as z from 'zod/mini'
import english from 'zod/v4/locales/en.js'

/** The options of `MemoryStorageDriver`; none is needed. */
export interface MemoryDriverOptions {
  /**
   * The time in milliseconds since 1970, for `lastModified` and `createdAt`, which are cut to whole
   * seconds. Default: `Date.now`.
   */
  clock?: (() => number) | undefined
  /** Bytes of one part of a multipart upload, at least 5 MiB. Default: 8 MiB. */
  partSize?: number | undefined
  /** How many parts are uploaded at the same time. Default: 4. */
  concurrency?: number | undefined
  /**
   * Objects of at least this many bytes are uploaded in parts. Default: never, since memory takes
   * any object in one piece.
   */
  multipartThreshold?: number | undefined
  /** Whether bytes are hashed on their way and compared. Default: true. */
  verifyHash?: boolean | undefined
}

const minPartSize = 5 * 1024 ** 2
const maxPartSize = 5 * 1024 ** 3

const schema = z.strictObject({
  clock: z.optional(
    z.custom<() => number>((value) => typeof value === 'function', 'expected a function'),
  ),
  partSize: z.optional(z.int().check(z.minimum(minPartSize), z.maximum(maxPartSize))),
  concurrency: z.optional(z.int().check(z.minimum(1))),
  multipartThreshold: z.optional(z.int().check(z.minimum(0))),
  verifyHash: z.optional(z.boolean()),
})

type Same<A, B> = [A, keyof A] extends [B, keyof B]
  ? [B, keyof B] extends [A, keyof A]
    ? true
    : false
  : false
// An option that is in the interface or in the schema alone, or differs, does not compile.
true satisfies Same<z.input<typeof schema>, MemoryDriverOptions>

export interface MemorySettings {
  readonly clock: () => number
  readonly transfer: TransferOptions
}

/** Checks options from the outside; fails with one `InvalidConfig` for everything that is wrong. */
export function parseOptions(options: unknown): MemorySettings {
  const result = schema.safeParse(options, { error: english().localeError })
  if (!result.success) throw invalidConfig(result.error.issues, Object.keys(schema.shape))
  const { clock, ...transfer } = result.data
  // `Date.now` is looked up at each call, so that fake timers which replace it are followed.
  return { clock: clock ?? (() => Date.now()), transfer }
}
