import type { WriteConditions } from '../contract/backend.ts'
import type { ReadCondition, WriteCondition } from '../contract/features.ts'
import { StorageError } from '../errors/errors.ts'
import type { ReadOptions } from '../surface/options.ts'
import type { ReadConditions } from './conditions.ts'

/** The conditions among the options of a read, refused where the provider cannot tell whether they hold. */
export function readConditions(
  options: ReadOptions,
  enforced: readonly ReadCondition[],
): ReadConditions {
  for (const name of ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'] as const) {
    if (options[name] !== undefined && !enforced.includes(name)) {
      throw new StorageError(
        'UnsupportedOperation',
        `this provider does not take option ${name} here`,
      )
    }
  }
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = options
  return {
    ...(ifMatch !== undefined && { ifMatch: bareEtag(ifMatch) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: bareEtag(ifNoneMatch) }),
    ...(ifModifiedSince !== undefined && { ifModifiedSince }),
    ...(ifUnmodifiedSince !== undefined && { ifUnmodifiedSince }),
  }
}

/** The write conditions among these options, refused where they are not known to be enforced. */
export function writeConditions(
  { ifMatch, ifNoneMatch }: WriteConditions,
  enforced: readonly WriteCondition[],
): WriteConditions {
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new StorageError('InvalidArgument', 'options ifMatch and ifNoneMatch exclude each other')
  }
  const asked: WriteCondition | undefined =
    ifMatch !== undefined ? 'ifMatch' : ifNoneMatch !== undefined ? 'ifNoneMatch' : undefined
  if (asked !== undefined && !enforced.includes(asked)) {
    throw new StorageError(
      'UnsupportedOperation',
      `option ${asked} is not known to be enforced by this provider on this call`,
      { hint: 'A condition that is ignored would be a lock that always opens, so it is not sent' },
    )
  }
  return {
    ...(ifMatch !== undefined && { ifMatch: bareEtag(ifMatch) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  }
}

/** An ETag without the quotes that it has on the wire. */
export function bareEtag(etag: string): string {
  return etag.length >= 2 && etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag
}
