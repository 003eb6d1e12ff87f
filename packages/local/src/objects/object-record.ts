import type { BigIntStats } from 'node:fs'
import type { Attributes, ObjectInfo } from '@cloudstore/core'
import type { LocalAcl } from '../acls.ts'

/**
 * What is kept of an object beside its bytes, and which bytes it speaks of: the file of this size
 * and time. Times of our files are unlike those of the object before (see `drawTime`), and a copy
 * of the root folder keeps them, which it does not do with inode numbers.
 */
export interface ObjectRecord extends Omit<Attributes, 'expires'> {
  readonly size: number
  /** Modification time of the file in nanoseconds. */
  readonly mtime: string
  /** Decides where a file system's times are too coarse to. */
  readonly inode: string
  readonly etag?: string | undefined
  readonly md5?: string | undefined
  /** ISO 8601. */
  readonly expires?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly acl?: LocalAcl | undefined
}

const nanosecondsInASecond = 1_000_000_000n

/**
 * How finely file systems keep times, in nanoseconds. Ours differ in the first; only where a time
 * is a whole multiple of a coarser one, that one counts: the file system keeps no more, or an
 * archive did on the way.
 */
const granularities = [1_000n, 10_000_000n, nanosecondsInASecond, 2n * nanosecondsInASecond]

/** The record that speaks of a file, if one does; newer ones come first. */
export function recordOfFile(
  records: readonly ObjectRecord[],
  file: BigIntStats,
): ObjectRecord | undefined {
  const sameSize = records.filter((record) => BigInt(record.size) === file.size)
  for (const [index, unit] of granularities.entries()) {
    if (index > 0 && file.mtimeNs % unit !== 0n) continue
    const matches = sameSize.filter((record) => BigInt(record.mtime) / unit === file.mtimeNs / unit)
    if (matches.length === 0) continue
    return matches.find((record) => record.inode === String(file.ino)) ?? matches[0]
  }
  return undefined
}

/**
 * A time for a file of ours, in seconds: the second of the clock, and a fraction drawn by lot that
 * only our files have.
 */
export function drawTime(now: number): number {
  const tens = Math.floor(Math.random() * 100_000)
  const ones = 1 + Math.floor(Math.random() * 9)
  return Math.floor(now / 1000) + (tens * 10 + ones) / 1_000_000
}

/** The part of a record that says which file it speaks of. */
export function identityOfFile(file: BigIntStats): Pick<ObjectRecord, 'size' | 'mtime' | 'inode'> {
  return { size: Number(file.size), mtime: String(file.mtimeNs), inode: String(file.ino) }
}

/** Whether nothing happened to a file between two looks at it. */
export function isSameFile(one: BigIntStats, two: BigIntStats): boolean {
  return (
    one.ino === two.ino &&
    one.size === two.size &&
    one.mtimeNs === two.mtimeNs &&
    one.ctimeNs === two.ctimeNs
  )
}

/**
 * What is known of an object: from its record, or of a file that another program wrote, from the
 * file.
 */
export function infoOfFile(
  key: string,
  file: BigIntStats,
  record: ObjectRecord | undefined,
): ObjectInfo {
  return {
    ...summaryOfFile(key, file, record),
    ...(record !== undefined && {
      contentType: record.contentType,
      cacheControl: record.cacheControl,
      contentDisposition: record.contentDisposition,
      contentEncoding: record.contentEncoding,
      contentLanguage: record.contentLanguage,
      expires: record.expires === undefined ? undefined : new Date(record.expires),
      metadata: record.metadata ?? {},
    }),
  }
}

/** What a listing says of an object. */
export function summaryOfFile(
  key: string,
  file: BigIntStats,
  record: ObjectRecord | undefined,
): ObjectInfo {
  return {
    key,
    size: Number(file.size),
    etag: record?.etag ?? etagOfFile(file),
    ...(record?.md5 !== undefined && { md5: record.md5 }),
    lastModified: new Date(Math.floor(Number(file.mtimeNs / nanosecondsInASecond)) * 1000),
  }
}

/** Changes whenever the file is replaced or written to. Unlike an MD5 at first sight. */
function etagOfFile(file: BigIntStats): string {
  return [file.size, file.mtimeNs, file.ctimeNs, file.ino]
    .map((fact) => fact.toString(36))
    .join('-')
}
