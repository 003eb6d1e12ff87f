import type { Features } from '@cloudstore/core'
import { acls } from './acls.ts'
import { maxPage } from './listing/list-objects.ts'
import type { LocalSettings } from './options.ts'

const MiB = 1024 ** 2
const GiB = 1024 ** 3

/** The longest validity of a URL, as on S3: a week, in seconds. */
const maxExpiry: number = 7 * 24 * 3600

/** What a folder promises. */
export interface LocalFeatures extends Features {
  readonly multipart: NonNullable<Features['multipart']>
}

export function featuresOf({ names, urls }: LocalSettings): LocalFeatures {
  return {
    containerNames: names === 'any' ? 'any' : 'dns',
    list: { order: 'utf8', startAfter: true, delimiter: true, maxPage },
    put: { unknownLength: true, oneShot: true, maxBytes: Infinity },
    attributes: [
      'contentType',
      'cacheControl',
      'contentDisposition',
      'contentEncoding',
      'contentLanguage',
      'expires',
    ],
    // Those of S3, so that programs which keep to them work there too.
    multipart: {
      minPart: 5 * MiB,
      maxPart: 5 * GiB,
      maxParts: 10_000,
      equalParts: false,
      parallel: true,
      exclusivePerKey: false,
      abortFrees: true,
    },
    conditions: {
      read: ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'],
      put: ['ifMatch', 'ifNoneMatch'],
      complete: ['ifMatch', 'ifNoneMatch'],
      copy: ['ifMatch', 'ifNoneMatch', 'sourceIfMatch'],
      delete: ['ifMatch'],
    },
    metadata: { maxBytes: 2048 },
    acls: { objects: acls, containers: acls },
    ...(urls !== undefined && {
      presign: { methods: ['GET', 'HEAD', 'PUT', 'DELETE'], maxSeconds: maxExpiry },
    }),
  }
}
