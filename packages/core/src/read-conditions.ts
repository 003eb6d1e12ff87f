import type { ReadRequest } from './backend.ts'
import type { ReadOptions } from './options.ts'
import { bareEtag } from './upload-plan.ts'

/** The conditions among the options of a read. */
export function readConditions(
  options: ReadOptions,
): Pick<ReadRequest, 'ifMatch' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifUnmodifiedSince'> {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = options
  return {
    ...(ifMatch !== undefined && { ifMatch: bareEtag(ifMatch) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: bareEtag(ifNoneMatch) }),
    ...(ifModifiedSince !== undefined && { ifModifiedSince }),
    ...(ifUnmodifiedSince !== undefined && { ifUnmodifiedSince }),
  }
}
