import type { ObjectInfo, ReadRequest, WriteConditions } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'

/** The conditions among the options of a read. */
export type ReadConditions = Pick<
  ReadRequest,
  'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifUnmodifiedSince'
>

/**
 * Evaluates conditions on a read, for backends that hold the objects themselves. Precedence as in
 * RFC 9110, section 13.2.2: an ETag given makes the time of the same direction irrelevant. Times
 * count in whole seconds, as they do in HTTP, and one of an object without `lastModified` says
 * nothing.
 *
 * Fails with `PreconditionFailed` or `NotModified`.
 */
export function checkReadConditions(
  conditions: ReadConditions,
  current: Pick<ObjectInfo, 'etag' | 'lastModified'>,
): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, current.etag)) throw otherETag(current.etag)
  } else if (ifUnmodifiedSince !== undefined && changedAfter(current, ifUnmodifiedSince) === true) {
    throw new StorageError('PreconditionFailed', 'the object was changed after ifUnmodifiedSince')
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, current.etag)) {
      throw new StorageError('NotModified', 'the object still has the ETag of ifNoneMatch')
    }
  } else if (ifModifiedSince !== undefined && changedAfter(current, ifModifiedSince) === false) {
    throw new StorageError('NotModified', 'the object was not changed after ifModifiedSince')
  }
}

/**
 * Evaluates conditions on a write against the object that is there now, if any. Only atomic
 * together with the write: call it where nothing can come between.
 *
 * Fails with `ObjectAlreadyExists` (`ifNoneMatch: '*'`) or `PreconditionFailed`.
 */
export function checkWriteConditions(
  conditions: WriteConditions,
  current: Pick<ObjectInfo, 'etag'> | undefined,
): void {
  if (conditions.ifMatch !== undefined) {
    if (current === undefined) {
      throw new StorageError('PreconditionFailed', 'ifMatch was given, but there is no such object')
    }
    if (!matches(conditions.ifMatch, current.etag)) throw otherETag(current.etag)
  }
  if (conditions.ifNoneMatch === '*' && current !== undefined) {
    throw new StorageError('ObjectAlreadyExists', 'there is an object under this key already')
  }
}

function matches(condition: string, etag: string | undefined): boolean {
  return condition === '*' || condition === etag
}

function otherETag(etag: string | undefined): StorageError {
  const now = etag === undefined ? 'has no ETag' : `has the ETag ${etag} now`
  return new StorageError('PreconditionFailed', `the object ${now}, not that of ifMatch`)
}

/**
 * Whether the object was changed after a time, or `undefined` where nobody knows when it was
 * changed.
 */
function changedAfter(current: Pick<ObjectInfo, 'lastModified'>, time: Date): boolean | undefined {
  return current.lastModified && wholeSeconds(current.lastModified) > wholeSeconds(time)
}

function wholeSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
