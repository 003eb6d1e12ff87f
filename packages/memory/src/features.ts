import type { Features } from '@cloudstore/core'

const MiB = 1024 ** 2
const GiB = 1024 ** 3

/** S3's, but parts may differ in size. */
export const limits: NonNullable<Features['multipart']> = {
  minPart: 5 * MiB,
  maxPart: 5 * GiB,
  maxParts: 10_000,
  equalParts: false,
  parallel: true,
  exclusivePerKey: false,
  abortFrees: true,
}

/**
 * What S3 promises at its best, so that programs and wrappers can be tried on memory against
 * everything.
 */
export const features: Features = {
  containerNames: 'dns',
  list: { order: 'utf8', startAfter: true, delimiter: true, maxPage: 1000 },
  put: { unknownLength: true, oneShot: true, maxBytes: Infinity },
  attributes: [
    'contentType',
    'cacheControl',
    'contentDisposition',
    'contentEncoding',
    'contentLanguage',
    'expires',
  ],
  multipart: limits,
  conditions: {
    read: ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'],
    put: ['ifMatch', 'ifNoneMatch'],
    complete: ['ifMatch', 'ifNoneMatch'],
    copy: ['ifMatch', 'ifNoneMatch', 'sourceIfMatch'],
    delete: ['ifMatch'],
  },
  metadata: { maxBytes: 2048 },
  acls: { objects: ['private', 'public-read'], containers: ['private', 'public-read'] },
  deleteObjects: { max: 1000 },
}
