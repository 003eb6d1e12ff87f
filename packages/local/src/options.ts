import { invalidConfig, type TransferOptions } from '@cloudstore/core'
import * as z from 'zod/mini'
import english from 'zod/v4/locales/en.js'

/** The options of `LocalStorageDriver`. */
export interface LocalDriverOptions {
  /**
   * The folder that holds the containers as its sub-folders. A relative path counts from the
   * working directory at the time the driver is made. Nothing is read or written before the first
   * call.
   */
  root: string
  /**
   * Whether `createContainer` makes the root folder where it is missing; until then the driver is
   * empty. With `false` every call fails with `LocalFile` while there is no such folder. Default:
   * true.
   */
  createRoot?: boolean | undefined
  /**
   * `'strict'`: names of containers follow the rules of S3, so that what works here works there;
   * sub-folders with other names are not seen. `'any'`: whatever can be the name of a folder.
   * Default: `'strict'`.
   */
  names?: 'strict' | 'any' | undefined
  /**
   * Whether data is forced to the disk before a call reports success. Without it an object is whole
   * or not there after a crash of the process, and what was written in the last seconds may be lost
   * when the machine loses power. Costs some milliseconds for each write. Default: false.
   */
  fsync?: boolean | undefined
  /** Turns on `presign`, `url` and `createFileHandler`. */
  urls?: LocalUrlOptions | undefined
  /**
   * The time in milliseconds since 1970, for `lastModified` and the expiry of URLs. Default:
   * `Date.now`.
   */
  clock?: (() => number) | undefined
  /** Bytes of one part of a multipart upload, at least 5 MiB. Default: 8 MiB. */
  partSize?: number | undefined
  /** How many parts are uploaded at the same time. Default: 4. */
  concurrency?: number | undefined
  /**
   * Objects of at least this many bytes are uploaded in parts. Default: never, since a file takes a
   * stream of any length.
   */
  multipartThreshold?: number | undefined
  /**
   * Whether bytes are hashed on their way and compared. Without it objects have no MD5, and an ETag
   * that is none. Default: true.
   */
  verifyHash?: boolean | undefined
}

/**
 * Where objects can be reached by HTTP, when the application serves them with `createFileHandler`.
 */
export interface LocalUrlOptions {
  /** Address of the handler, such as `http://localhost:3000/files`. */
  baseUrl: string
  /** Signs the URLs: at least 16 characters that nobody can guess. Changing it ends all URLs. */
  secret: string
}

const MiB = 1024 ** 2
const GiB = 1024 ** 3

const schema = z.strictObject({
  root: z.string().check(
    z.minLength(1),
    z.refine((path) => !path.includes('\0'), 'a path has no NUL character'),
  ),
  createRoot: z.optional(z.boolean()),
  names: z.optional(z.enum(['strict', 'any'])),
  fsync: z.optional(z.boolean()),
  urls: z.optional(
    z.strictObject({
      baseUrl: z
        .string()
        .check(z.refine(isBaseUrl, 'expected an http or https URL without user, query and hash')),
      secret: z.string().check(z.minLength(16, 'expected at least 16 characters')),
    }),
  ),
  clock: z.optional(
    z.custom<() => number>((value) => typeof value === 'function', 'expected a function'),
  ),
  partSize: z.optional(z.int().check(z.minimum(5 * MiB), z.maximum(5 * GiB))),
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
true satisfies Same<z.input<typeof schema>, LocalDriverOptions>

const known: readonly string[] = [...Object.keys(schema.shape), 'urls.baseUrl', 'urls.secret']

/** The options with their defaults. */
export interface LocalSettings {
  readonly root: string
  readonly createRoot: boolean
  readonly names: 'strict' | 'any'
  readonly fsync: boolean
  readonly urls: Readonly<LocalUrlOptions> | undefined
  readonly clock: () => number
  readonly transfer: TransferOptions
}

/** Checks options from the outside; fails with one `InvalidConfig` for everything that is wrong. */
export function parseOptions(options: unknown): LocalSettings {
  const result = schema.safeParse(options, { error: english().localeError })
  if (!result.success) throw invalidConfig(result.error.issues, known)
  const {
    root,
    createRoot = true,
    names = 'strict',
    fsync = false,
    urls,
    clock,
    ...transfer
  } = result.data
  // `Date.now` is looked up at each call, so that fake timers which replace it are followed.
  return { root, createRoot, names, fsync, urls, clock: clock ?? (() => Date.now()), transfer }
}

function isBaseUrl(text: string): boolean {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return false
  }
  return (
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === '' &&
    !/[?#]/.test(text)
  )
}
