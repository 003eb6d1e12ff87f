import type { Features } from '@cloudstore/core'

// #region features
export function featuresOf(maxBytes: number): Features {
  return frozen({
    containerNames: 'any',
    list: { order: 'utf8', startAfter: true, delimiter: true, maxPage: 1000 },
    put: { unknownLength: true, oneShot: true, maxBytes },
    attributes: ['contentType'],
    metadata: { maxBytes: 2048 },
    conditions: { read: [], put: ['ifNoneMatch'], complete: [], copy: [], delete: [] },
    acls: { objects: [], containers: [] },
  })
}
// #endregion

/** Promises are data that nobody changes. */
function frozen<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) frozen(member)
  }
  return Object.freeze(value)
}
