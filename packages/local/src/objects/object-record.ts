import type { BigIntStats } from 'node:fs'
import type { Attributes, ObjectInfo } from '@cloudstore/core'
import type { LocalAcl } from '../acls.ts'

/**
 * What is kept of an object beside its bytes, and which bytes it speaks of: the file of this size and time. Times of our files are unlike those of the
 * object before (see `stampFile`), and a copy of the root folder keeps them, which it does not do with inode numbers.
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

/** The record that speaks of a file, if one does; newer ones come first. */
export function recordOfFile(
  records: readonly ObjectRecord[],
  file: BigIntStats,
): ObjectRecord | undefined {
  const sameSize = records.filter((record) => BigInt(record.size) === file.size)
  const exact = sameSize.filter((record) => record.mtime === String(file.mtimeNs))
  const match = exact.find((record) => record.inode === String(file.ino)) ?? exact[0]
  if (match !== undefined || file.mtimeNs % nanosecondsInASecond !== 0n) return match
  // Our times are never whole seconds: an archive that keeps no more was unpacked here.
  const rounded = sameSize.filter(
    (record) => BigInt(record.mtime) / nanosecondsInASecond === file.mtimeNs / nanosecondsInASecond,
  )
  return rounded.length === 1 ? rounded[0] : undefined
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

/** What is known of an object: from its record, or of a file that another program wrote, from the file. */
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
