import type { ReadRequest } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import type { ReadCondition } from '../contract/features.ts'
import type { ReadOptions } from '../surface/options.ts'
import { bareEtag } from '../upload/upload-plan.ts'

/** The conditions among the options of a read, refused where the provider cannot tell whether they hold. */
export function readConditions(
  options: ReadOptions,
  enforced: readonly ReadCondition[],
): Pick<ReadRequest, 'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifUnmodifiedSince'> {
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
